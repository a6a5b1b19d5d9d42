#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

/// Returns the first column of the first row of a query with `name` as both parameters; nothing if there is no row.
std::optional<std::string> find_holder(Connection& connection, const char* sql, const std::string& name) {
  Query query(connection, sql);
  query.bind(name).bind(name);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

}  // namespace

void SqliteStore::add_counted(const std::string& name, const std::optional<std::string>& required) {
  Query query(connection_, "INSERT INTO catalog (name, counted, requires, since) VALUES (?, 1, ?, ?)");
  query.bind(name);
  if (required) {
    query.bind(*required);
  } else {
    query.bind_null();
  }
  query.bind(write_.revision).run();
  remember_item(What::catalog, 0, name);
  catalogue_.reset();
}

void SqliteStore::add_feature(const std::string& name) {
  Query(connection_, "INSERT INTO catalog (name, counted, requires, since) VALUES (?, 0, NULL, ?)")
      .bind(name)
      .bind(write_.revision)
      .run();
  remember_item(What::catalog, 0, name);
  catalogue_.reset();
}

void SqliteStore::remove_entry(const std::string& name) {
  Query keep(connection_,
             "INSERT INTO catalog_history (id, name, counted, requires, since, until)"
             " SELECT id, name, counted, requires, since, ?1 FROM catalog WHERE since < ?1 AND name = ?2");
  note_kept(keep.bind(write_.revision).bind(name).run_counted());
  Query(connection_, "DELETE FROM catalog WHERE name = ?").bind(name).run();
  forget_item(What::catalog, 0, name);
  catalogue_.reset();
}

std::optional<std::string> SqliteStore::find_use(const std::string& name) {
  if (const auto entry =
          find_holder(connection_, "SELECT name FROM catalog WHERE requires = ? OR (name = ? AND 0) LIMIT 1", name)) {
    return fmt::format("{} requires it", *entry);
  }
  if (const auto license = find_holder(connection_,
                                       "SELECT name FROM licenses WHERE instr(' ' || counts, ' ' || ? || '=') > 0"
                                       " OR instr(' ' || features || ' ', ' ' || ? || ' ') > 0 LIMIT 1",
                                       name)) {
    return fmt::format("a license {} has it", *license);
  }
  if (const auto member = find_holder(connection_,
                                      "SELECT email FROM memberships WHERE instr(' ' || counts, ' ' || ? || '=') > 0"
                                      " OR instr(' ' || coalesce(features, '') || ' ', ' ' || ? || ' ') > 0 LIMIT 1",
                                      name)) {
    return fmt::format("the user {} has it", *member);
  }
  return std::nullopt;
}

}  // namespace allot
