#include "libcore/storage/postgresql/postgresql.hpp"

#include "libcore/storage/postgresql/schema_setup.hpp"
#include "libcore/storage/server_location.hpp"
#include "libcore/storage/store.hpp"

namespace allot {
namespace {

constexpr std::chrono::milliseconds kCreateWait{10'000};

std::unique_ptr<Store> open_on_server(const std::string& location, std::chrono::milliseconds wait) {
  PgConnection connection{location, wait};
  connection.begin(PgAccess::read);
  connection.sync();
  throw Error::internal("this build of allot-postgresql cannot read a store");
}

std::unique_ptr<Store> create_on_server(const std::string& location) {
  PgConnection connection{location, kCreateWait};
  connection.begin(PgAccess::schema);
  create_schema(connection);
  connection.commit();
  throw Error::internal("this build of allot-postgresql cannot write a store");
}

bool is_taken_on_server(const std::string& location) {
  PgConnection connection{location, kCreateWait};
  connection.begin(PgAccess::schema);
  return has_schema(connection);
}

}  // namespace

void use_postgresql() { register_server_stores({open_on_server, create_on_server, is_taken_on_server}); }

}  // namespace allot
