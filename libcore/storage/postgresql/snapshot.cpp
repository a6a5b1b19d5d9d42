// A statement on the rows of a past revision is the statement on the current rows, prefixed with common table
// expressions that replace the tables: `WITH licenses AS (...) SELECT ... FROM licenses`. The server merges them, so
// that each half uses the same index as the statement on the current rows. `until + 0` is in no index: the statistics
// of the server end before the last revisions, so that it would expect few rows after R and read all of them for each
// row that is looked up.

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/row_reading.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/storage/catalogue_rows.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

struct VersionedTable {
  const char* name;
  const char* columns;
};

constexpr VersionedTable kVersionedTables[] = {
    {"catalog", "id, name, counted, requires"},
    {"groups", ALLOT_GROUP_COLUMNS},
    {"licenses", "group_id, " ALLOT_LICENSE_COLUMNS},
    {"memberships", "group_id, email, email_key, name, role, counts, features, from_day, until_day, labels, language"},
    {"templates", "name, subject, body, html"},
};

/// Returns whether a statement reads a table.
bool reads(std::string_view sql, const char* table) {
  return sql.find(fmt::format("FROM {}", table)) != std::string_view::npos ||
         sql.find(fmt::format("JOIN {}", table)) != std::string_view::npos;
}

/// Returns `sql` with its tables replaced by their versions as of `revision`.
std::string select_versions(std::string_view sql, std::int64_t revision) {
  std::string prefix;
  for (const auto& [name, columns] : kVersionedTables) {
    if (!reads(sql, name)) continue;
    prefix += fmt::format(
        "{3}{0} AS NOT MATERIALIZED (SELECT {1} FROM allot.{0} WHERE since <= {2}"
        " UNION ALL SELECT {1} FROM {0}_history WHERE since <= {2} AND until + 0 > {2})",
        name, columns, revision, prefix.empty() ? "" : ", ");
  }
  constexpr std::string_view kRecursive = "WITH RECURSIVE ";
  if (sql.starts_with(kRecursive)) return fmt::format("{}{}, {}", kRecursive, prefix, sql.substr(kRecursive.size()));
  return fmt::format("WITH {} {}", prefix, sql);
}

}  // namespace

const char* PgSnapshot::over_rows(const char* sql) {
  if (!as_of_) return sql;
  std::string& text = prefixed_[sql];
  if (text.empty()) text = select_versions(sql, *as_of_);
  return text.c_str();
}

GrantColumns PgSnapshot::grant_columns() {
  return names_ != nullptr ? GrantColumns::extending(*names_) : GrantColumns{catalogue()};
}

const Catalogue& PgSnapshot::catalogue() {
  if (!catalogue_) load_catalogue();
  return *catalogue_;
}

void PgSnapshot::load_catalogue() {
  CatalogueRows rows;
  PgQuery query(connection_, over_rows(kReadCatalogue));
  while (query.step()) {
    std::optional<std::string> required;
    if (!query.is_null(3)) required = query.text(3);
    rows.add(query.integer(0), std::string{query.text(1)}, query.integer(2) != 0, std::move(required));
  }
  catalogue_ = rows.build();
  counted_rows_ = rows.counted_rows();
}

std::optional<TemplateText> PgSnapshot::find_template(std::string_view name) {
  PgQuery query(connection_, over_rows("SELECT subject, body, html FROM templates WHERE name = $1"));
  query.bind(name);
  if (!query.step()) return std::nullopt;
  TemplateText text{std::string{query.text(0)}, std::string{query.text(1)}, {}};
  if (!query.is_null(2)) text.html = query.text(2);
  return text;
}

std::vector<std::string> PgSnapshot::template_names() {
  PgQuery query(connection_, over_rows("SELECT name FROM templates ORDER BY name"));
  std::vector<std::string> names;
  while (query.step()) names.emplace_back(query.text(0));
  return names;
}

}  // namespace allot
