#include <algorithm>
#include <utility>

#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/node_reader.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

/// Binds `type, counts, features, from_day, until_day, labels`.
void bind_contents(PgQuery& query, const LicenseView& license, const Catalogue& catalogue) {
  query.bind(license.type)
      .bind(write_counts(license.grant.counts, catalogue))
      .bind(write_features(license.grant.features, catalogue));
  bind_period(query, license.grant.period);
  bind_labels(query, license.labels);
}

/// Puts the columns of `bind_contents`.
void put_contents(CopyIn& copy, const LicenseView& license, const Catalogue& catalogue) {
  copy.put_text(license.type);
  copy.put_text(write_counts(license.grant.counts, catalogue));
  copy.put_text(write_features(license.grant.features, catalogue));
  copy.put_period(license.grant.period);
  copy.put_labels(license.labels);
}

/// Puts a licence in the place of the one of its name, by name.
void put_license(std::vector<License>& licenses, const LicenseView& license) {
  const auto at = std::lower_bound(licenses.begin(), licenses.end(), license.name,
                                   [](const License& each, std::string_view name) { return each.name < name; });
  if (at != licenses.end() && at->name == license.name) {
    *at = license.copy();
  } else {
    licenses.insert(at, license.copy());
  }
}

}  // namespace

std::vector<License> PgSnapshot::licenses_of(GroupId group) {
  if (const CachedGroup* const known = cache().find(group)) return known->licenses;
  PgQuery query(connection_,
                over_rows("SELECT " ALLOT_LICENSE_COLUMNS " FROM licenses WHERE group_id = $1 ORDER BY name"));
  query.bind(group);
  GrantColumns grants = grant_columns();
  std::vector<License> licenses;
  while (query.step()) licenses.push_back(read_license(query, 0, grants));
  return licenses;
}

std::optional<License> PgSnapshot::find_license(GroupId group, std::string_view name) {
  if (cache().is_absent(group)) return std::nullopt;
  if (const CachedGroup* const known = cache().find(group)) {
    for (const License& license : known->licenses) {
      if (license.name == name) return license;
    }
    return std::nullopt;
  }
  PgQuery query(connection_,
                over_rows("SELECT " ALLOT_LICENSE_COLUMNS " FROM licenses WHERE group_id = $1 AND name = $2"));
  query.bind(group).bind(name);
  if (!query.step()) return std::nullopt;
  GrantColumns grants = grant_columns();
  return read_license(query, 0, grants);
}

void PgStore::keep_license(GroupId group, std::string_view name) {
  PgQuery query(connection_, "INSERT INTO licenses_history (group_id, " ALLOT_LICENSE_COLUMNS
                             ", since, until) SELECT group_id, " ALLOT_LICENSE_COLUMNS
                             ", since, $1 FROM licenses WHERE since < $1 AND group_id = $2 AND name = $3");
  note_change(What::license, group, name);
  query.bind(new_revision()).bind(group).bind(name).run();
}

void PgStore::insert_license(GroupId group, const LicenseView& license) {
  if (CachedGroup* const cached = cache().change(group)) put_license(cached->licenses, license);
  PgQuery query(connection_, "INSERT INTO licenses (group_id, " ALLOT_LICENSE_COLUMNS
                             ", since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
  query.bind(group).bind(license.name);
  bind_contents(query, license, catalogue());
  query.bind(new_revision()).run();
  remember_item(What::license, group, license.name);
}

void PgStore::insert_licenses(const std::vector<NewLicense>& licenses) {
  if (licenses.size() < kFewRows) {
    for (const auto& [group, license] : licenses) insert_license(group, license);
    return;
  }
  cache().forget_groups();
  const std::int64_t revision = next_revision();
  const Catalogue& known = catalogue();  // no query runs until the copy is finished
  CopyIn copy(connection_, "COPY licenses (group_id, " ALLOT_LICENSE_COLUMNS ", since) FROM STDIN (FORMAT binary)");
  for (const auto& [group, license] : licenses) {
    copy.begin_row(9);
    copy.put_bigint(group);
    copy.put_text(license.name);
    put_contents(copy, license, known);
    copy.put_bigint(revision);
  }
  copy.finish();
  for (const auto& [group, license] : licenses) remember_item(What::license, group, license.name);
}

void PgStore::update_license(GroupId group, const LicenseView& license) {
  if (CachedGroup* const cached = cache().change(group)) put_license(cached->licenses, license);
  keep_license(group, license.name);
  PgQuery query(connection_,
                "UPDATE licenses SET type = $1, counts = $2, features = $3, from_day = $4, until_day = $5, labels = $6,"
                " since = $7 WHERE group_id = $8 AND name = $9");
  bind_contents(query, license, catalogue());
  query.bind(new_revision()).bind(group).bind(license.name).run();
}

void PgStore::remove_license(GroupId group, std::string_view name) {
  if (CachedGroup* const cached = cache().change(group)) {
    std::erase_if(cached->licenses, [&](const License& license) { return license.name == name; });
  }
  keep_license(group, name);
  PgQuery(connection_, "DELETE FROM licenses WHERE group_id = $1 AND name = $2").bind(group).bind(name).run();
  forget_item(What::license, group, name);
}

void PgStore::rename_license(GroupId group, std::string_view name, std::string_view new_name) {
  if (CachedGroup* const cached = cache().change(group)) {
    const auto renamed = std::find_if(cached->licenses.begin(), cached->licenses.end(),
                                      [&](const License& license) { return license.name == name; });
    if (renamed != cached->licenses.end()) {
      License license = std::move(*renamed);
      cached->licenses.erase(renamed);
      license.name = new_name;
      put_license(cached->licenses, license);
    }
  }
  // The name before the write: the one that this write replaced, or that of an earlier rename of this write.
  std::optional<std::string> before = find_license_renamed_from(group, name, next_revision());
  keep_license(group, name);
  if (!before && has_replaced(What::license, group, name, new_revision())) before = name;
  forget_item(What::license, group, name);
  PgQuery(connection_, "UPDATE licenses SET name = $1, since = $2 WHERE group_id = $3 AND name = $4")
      .bind(new_name)
      .bind(new_revision())
      .bind(group)
      .bind(name)
      .run();
  remember_item(What::license, group, new_name);
  if (before) mark_renamed(group, new_name, *before);
}

/// Records the name of a licence before this write where the log lists the licence as created. A licence that has the
/// name of one that existed before is an update of that one instead, and is not listed.
void PgStore::mark_renamed(GroupId group, std::string_view name, std::string_view before) {
  const auto set = [&](const char* sql, std::string_view key) {
    PgQuery(connection_, sql).bind(new_revision()).bind(group).bind(key).bind(before).run();
  };
  set("UPDATE log_items SET renamed_from = NULL WHERE revision = $1 AND what = 1 AND group_id = $2 AND name <> $3"
      " AND renamed_from = $4",
      name);
  set("UPDATE log_items SET renamed_from = $4 WHERE revision = $1 AND what = 1 AND group_id = $2 AND name = $3", name);
}

void PgSnapshot::for_each_license(const std::function<void(GroupId, License&&)>& visit) {
  PgCursor query(connection_,
                 over_rows("SELECT group_id, " ALLOT_LICENSE_COLUMNS " FROM licenses ORDER BY group_id, name"));
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), read_license(query, 1, grants));
}

}  // namespace allot
