#include "libexec/allot-mail/server.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::mail {
namespace {

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
  void operator()(addrinfo* found) const { freeaddrinfo(found); }
};

/// Whether `name` is valid for EHLO: letters, digits and dashes between dots.
bool is_host_name(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !name.empty() && name.size() < 254 && std::all_of(name.begin(), name.end(), is_plain) && name.front() != '.' &&
         name.front() != '-' && name.back() != '-' && name.back() != '.' && name.find("..") == std::string_view::npos &&
         name.find(".-") == std::string_view::npos && name.find("-.") == std::string_view::npos;
}

/// The name of this machine, with its domain if known.
std::string own_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || !is_host_name(name.data())) return "localhost";
  if (std::strchr(name.data(), '.') != nullptr) return name.data();
  addrinfo wanted{};
  wanted.ai_flags = AI_CANONNAME;
  addrinfo* answer = nullptr;
  if (getaddrinfo(name.data(), nullptr, &wanted, &answer) != 0) return name.data();
  const std::unique_ptr<addrinfo, Cleanup> found{answer};
  const char* const whole = found->ai_canonname;
  return whole != nullptr && std::strchr(whole, '.') != nullptr && is_host_name(whole) ? whole : name.data();
}

bool has_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const bool is_there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
  const std::unique_ptr<char, Cleanup> owned{text};
  return is_there && !(part == CURLUPART_PATH && std::string_view{text} == "/");
}

}  // namespace

std::string server_url(const std::string& transport) {
  const std::unique_ptr<CURLU, Cleanup> url{curl_url()};
  const bool is_plain =
      std::all_of(transport.begin(), transport.end(), [](char c) { return c > ' ' && c <= '~' && c != '%'; });
  bool is_sound = is_plain && curl_url_set(url.get(), CURLUPART_URL, transport.c_str(), 0) == CURLUE_OK &&
                  has_part(url.get(), CURLUPART_HOST) && has_part(url.get(), CURLUPART_PORT);
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    if (is_sound && has_part(url.get(), part)) is_sound = false;
  }
  if (!is_sound) {
    throw Error::usage(fmt::format("the transport {} is not {}//HOST:PORT", quote(transport),
                                   transport.substr(0, transport.find("//"))));
  }
  return fmt::format("{}/{}", std::string_view{transport}.substr(0, transport.find_last_not_of('/') + 1), own_name());
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in known{};
    std::memcpy(&known, &address, sizeof known);
    return ntohl(known.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 known{};
    std::memcpy(&known, &address, sizeof known);
    const auto& bytes = known.sin6_addr.s6_addr;
    return IN6_IS_ADDR_LOOPBACK(&known.sin6_addr) || (IN6_IS_ADDR_V4MAPPED(&known.sin6_addr) && bytes[12] == 127);
  }
  return false;
}

}  // namespace allot::mail
