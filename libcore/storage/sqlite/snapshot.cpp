// A statement on the rows of a past revision is the statement on the current rows, prefixed with common table
// expressions that replace the tables: `WITH licenses AS (...) SELECT ... FROM licenses`. SQLite flattens them, so that
// each half uses the same index as the statement on the current rows.

#include "libcore/storage/snapshot.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/grant_columns.hpp"

namespace allot {
namespace {

struct VersionedTable {
  const char* name;
  const char* columns;
};

constexpr VersionedTable kVersionedTables[] = {
    {"catalog", "id, name, counted, requires"},
    {"groups", "id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"},
    {"licenses", "group_id, name, type, counts, features, from_day, until_day"},
    {"memberships", "group_id, email, name, role, counts, features, from_day, until_day"},
    {"templates", "name, subject, body, html"},
};

/// Returns `sql` with its tables replaced by their versions as of `revision`.
std::string select_versions(std::string_view sql, std::int64_t revision) {
  std::string prefix;
  for (const auto& [name, columns] : kVersionedTables) {
    if (sql.find(fmt::format("FROM {}", name)) == std::string_view::npos) continue;
    prefix += fmt::format(
        "{3} {0} AS (SELECT {1} FROM main.{0} WHERE since <= {2}"
        " UNION ALL SELECT {1} FROM {0}_history WHERE since <= {2} AND until > {2})",
        name, columns, revision, prefix.empty() ? "WITH" : ",");
  }
  return fmt::format("{} {}", prefix, sql);
}

}  // namespace

Snapshot::Snapshot(Connection& connection, std::int64_t as_of) : connection_(&connection), as_of_(as_of) {}

const char* Snapshot::over_rows(const char* sql) {
  if (!as_of_) return sql;
  const char*& text = prefixed_[sql];
  if (text == nullptr) text = connection_->keep_text(select_versions(sql, *as_of_));
  return text;
}

GrantColumns Snapshot::grant_columns() {
  return names_ != nullptr ? GrantColumns::extending(*names_) : GrantColumns{catalogue()};
}

const Catalogue& Snapshot::catalogue() {
  if (!catalogue_) load_catalogue();
  return *catalogue_;
}

/// Reads the catalogue; a restored entry may precede the entry that it requires.
void Snapshot::load_catalogue() {
  struct Row {
    std::int64_t id = 0;
    std::string name;
    std::optional<std::string> required;
  };
  Catalogue catalogue;
  std::vector<Row> counted;
  Query query(*connection_, over_rows("SELECT id, name, counted, requires FROM catalog ORDER BY id"));
  while (query.step()) {
    std::string name{query.text(1)};
    if (query.integer(2) == 0) {
      catalogue.add_feature(std::move(name));
      continue;
    }
    std::optional<std::string> required;
    if (!query.is_null(3)) required = query.text(3);
    counted.push_back({query.integer(0), std::move(name), std::move(required)});
  }
  std::vector<std::int64_t> rows;
  for (const Row& row : counted) {
    std::optional<ResourceId> required;
    if (row.required) {
      required = catalogue.find_counted(*row.required);
      if (!required) {
        throw Error::store(
            fmt::format("the store is damaged: {} requires a resource that does not come before it", quote(row.name)),
            "restore a backup");
      }
    }
    catalogue.add_counted(row.name, required);
    rows.push_back(row.id);
  }
  catalogue_ = std::move(catalogue);
  counted_rows_ = std::move(rows);
}

std::optional<TemplateText> Snapshot::find_template(std::string_view name) {
  Query query(*connection_, over_rows("SELECT subject, body, html FROM templates WHERE name = ?"));
  query.bind(name);
  if (!query.step()) return std::nullopt;
  TemplateText text{std::string{query.text(0)}, std::string{query.text(1)}, {}};
  if (!query.is_null(2)) text.html = query.text(2);
  return text;
}

}  // namespace allot
