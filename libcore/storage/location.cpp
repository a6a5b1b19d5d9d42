#include "libcore/storage/location.hpp"

#include <sys/stat.h>

#include "libcore/storage/server_location.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {

bool is_taken(const std::string& location) {
  if (is_server_location(location)) return server_stores().is_taken(location);
  struct stat status {};
  return !location.empty() && stat(location.c_str(), &status) == 0;
}

std::unique_ptr<Store> create_store(const std::string& location) {
  if (is_server_location(location)) return server_stores().create(location);
  return SqliteStore::create(location);
}

std::unique_ptr<Store> open_store(const std::string& location, std::chrono::milliseconds wait) {
  if (is_server_location(location)) return server_stores().open(location, wait);
  return SqliteStore::open(location, wait);
}

}  // namespace allot
