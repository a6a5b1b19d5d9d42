#include "libcore/storage/postgresql/schema_setup.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/errors.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/schema.hpp"

namespace allot {
namespace {

constexpr const char* kOwner = "allot_owner";

constexpr const char* kInitialRows =
    "INSERT INTO allot.catalog (id, name, counted, requires, since) VALUES (1, 'sip', 1, NULL, 0),"
    " (2, 'mobile', 1, 'sip', 0), (3, 'ukey2', 0, NULL, 0);"
    "INSERT INTO allot.groups (id, parent, name, restriction, suspended, since) VALUES (1, NULL, '', 0, 0, 1)";

/// Selects what the catalogs say of the schema. `can_use` is false if the schema does not exist.
constexpr const char* kSelectSchema =
    "SELECT n.oid IS NOT NULL, coalesce(pg_catalog.has_schema_privilege(n.oid, 'USAGE'), false),"
    " EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass"
    " AND d.refobjid = n.oid AND d.classid <> 'pg_catalog.pg_default_acl'::regclass),"
    " (SELECT c.oid::bigint FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'store'"
    " AND c.relkind = 'r'),"
    " (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relnamespace = n.oid AND c.relname = 'store' AND a.attname IN ('version', 'draft') AND NOT"
    " a.attisdropped)"
    ", coalesce(pg_catalog.pg_get_userbyid(n.nspowner)::text, '')"
    " FROM (SELECT 1) one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'allot'";

/// The schema `allot` as the catalogs of the database describe it to any role.
struct FoundSchema {
  bool exists = false;
  bool can_use = false;
  bool has_objects = false;
  bool has_store = false;
  bool has_version = false;
  std::string owner;
};

FoundSchema find_schema(PgConnection& connection) {
  PgQuery query(connection, kSelectSchema);
  query.step();
  return {query.integer(0) != 0, query.integer(1) != 0, query.integer(2) != 0,
          !query.is_null(3),     query.integer(4) == 2, std::string{query.text(5)}};
}

/// The role that creates a store.
struct Creator {
  std::string user;
  std::string database;
  bool may_create = false;         // whether it may create a schema in the database
  bool has_owner_role = false;     // whether there is a role allot_owner
  bool is_owner = false;           // whether the user is a member of it
  bool has_granted_roles = false;  // whether there are roles allot_writer and allot_reader

  /// Returns the role that the schema will belong to.
  std::string owner() const { return is_owner ? kOwner : user; }
};

Creator find_creator(PgConnection& connection) {
  PgQuery query(
      connection,
      "SELECT current_user::text, pg_catalog.current_database()::text,"
      " pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), pg_catalog.count(*) FILTER (WHERE"
      " rolname = 'allot_owner'), pg_catalog.count(*) FILTER (WHERE rolname = 'allot_owner' AND"
      " pg_catalog.pg_has_role(oid, 'MEMBER')), pg_catalog.count(*) FILTER (WHERE rolname IN ('allot_writer',"
      " 'allot_reader')) FROM pg_catalog.pg_roles");
  query.step();
  return {std::string{query.text(0)}, std::string{query.text(1)}, query.integer(2) != 0,
          query.integer(3) != 0,      query.integer(4) != 0,      query.integer(5) == 2};
}

Error may_not_create(const PgConnection& connection, const Creator& creator) {
  const std::string grant = creator.has_owner_role && !creator.is_owner
                                ? fmt::format("GRANT allot_owner TO {}", quote_identifier(creator.user))
                                : fmt::format("GRANT CREATE ON DATABASE {} TO {}", quote_identifier(creator.database),
                                              quote_identifier(creator.owner()));
  return Error::store(
      fmt::format("the role {} may not create the store {}", quote(creator.user), quote_whole(connection.location())),
      fmt::format("an administrator of the server grants the rights: {}", grant));
}

/// Throws unless the schema of another program, or of a role whose functions the store would use, is left alone.
void require_place(const PgConnection& connection, const FoundSchema& found, const Creator& creator) {
  const std::string location = quote_whole(connection.location());
  if (!found.exists) {
    if (!creator.may_create) throw may_not_create(connection, creator);
    return;
  }
  if (found.owner != creator.owner()) {
    throw Error::store(fmt::format("the schema allot of {} belongs to the role {}, not to {}", location,
                                   quote(found.owner), quote(creator.owner())),
                       "drop it, or use another database");
  }
  if (found.has_objects) {
    throw Error::store(fmt::format("the schema allot of {} is not empty", location),
                       "drop what is not of allot, or use another database");
  }
}

Error store_exists(const PgConnection& connection) {
  return Error::exists(fmt::format("the store {} exists already", quote_whole(connection.location())));
}

}  // namespace

bool has_schema(PgConnection& connection) { return find_schema(connection).has_store; }

void lock_creation(PgConnection& connection) {
  connection.ask_integer("SELECT 1 FROM pg_catalog.pg_advisory_xact_lock(1634495599, 2)");
}

void create_schema(PgConnection& connection) {
  lock_creation(connection);
  const FoundSchema found = find_schema(connection);
  if (found.has_store) throw store_exists(connection);
  const Creator creator = find_creator(connection);
  require_place(connection, found, creator);
  if (!found.exists) {
    connection.run(creator.is_owner ? "CREATE SCHEMA allot AUTHORIZATION allot_owner" : "CREATE SCHEMA allot");
  }
  if (creator.is_owner) connection.run("SET LOCAL ROLE allot_owner");
  connection.run_script(postgresql_schema::kTables);
  connection.run_script(postgresql_schema::kIndexes);
  connection.run_script(kInitialRows);
  PgQuery(connection, "INSERT INTO allot.store (id, version, draft, revision) VALUES (1, $1, $2, 0)")
      .bind(std::int64_t{postgresql_schema::kVersion})
      .bind(std::int64_t{postgresql_schema::kDraft})
      .run();
  if (creator.has_granted_roles) connection.run_script(postgresql_schema::kGrants);
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
    throw Error::store(fmt::format("the store {} is damaged: it lacks a row", location), "restore a backup");
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
