#include "libcore/storage/postgresql/schema_setup.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/schema.hpp"

namespace allot {
namespace {

constexpr const char* kFirstRows =
    "INSERT INTO allot.catalog (id, name, counted, requires, since) VALUES (1, 'sip', 1, NULL, 0),"
    " (2, 'mobile', 1, 'sip', 0), (3, 'ukey2', 0, NULL, 0);"
    "INSERT INTO allot.groups (id, parent, name, restriction, suspended, since) VALUES (1, NULL, '', 0, 0, 1)";

/// Selects what the catalogs say of the schema. `can_use` is false if the schema does not exist.
constexpr const char* kSelectSchema =
    "SELECT n.oid IS NOT NULL, coalesce(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),"
    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'),"
    " (SELECT c.oid::bigint FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'store'"
    " AND c.relkind = 'r'),"
    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = n.oid AND c.relname = 'store' AND a.attname IN ('version', 'draft') AND NOT"
    " a.attisdropped)"
    " FROM (SELECT pg_catalog.min(oid::bigint)::oid AS oid FROM pg_catalog.pg_namespace WHERE nspname = 'allot') n";

/// The schema `allot` as the catalogs of the database describe it to any role.
struct FoundSchema {
  bool exists = false;
  bool can_use = false;
  std::int64_t tables = 0;
  bool has_store = false;
  bool has_version = false;
};

FoundSchema find_schema(PgConnection& connection) {
  PgQuery query(connection, kSelectSchema);
  query.step();
  return {query.integer(0) != 0, query.integer(1) != 0, query.integer(2), !query.is_null(3), query.integer(4) == 2};
}

bool has_role(PgConnection& connection, const char* sql) { return PgQuery(connection, sql).step(); }

Error store_exists(const PgConnection& connection) {
  return Error::exists(fmt::format("the store {} exists already", quote_whole(connection.location())));
}

}  // namespace

bool has_schema(PgConnection& connection) { return find_schema(connection).has_store; }

void create_schema(PgConnection& connection) {
  const FoundSchema found = find_schema(connection);
  if (found.has_store) throw store_exists(connection);
  if (found.tables > 0) {
    throw Error::store(
        fmt::format("the schema allot of {} has tables that are not of allot", quote_whole(connection.location())),
        "use another database");
  }
  const bool has_owner = has_role(connection,
                                  "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'allot_owner' AND"
                                  " pg_catalog.pg_has_role(oid, 'MEMBER')");
  if (!found.exists)
    connection.run(has_owner ? "CREATE SCHEMA allot AUTHORIZATION allot_owner" : "CREATE SCHEMA allot");
  if (has_owner && !found.exists) connection.run("SET LOCAL ROLE allot_owner");
  connection.run_script(postgresql_schema::kTables);
  connection.run_script(postgresql_schema::kIndexes);
  connection.run_script(kFirstRows);
  PgQuery(connection, "INSERT INTO allot.store (id, version, draft, revision, next_group) VALUES (1, $1, $2, 0, 2)")
      .bind(std::int64_t{postgresql_schema::kVersion})
      .bind(std::int64_t{postgresql_schema::kDraft})
      .run();
  const bool has_roles = has_role(connection,
                                  "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname IN ('allot_writer', 'allot_reader')"
                                  " HAVING pg_catalog.count(*) = 2");
  if (has_roles) connection.run_script(postgresql_schema::kGrants);
  connection.run("RESET ROLE");
  connection.sync();
}

bool may_change_schema(PgConnection& connection) {
  return connection.ask_integer(
             "SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE oid = 'allot.groups'::regclass"
             " AND pg_catalog.pg_has_role(relowner, 'USAGE')") == 1;
}

void inspect_schema(PgConnection& connection) {
  const std::string location = quote_whole(connection.location());
  const FoundSchema found = find_schema(connection);
  if (!found.has_store) {
    throw Error::store(fmt::format("there is no store {}", location),
                       "make one with `allot init`, or name another with --db FILE");
  }
  if (!found.has_version) throw Error::store(fmt::format("the schema allot of {} is not a store of allot", location));
  PgQuery query(connection, "SELECT version, draft FROM allot.store");
  if (!query.step()) {
    throw Error::store(fmt::format("the store {} is damaged: it lacks a row", location),
                       "restore a backup");
  }
  const std::int64_t version = query.integer(0);
  if (version > postgresql_schema::kVersion) {
    throw Error::store(fmt::format("the store {} has version {}, made by a newer allot than this one, which knows {}",
                                   location, version, postgresql_schema::kVersion),
                       "use the newer allot");
  }
  if (version == postgresql_schema::kVersion && query.integer(1) == postgresql_schema::kDraft) return;
  throw Error::store(fmt::format("the store {} was made by another build of allot, before 0.9.0", location),
                     "carry it over: `allot export` with that build, then `allot init` and `allot import`");
}

}  // namespace allot
