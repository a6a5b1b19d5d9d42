#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "libcore/storage/server_location.hpp"

namespace allot {

/// The parameters of a connection: those of the URL, and defaults for what the URL does not say. Everything else comes
/// from libpq's own sources: the service file, the password file, the variables of the environment.
class ServerParameters {
 public:
  /// Parses the URL; throws usage if libpq does not take it. Removes the PG variables from the environment of the
  /// process if they shall not count.
  ServerParameters(const std::string& location, std::chrono::milliseconds wait);

  /// The maximum wait for a connection.
  std::chrono::milliseconds connect_wait() const { return connect_wait_; }

  /// Returns null-terminated arrays for libpq, valid as long as this object.
  std::vector<const char*> keywords() const;
  std::vector<const char*> values() const;

  /// The same parameters with another connect_timeout.
  ServerParameters with_timeout(std::chrono::seconds timeout) const;

 private:
  bool has(const std::string& keyword) const;
  void set(const std::string& keyword, const std::string& value);

  std::vector<std::pair<std::string, std::string>> settings_;
  std::chrono::milliseconds connect_wait_{0};
};

}  // namespace allot
