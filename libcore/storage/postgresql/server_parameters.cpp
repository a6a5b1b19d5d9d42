#include "libcore/storage/postgresql/server_parameters.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <memory>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/errors.hpp"

namespace allot {
namespace {

constexpr std::chrono::milliseconds kShortestConnect{2000};
constexpr std::chrono::milliseconds kLongestConnect{10000};
constexpr std::int64_t kLongestTimeout = 3600;

/// What holds for a connection unless the URL says otherwise.
constexpr std::pair<const char*, const char*> kDefaults[] = {
    {"sslmode", "verify-full"},  // over TCP; without effect on a Unix socket
    {"gssencmode", "disable"},   // its negotiation costs 100 ms
    {"application_name", "allot"},
    // A server that is gone without a word is noticed after a minute, and one that takes no data after 30 seconds.
    {"keepalives_idle", "30"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "30000"},
};

}  // namespace

ServerParameters::ServerParameters(const std::string& location, std::chrono::milliseconds wait) {
  require_server_location(location);
  char* fault = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
      PQconninfoParse(location.c_str(), &fault), PQconninfoFree};
  const std::unique_ptr<char, void (*)(void*)> message{fault, PQfreemem};
  if (!options) {
    throw Error::usage(
        fmt::format("the URL of the store is not valid: {}", clean_message(message ? message.get() : "out of memory")),
        "see allot-postgresql(7)");
  }
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) set(option->keyword, option->val);
  }
  for (const auto& [keyword, value] : kDefaults) {
    if (!has(keyword)) set(keyword, value);
  }
  set("client_encoding", "UTF8");
  connect_wait_ = std::clamp(wait, kShortestConnect, kLongestConnect);
  const auto timeout = std::find_if(settings_.begin(), settings_.end(),
                                    [](const auto& setting) { return setting.first == "connect_timeout"; });
  if (timeout == settings_.end()) return;
  const auto seconds = parse_number(timeout->second, kLongestTimeout);
  if (!seconds || *seconds == 0) {
    throw Error::usage(fmt::format("the connect_timeout {} in the URL of the store is not 1 to {} seconds",
                                   quote(timeout->second), kLongestTimeout));
  }
  connect_wait_ = std::chrono::seconds{*seconds};
}

std::vector<const char*> ServerParameters::keywords() const {
  std::vector<const char*> keywords;
  for (const auto& [keyword, value] : settings_) keywords.push_back(keyword.c_str());
  keywords.push_back(nullptr);
  return keywords;
}

std::vector<const char*> ServerParameters::values() const {
  std::vector<const char*> values;
  for (const auto& [keyword, value] : settings_) values.push_back(value.c_str());
  values.push_back(nullptr);
  return values;
}

ServerParameters ServerParameters::with_timeout(std::chrono::seconds timeout) const {
  ServerParameters changed = *this;
  changed.set("connect_timeout", std::to_string(timeout.count()));
  return changed;
}

bool ServerParameters::has(const std::string& keyword) const {
  return std::any_of(settings_.begin(), settings_.end(), [&](const auto& setting) { return setting.first == keyword; });
}

void ServerParameters::set(const std::string& keyword, const std::string& value) {
  std::erase_if(settings_, [&](const auto& setting) { return setting.first == keyword; });
  settings_.emplace_back(keyword, value);
}

}  // namespace allot
