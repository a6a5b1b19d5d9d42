#include "libcore/storage/postgresql/postgresql.hpp"

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/restore.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"

namespace allot {
namespace {

constexpr std::chrono::milliseconds kWait{10'000};

bool is_taken_on_server(const std::string& location) {
  PgConnection connection{location, kWait};
  connection.begin(PgAccess::schema);
  return has_schema(connection);
}

}  // namespace

void use_postgresql() {
  register_server_stores({PgStore::open, PgStore::create, is_taken_on_server, restore_on_server});
}

}  // namespace allot
