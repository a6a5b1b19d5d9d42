#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/many_rows.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

/// Returns a statement that inserts `rows` licences.
const char* insert_of_licenses(std::size_t rows) {
  static const Inserts inserts{"licenses (group_id, " ALLOT_LICENSE_COLUMNS ", since)", 9};
  return inserts.of(rows);
}

/// Binds `type, counts, features, from_day, until_day, labels`.
void bind_contents(Query& query, const LicenseView& license, const Catalogue& catalogue) {
  query.bind(license.type)
      .bind(write_counts(license.grant.counts, catalogue))
      .bind(write_features(license.grant.features, catalogue));
  bind_period(query, license.grant.period);
  bind_labels(query, license.labels);
}

}  // namespace

std::vector<License> SqliteSnapshot::licenses_of(GroupId group) {
  Query query(connection_,
              over_rows("SELECT " ALLOT_LICENSE_COLUMNS " FROM licenses WHERE group_id = ? ORDER BY name"));
  query.bind(group);
  GrantColumns grants = grant_columns();
  std::vector<License> licenses;
  while (query.step()) licenses.push_back(read_license(query, 0, grants));
  return licenses;
}

std::optional<License> SqliteSnapshot::find_license(GroupId group, std::string_view name) {
  Query query(connection_, over_rows("SELECT " ALLOT_LICENSE_COLUMNS " FROM licenses WHERE group_id = ? AND name = ?"));
  query.bind(group).bind(name);
  if (!query.step()) return std::nullopt;
  GrantColumns grants = grant_columns();
  return read_license(query, 0, grants);
}

void SqliteStore::keep_license(GroupId group, std::string_view name) {
  Query query(connection_, "INSERT INTO licenses_history (group_id, " ALLOT_LICENSE_COLUMNS
                           ", since, until) SELECT group_id, " ALLOT_LICENSE_COLUMNS
                           ", since, ?1 FROM licenses WHERE since < ?1 AND group_id = ?2 AND name = ?3");
  note_kept(query.bind(write_.revision).bind(group).bind(name).run_counted());
}

void SqliteStore::insert_license(GroupId group, const LicenseView& license) { insert_licenses({{group, license}}); }

void SqliteStore::insert_licenses(const std::vector<NewLicense>& licenses) {
  for_many_rows(licenses.size(), write_.has_indexes, [&](std::size_t first, std::size_t count) {
    Query query(connection_, insert_of_licenses(count));
    for (std::size_t i = first; i < first + count; ++i) {
      query.bind(licenses[i].group).bind(licenses[i].license.name);
      bind_contents(query, licenses[i].license, catalogue());
      query.bind(write_.revision);
    }
    query.run();
    for (std::size_t i = first; i < first + count; ++i) {
      remember_item(What::license, licenses[i].group, licenses[i].license.name);
    }
  });
}

void SqliteStore::update_license(GroupId group, const LicenseView& license) {
  keep_license(group, license.name);
  Query query(connection_,
              "UPDATE licenses SET type = ?, counts = ?, features = ?, from_day = ?, until_day = ?, labels = ?,"
              " since = ? WHERE group_id = ? AND name = ?");
  bind_contents(query, license, catalogue());
  query.bind(write_.revision).bind(group).bind(license.name).run();
}

void SqliteStore::remove_license(GroupId group, std::string_view name) {
  keep_license(group, name);
  Query(connection_, "DELETE FROM licenses WHERE group_id = ? AND name = ?").bind(group).bind(name).run();
  forget_item(What::license, group, name);
}

void SqliteStore::rename_license(GroupId group, std::string_view name, std::string_view new_name) {
  // The name before the write: the one that this write replaced, or that of an earlier rename of this write.
  std::optional<std::string> before = find_license_renamed_from(group, name, write_.revision);
  keep_license(group, name);
  if (!before && has_replaced(What::license, group, name, write_.revision)) before = name;
  forget_item(What::license, group, name);
  Query(connection_, "UPDATE licenses SET name = ?1, since = ?2 WHERE group_id = ?3 AND name = ?4")
      .bind(new_name)
      .bind(write_.revision)
      .bind(group)
      .bind(name)
      .run();
  remember_item(What::license, group, new_name);
  if (before) mark_renamed(group, new_name, *before);
}

/// Records the name of a licence before this write where the log lists the licence as created. A licence that has the
/// name of one that existed before is an update of that one instead, and is not listed.
void SqliteStore::mark_renamed(GroupId group, std::string_view name, std::string_view before) {
  const auto set = [&](const char* sql, std::string_view key) {
    Query(connection_, sql).bind(write_.revision).bind(group).bind(key).bind(before).run();
  };
  set("UPDATE log_items SET renamed_from = NULL WHERE revision = ?1 AND what = 1 AND group_id = ?2 AND name <> ?3"
      " AND renamed_from = ?4",
      name);
  set("UPDATE log_items SET renamed_from = ?4 WHERE revision = ?1 AND what = 1 AND group_id = ?2 AND name = ?3", name);
}

void SqliteSnapshot::for_each_license(const std::function<void(GroupId, License&&)>& visit) {
  Query query(connection_,
              over_rows("SELECT group_id, " ALLOT_LICENSE_COLUMNS " FROM licenses ORDER BY group_id, name"));
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), read_license(query, 1, grants));
}

}  // namespace allot
