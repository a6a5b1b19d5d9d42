#include "libcore/storage/server_location.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

// A URL is split as libpq does it: the user ends at the first '@' before the first '/', the hosts at the first '/' or
// '?'.

namespace allot {
namespace {

constexpr std::string_view kSchemes[] = {"postgresql://", "postgres://"};
constexpr std::string_view kSecrets[] = {"password", "sslpassword"};
constexpr const char* kHasPassword = "contains a password";
constexpr const char* kHidden = "***";

const ServerStores* registered = nullptr;

/// Returns the length of the scheme at the start of `text`, 0 if there is none.
std::size_t scheme_length(std::string_view text) {
  for (const std::string_view scheme : kSchemes) {
    if (text.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Returns `text` with its %XX decoded; nothing if an escape is not valid or is a zero byte.
std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool is_secret(std::string_view parameter) {
  const auto name = decode(parameter);
  return name && std::find(std::begin(kSecrets), std::end(kSecrets), *name) != std::end(kSecrets);
}

/// Returns whether `text` is a port, or nothing, for the default port.
bool is_port(std::string_view text) {
  constexpr std::int64_t kLargestPort = 65535;
  return text.empty() || parse_number(text, kLargestPort).value_or(0) > 0;
}

/// Returns the port of a host, such as `db.example:5432` or `[::1]:5432`; empty if it has none.
std::string_view port_of(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return colon == std::string_view::npos ? std::string_view{} : host.substr(colon + 1);
}

/// Calls `visit` for each part of `text` between separators.
template <typename Visit>
void for_each_part(std::string_view text, char separator, Visit visit) {
  while (true) {
    const std::size_t end = text.find(separator);
    visit(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

/// The parts of a URL.
struct UrlParts {
  std::string_view user;  // with the password
  std::string_view hosts;
  std::string_view database;
  std::string_view parameters;
};

UrlParts split_url(std::string_view rest) {
  UrlParts parts;
  const std::size_t user = rest.find_first_of("@/");
  if (user != std::string_view::npos && rest[user] == '@') {
    parts.user = rest.substr(0, user);
    rest.remove_prefix(user + 1);
  }
  const std::size_t hosts = std::min(rest.find_first_of("/?"), rest.size());
  parts.hosts = rest.substr(0, hosts);
  rest.remove_prefix(hosts);
  const std::size_t database = std::min(rest.find('?'), rest.size());
  parts.database = rest.substr(0, database);
  if (database < rest.size()) parts.parameters = rest.substr(database + 1);
  return parts;
}

/// Returns the URL without its secrets.
std::string hide_in_url(std::string_view url) {
  const std::size_t scheme = scheme_length(url);
  const std::size_t question = std::min(url.find('?', scheme), url.size());
  std::string shown{url.substr(0, question)};
  const std::size_t colon = shown.find(':', scheme);
  const std::size_t at = shown.rfind('@');
  if (colon != std::string::npos && at != std::string::npos && colon < at) {
    shown.replace(colon + 1, at - colon - 1, kHidden);
  } else if (colon != std::string::npos && shown.find('[', scheme) == std::string::npos) {
    const std::size_t end = std::min(shown.find_first_of(",/", colon), shown.size());
    if (!is_port(shown.substr(colon + 1, end - colon - 1))) shown.replace(colon + 1, std::string::npos, kHidden);
  }
  if (question == url.size()) return shown;
  char separator = '?';
  for_each_part(url.substr(question + 1), '&', [&](std::string_view parameter) {
    const std::string_view name = parameter.substr(0, parameter.find('='));
    shown += separator;
    shown += is_secret(name) ? fmt::format("{}={}", name, kHidden) : std::string{parameter};
    separator = '&';
  });
  return shown;
}

}  // namespace

bool is_server_location(std::string_view location) { return scheme_length(location) > 0; }

std::optional<std::string> find_fault_in_server_location(std::string_view location) {
  if (auto fault = find_fault_in_characters(location)) return fault;
  const UrlParts parts = split_url(location.substr(scheme_length(location)));
  if (parts.user.find(':') != std::string_view::npos) return kHasPassword;
  bool has_secret = false;
  for_each_part(parts.parameters, '&',
                [&](std::string_view parameter) { has_secret |= is_secret(parameter.substr(0, parameter.find('='))); });
  if (has_secret) return kHasPassword;
  bool has_ports = true;
  for_each_part(parts.hosts, ',', [&](std::string_view host) { has_ports &= is_port(port_of(host)); });
  if (!has_ports) return "has a port that is not a number from 1 to 65535";
  // Often the rest of a password with a '/'.
  if (parts.database.find('@') != std::string_view::npos) return "has an '@' in the name of its database";
  if (!decode(location)) return "has a '%' that is not followed by two hexadecimal digits of a character";
  return std::nullopt;
}

void require_server_location(std::string_view location) {
  const auto fault = find_fault_in_server_location(location);
  if (!fault) return;
  const bool has_password = *fault == kHasPassword;
  throw Error::usage(fmt::format("the URL of the store {}", *fault),
                     has_password ? "write it into the file ~/.pgpass or the file that PGPASSFILE names, with mode 0600"
                                  : "write postgresql://USER@HOST:5432/DATABASE, other characters as %XX");
}

std::string hide_passwords(std::string_view text) {
  std::string shown;
  while (true) {
    std::size_t start = std::string_view::npos;
    for (const std::string_view scheme : kSchemes) start = std::min(start, text.find(scheme));
    if (start == std::string_view::npos) return shown.append(text);
    const bool is_quoted = start > 0 && text[start - 1] == '"';
    const std::size_t end = std::min(text.find_first_of(is_quoted ? "\"" : " \n\"", start), text.size());
    shown.append(text.substr(0, start)).append(hide_in_url(text.substr(start, end - start)));
    text.remove_prefix(end);
  }
}

void register_server_stores(const ServerStores& stores) {
  static ServerStores kept;
  kept = stores;
  registered = &kept;
}

bool has_server_stores() { return registered != nullptr; }

const ServerStores& server_stores() {
  if (registered != nullptr) return *registered;
  throw Error::store("this program has no support for stores on servers", "use the program allot-postgresql");
}

}  // namespace allot
