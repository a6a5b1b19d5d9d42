#include "libcore/storage/location.hpp"

#include <sys/stat.h>

#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {

bool is_taken(const std::string& location) {
  struct stat status {};
  return !location.empty() && stat(location.c_str(), &status) == 0;
}

std::unique_ptr<Store> create_store(const std::string& location) { return SqliteStore::create(location); }

std::unique_ptr<Store> open_store(const std::string& location, std::chrono::milliseconds wait) {
  return SqliteStore::open(location, wait);
}

}  // namespace allot
