#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

/// Returns the first column of the first row of a query with `name` as both parameters; nothing if there is no row.
std::optional<std::string> find_holder(PgConnection& connection, const char* sql, const std::string& name) {
  PgQuery query(connection, sql);
  query.bind(name).bind(name);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

}  // namespace

void PgStore::add_counted(const std::string& name, const std::optional<std::string>& required) {
  PgQuery query(connection_,
                "INSERT INTO catalog (id, name, counted, requires, since) SELECT coalesce(max(id), 0) + 1, $1, 1, $2, "
                "$3 FROM catalog");
  query.bind(name);
  if (required) {
    query.bind(*required);
  } else {
    query.bind_null();
  }
  query.bind(new_revision()).run();
  remember_item(What::catalog, 0, name);
  catalogue_.reset();
}

void PgStore::add_feature(const std::string& name) {
  PgQuery(connection_,
          "INSERT INTO catalog (id, name, counted, requires, since) SELECT coalesce(max(id), 0) + 1, $1, 0, NULL, $2 "
          "FROM catalog")
      .bind(name)
      .bind(new_revision())
      .run();
  remember_item(What::catalog, 0, name);
  catalogue_.reset();
}

void PgStore::remove_entry(const std::string& name) {
  PgQuery keep(connection_,
               "INSERT INTO catalog_history (id, name, counted, requires, since, until)"
               " SELECT id, name, counted, requires, since, $1 FROM catalog WHERE since < $1 AND name = $2");
  note_change(What::catalog, 0, name);
  keep.bind(new_revision()).bind(name).run();
  PgQuery(connection_, "DELETE FROM catalog WHERE name = $1").bind(name).run();
  forget_item(What::catalog, 0, name);
  catalogue_.reset();
}

std::optional<std::string> PgStore::find_use(const std::string& name) {
  if (const auto entry = find_holder(
          connection_, "SELECT name FROM catalog WHERE requires = $1 OR (name = $2 AND false) LIMIT 1", name)) {
    return fmt::format("{} requires it", *entry);
  }
  if (const auto license = find_holder(connection_,
                                       "SELECT name FROM licenses WHERE strpos(' ' || counts, ' ' || $1 || '=') > 0"
                                       " OR strpos(' ' || features || ' ', ' ' || $2 || ' ') > 0 LIMIT 1",
                                       name)) {
    return fmt::format("a license {} has it", *license);
  }
  if (const auto member = find_holder(connection_,
                                      "SELECT email FROM memberships WHERE strpos(' ' || counts, ' ' || $1 || '=') > 0"
                                      " OR strpos(' ' || coalesce(features, '') || ' ', ' ' || $2 || ' ') > 0 LIMIT 1",
                                      name)) {
    return fmt::format("the user {} has it", *member);
  }
  return std::nullopt;
}

}  // namespace allot
