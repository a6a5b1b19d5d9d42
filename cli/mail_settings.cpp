#include "cli/mail_settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPassword = 1024;

std::string_view trim_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The host and port of smtp://HOST:PORT; nullopt if malformed.
struct Server {
  std::string_view host;
  std::string_view port;
};
std::optional<Server> split_server(std::string_view url) {
  url.remove_prefix(url.find("//") + 2);
  const std::size_t colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const Server server{url.substr(0, colon), url.substr(colon + 1)};
  const auto port = parse_number(server.port, 65535);
  if (!port || *port == 0) return std::nullopt;
  const bool is_bracketed = server.host.size() > 2 && server.host.front() == '[' && server.host.back() == ']';
  const std::string_view host = is_bracketed ? server.host.substr(1, server.host.size() - 2) : server.host;
  const std::string_view allowed =
      is_bracketed ? "0123456789abcdefABCDEF:." : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  if (host.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
  return server;
}

bool is_smtp(std::string_view transport) {
  return transport.starts_with("smtp://") || transport.starts_with("smtps://");
}

/// Whether the name of a host denotes this machine; allot-mail checks the address itself.
bool is_loopback(std::string_view host) {
  const bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host == "[::1]" || (is_numeric && host.starts_with("127."));
}

/// A password file, and whether it is a systemd credential, which others cannot read regardless of its mode.
struct PasswordFile {
  fs::path path;
  bool is_credential = false;
};
PasswordFile find_password_file(const MailSettings& settings, const std::optional<std::string>& credentials) {
  const fs::path named{*settings.password_file};
  if (named.is_absolute()) return {named, false};
  if (credentials && !credentials->empty()) {
    const fs::path credential = fs::path{*credentials} / named;
    std::error_code failure;
    if (fs::exists(credential, failure)) return {credential, true};
  }
  return {fs::path{settings.file}.parent_path() / named, false};
}

}  // namespace

std::optional<std::string> read_from(std::string_view text, MailSettings& settings) {
  std::string_view address = trim_spaces(text);
  std::string_view name;
  if (address.ends_with('>')) {
    const std::size_t open = address.find('<');
    if (open == std::string_view::npos) return "lacks a <";
    name = trim_spaces(address.substr(0, open));
    address = address.substr(open + 1, address.size() - open - 2);
  }
  if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  if (const auto fault = find_fault_in_text(name)) return *fault;
  if (const auto fault = find_fault_in_email(address)) return *fault;
  settings.from_name = name;
  settings.from_address = address;
  return std::nullopt;
}

std::optional<std::string> read_transport(std::string_view text, const std::string& folder, MailSettings& settings) {
  settings.transport = text;
  if (const auto fault = find_fault_in_characters(text)) return *fault;
  if (is_smtp(text)) {
    if (split_server(text)) return std::nullopt;
    return "is not HOST:PORT after smtp:// or smtps://";
  }
  if (text.starts_with("sendmail:")) {
    if (fs::path{text.substr(9)}.is_absolute()) return std::nullopt;
    return "names no whole path of a program after sendmail:";
  }
  if (text.starts_with("maildir:")) {
    const fs::path named{text.substr(8)};
    if (named.empty()) return "names no folder after maildir:";
    std::error_code failure;
    const fs::path whole = named.is_absolute() ? named : fs::absolute(fs::path{folder} / named, failure);
    if (failure) return "names a folder that cannot be found from here: " + failure.message();
    settings.transport = "maildir:" + whole.string();
    return std::nullopt;
  }
  return "is none of smtp://HOST:PORT, smtps://HOST:PORT, sendmail:PROGRAM, maildir:FOLDER";
}

std::optional<std::string> find_contradiction(const MailSettings& settings) {
  if (settings.from_address.empty()) return "mail lacks from, the address that mails come from";
  if (settings.transport.empty()) return "mail lacks transport, how mails go";
  if (settings.user.has_value() != settings.password_file.has_value()) {
    return "mail takes user and password-file together";
  }
  if (!settings.user) return std::nullopt;
  if (!is_smtp(settings.transport)) return "mail takes a user only with smtp:// or smtps://";
  const bool has_tls = settings.transport.starts_with("smtps://") || settings.starttls != "never";
  if (!has_tls && !is_loopback(split_server(settings.transport)->host)) {
    return "the password would go without TLS: starttls never is for this machine alone";
  }
  return std::nullopt;
}

std::string read_password(const MailSettings& settings, const std::optional<std::string>& credentials,
                          const StoreFiles& store) {
  const PasswordFile file = find_password_file(settings, credentials);
  const std::string name = file.path.string();
  if (const auto found = store.find(name)) {
    throw Error::invalid_input(fmt::format("the password file {} is {}", quote(name), *found));
  }
  struct stat status {};
  std::ifstream stream;
  const bool is_file = stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode);  // opening a FIFO would block
  if (is_file) stream.open(name, std::ios::binary);
  if (!is_file || !stream) {
    throw Error::invalid_input(fmt::format("the password file {} cannot be read", quote(name)),
                               "check the file's name and permissions");
  }
  const mode_t others = file.is_credential ? S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & others) != 0) {
    throw Error::invalid_input(fmt::format("the password file {} can be read by others", quote(name)),
                               fmt::format("chmod 600 {}", quote_for_shell(name)));
  }
  std::string password(kLongestPassword + 1, '\0');
  stream.read(password.data(), static_cast<std::streamsize>(password.size()));
  password.resize(static_cast<std::size_t>(stream.gcount()));
  if (password.ends_with('\n')) password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty() || password.size() > kLongestPassword || find_fault_in_characters(password)) {
    throw Error::invalid_input(fmt::format("the password file {} does not hold one line with a password", quote(name)));
  }
  return password;
}

}  // namespace allot::cli
