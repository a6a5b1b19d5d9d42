// A statement on the rows of a past revision is the statement on the current rows, prefixed with common table
// expressions that replace the tables: `WITH licenses AS (...) SELECT ... FROM licenses`. SQLite flattens them, so that
// each half uses the same index as the statement on the current rows. The revision is the first parameter, so that the
// snapshots of a connection share their prepared statements.

#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/storage/catalogue_rows.hpp"
#include "libcore/storage/sqlite/connection.hpp"

namespace allot {
namespace {

struct VersionedTable {
  const char* name;
  const char* columns;
};

constexpr VersionedTable kVersionedTables[] = {
    {"catalog", "id, name, counted, requires"},       {"groups", ALLOT_GROUP_COLUMNS},
    {"licenses", "group_id, " ALLOT_LICENSE_COLUMNS}, {"memberships", "group_id, " ALLOT_MEMBERSHIP_COLUMNS},
    {"templates", "name, subject, body, html"},
};

/// Returns `sql` with its tables replaced by their versions as of the revision `:revision`.
std::string select_versions(std::string_view sql) {
  std::string prefix;
  for (const auto& [name, columns] : kVersionedTables) {
    if (sql.find(fmt::format("FROM {}", name)) == std::string_view::npos) continue;
    prefix += fmt::format(
        "{2} {0} AS (SELECT {1} FROM main.{0} WHERE since <= :revision"
        " UNION ALL SELECT {1} FROM {0}_history WHERE since <= :revision AND until > :revision)",
        name, columns, prefix.empty() ? "WITH" : ",");
  }
  return fmt::format("{} {}", prefix, sql);
}

}  // namespace

RowStatement SqliteSnapshot::over_rows(const char* sql) {
  if (!as_of_) return {sql, std::nullopt};
  const char*& text = prefixed_[sql];
  if (text == nullptr) text = connection_.keep_text(select_versions(sql));
  return {text, as_of_};
}

GrantColumns SqliteSnapshot::grant_columns() {
  return names_ != nullptr ? GrantColumns::extending(*names_) : GrantColumns{catalogue()};
}

const Catalogue& SqliteSnapshot::catalogue() {
  if (!catalogue_) load_catalogue();
  return *catalogue_;
}

void SqliteSnapshot::load_catalogue() {
  CatalogueRows rows;
  Query query(connection_, over_rows("SELECT id, name, counted, requires FROM catalog ORDER BY id"));
  while (query.step()) {
    std::optional<std::string> required;
    if (!query.is_null(3)) required = query.text(3);
    rows.add(query.integer(0), std::string{query.text(1)}, query.integer(2) != 0, std::move(required));
  }
  catalogue_ = rows.build();
  counted_rows_ = rows.counted_rows();
}

std::optional<TemplateText> SqliteSnapshot::find_template(std::string_view name) {
  Query query(connection_, over_rows("SELECT subject, body, html FROM templates WHERE name = ?"));
  query.bind(name);
  if (!query.step()) return std::nullopt;
  TemplateText text{std::string{query.text(0)}, std::string{query.text(1)}, {}};
  if (!query.is_null(2)) text.html = query.text(2);
  return text;
}

std::vector<std::string> SqliteSnapshot::template_names() {
  Query query(connection_, over_rows("SELECT name FROM templates ORDER BY name"));
  std::vector<std::string> names;
  while (query.step()) names.emplace_back(query.text(0));
  return names;
}

}  // namespace allot
