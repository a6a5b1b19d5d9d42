#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/progress.hpp"

namespace allot {

class Store;

/// Returns whether a location is the URL of a database on a server, postgresql://... or postgres://..., and not a file.
bool is_server_location(std::string_view location);

/// Returns why the URL of a server is not valid, as a phrase ("contains a password") that does not repeat the URL; else
/// nothing. The names of the parameters are checked when the URL is used.
std::optional<std::string> find_fault_in_server_location(std::string_view location);

/// Throws usage if the URL of a server is not valid.
void require_server_location(std::string_view location);

/// Returns `text` with the passwords in URLs of servers replaced by `***`.
std::string hide_passwords(std::string_view text);

/// The parameters of filling a database from a store in an SQLite file.
struct ServerRestore {
  std::string location;
  std::string file;
  std::chrono::milliseconds wait;
  bool is_dry_run = false;
  /// Called with the revision of the store in the database, 0 if there is none, before anything is changed; it throws
  /// if the restore is not permitted.
  std::function<void(std::int64_t revision)> authorize;
};

/// The implementation of stores on servers, of a program that links it.
struct ServerStores {
  std::unique_ptr<Store> (*open)(const std::string& location, std::chrono::milliseconds wait);
  std::unique_ptr<Store> (*create)(const std::string& location);
  bool (*is_taken)(const std::string& location);
  std::int64_t (*restore)(const ServerRestore& wanted, const ReportProgress& report);
};

/// Registers the implementation of this process, before the first store is opened.
void register_server_stores(const ServerStores& stores);

/// Returns whether this process has an implementation.
bool has_server_stores();

/// Returns the implementation; throws store in a program without one.
const ServerStores& server_stores();

}  // namespace allot
