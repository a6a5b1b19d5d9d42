#include "libcore/storage/postgresql/postgresql.hpp"

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/restore.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"

namespace allot {
namespace {

bool is_taken_on_server(const std::string& location, const ServerAccess& access) {
  PgConnection connection{location, access};
  connection.begin(PgAccess::schema);
  return has_schema(connection);
}

}  // namespace

void use_postgresql() {
  register_server_stores({PgStore::open, PgStore::create, is_taken_on_server, restore_on_server});
}

}  // namespace allot
