// Row versions of a write. Before the first change of a row, its version is copied to the history with the write's
// revision as `until`; later changes of the row overwrite the write's own version. So each write leaves at most one
// version of a row, and its changes can be read from `since` and `until` alone.

#include <functional>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

std::int64_t number_of(What what) { return static_cast<std::int64_t>(what); }

/// Returns the name of an item as in its key.
std::string key_of(What what, std::string_view name) {
  return what == What::membership ? fold_ascii(name) : std::string{name};
}

/// Returns a hash of a row's key. Two keys with one hash only make the write compare more versions than it has to.
std::size_t hash_of(What what, GroupId group, std::string_view name) {
  const std::size_t hash = std::hash<std::string_view>{}(name)*31 + std::hash<GroupId>{}(group);
  return hash * 8 + static_cast<std::size_t>(what);
}

/// The statements that compare and settle two versions of a row. Columns with nulls or texts are compared with IS.
struct SettledTable {
  const char* give_back;  // restores the version before the write to an equal row
  const char* remove;     // removes that version from the history
};

constexpr SettledTable kSettledTables[] = {
    {"UPDATE groups SET since = h.since FROM groups_history h WHERE h.until = $1 AND groups.id = h.id"
     " AND groups.since = $1 AND groups.parent IS NOT DISTINCT FROM h.parent AND groups.name = h.name AND groups.kind "
     "IS NOT DISTINCT FROM h.kind"
     " AND groups.restriction = h.restriction AND groups.suspended = h.suspended"
     " AND groups.remind_before IS NOT DISTINCT FROM h.remind_before AND groups.remind_repeat IS NOT DISTINCT FROM "
     "h.remind_repeat"
     " AND groups.remind_users IS NOT DISTINCT FROM h.remind_users"
     " AND groups.remind_low IS NOT DISTINCT FROM h.remind_low AND groups.labels IS NOT DISTINCT FROM h.labels"
     " AND groups.language IS NOT DISTINCT FROM h.language",
     "DELETE FROM groups_history WHERE until = $1"
     " AND EXISTS (SELECT 1 FROM groups g WHERE g.id = groups_history.id AND g.since = groups_history.since)"},
    {"UPDATE licenses SET since = h.since FROM licenses_history h WHERE h.until = $1"
     " AND licenses.group_id = h.group_id AND licenses.name = h.name AND licenses.since = $1"
     " AND licenses.type = h.type AND licenses.counts = h.counts AND licenses.features = h.features"
     " AND licenses.from_day IS NOT DISTINCT FROM h.from_day AND licenses.until_day IS NOT DISTINCT FROM h.until_day"
     " AND licenses.labels IS NOT DISTINCT FROM h.labels",
     "DELETE FROM licenses_history WHERE until = $1 AND EXISTS (SELECT 1 FROM licenses l"
     " WHERE l.group_id = licenses_history.group_id AND l.name = licenses_history.name"
     " AND l.since = licenses_history.since)"},
    {"UPDATE memberships SET since = h.since, renamed_from = h.renamed_from FROM memberships_history h"
     " WHERE h.until = $1 AND memberships.group_id = h.group_id AND memberships.email_key = h.email_key"
     " AND memberships.since = $1 AND memberships.email = h.email AND memberships.name = h.name"
     " AND memberships.role = h.role AND memberships.counts = h.counts AND memberships.features IS NOT DISTINCT FROM "
     "h.features"
     " AND memberships.from_day IS NOT DISTINCT FROM h.from_day AND memberships.until_day IS NOT DISTINCT FROM "
     "h.until_day AND memberships.labels IS NOT DISTINCT FROM h.labels"
     " AND memberships.language IS NOT DISTINCT FROM h.language",
     "DELETE FROM memberships_history WHERE until = $1 AND EXISTS (SELECT 1 FROM memberships m"
     " WHERE m.group_id = memberships_history.group_id AND m.email_key = memberships_history.email_key"
     " AND m.since = memberships_history.since)"},
    {"UPDATE catalog SET since = h.since FROM catalog_history h WHERE h.until = $1 AND catalog.name = h.name"
     " AND catalog.since = $1 AND catalog.counted = h.counted AND catalog.requires IS NOT DISTINCT FROM h.requires",
     "DELETE FROM catalog_history WHERE until = $1 AND EXISTS (SELECT 1 FROM catalog c"
     " WHERE c.name = catalog_history.name AND c.since = catalog_history.since)"},
    {"UPDATE templates SET since = h.since FROM templates_history h WHERE h.until = $1 AND templates.name = h.name"
     " AND templates.since = $1 AND templates.subject = h.subject AND templates.body = h.body"
     " AND templates.html IS NOT DISTINCT FROM h.html",
     "DELETE FROM templates_history WHERE until = $1 AND EXISTS (SELECT 1 FROM templates t"
     " WHERE t.name = templates_history.name AND t.since = templates_history.since)"},
};

}  // namespace

/// Records a change of a row that exists. A row that this write created or changed before has no other version to keep,
/// and its steps differ from its net change.
void PgStore::note_change(What what, GroupId group, std::string_view name) {
  const bool is_created = what != What::catalog && what != What::mail_template && write_.created.contains(group);
  if (is_created || !keys_.changed.insert(hash_of(what, group, name)).second) write_.has_repeats = true;
}

/// Lists an inserted row in log_items, unless this write created its group or removed a version of the row, in which
/// case both make an update.
void PgStore::remember_item(What what, GroupId group, std::string_view name) {
  if (write_.created.contains(group)) return;
  const std::string key = key_of(what, name);
  keys_.changed.insert(hash_of(what, group, key));
  if (keys_.removed.contains(hash_of(what, group, key)) && has_replaced(what, group, key, new_revision())) {
    write_.has_repeats = true;
    if (what == What::membership) write_.readded.emplace(group, key);
    return;
  }
  PgQuery(connection_, "INSERT INTO log_items (revision, what, group_id, name) VALUES ($1, $2, $3, $4)")
      .bind(new_revision())
      .bind(number_of(what))
      .bind(group)
      .bind(key)
      .run();
  write_.has_items = true;
}

void PgStore::forget_item(What what, GroupId group, std::string_view name) {
  write_.has_removals = true;
  keys_.removed.insert(hash_of(what, group, key_of(what, name)));
  if (!write_.has_items) return;
  PgQuery(connection_, "DELETE FROM log_items WHERE revision = $1 AND what = $2 AND group_id = $3 AND name = $4")
      .bind(new_revision())
      .bind(number_of(what))
      .bind(group)
      .bind(key_of(what, name))
      .run();
}

void PgStore::settle_versions() {
  if (!write_.has_repeats) return;
  settle_renamed();
  settle_created();
  for (const auto& [give_back, remove] : kSettledTables) {
    PgQuery(connection_, give_back).bind(new_revision()).run();
    PgQuery(connection_, remove).bind(new_revision()).run();
  }
}

/// Removes from the created groups those that no longer exist and those that existed before the write: a group that
/// this write removed and restored has its old version.
void PgStore::settle_created() {
  IdRanges created;
  for (const IdRanges::Range& range : write_.created.ranges()) {
    std::vector<GroupId> others;
    PgQuery query(
        connection_,
        "SELECT id, EXISTS (SELECT 1 FROM groups_history h WHERE h.id = groups.id AND h.until = $1) FROM groups"
        " WHERE id >= $2 AND id < $3");
    query.bind(new_revision()).bind(range.first).bind(range.end);
    while (query.step()) {
      query.integer(1) == 0 ? created.add(query.integer(0)) : others.push_back(query.integer(0));
    }
    for (const GroupId group : others) list_items_of(group);
  }
  write_.created = std::move(created);
}

/// Lists the rows that this write created in a group that existed before.
void PgStore::list_items_of(GroupId group) {
  for (const char* const sql :
       {"INSERT INTO log_items (revision, what, group_id, name) SELECT $1, 1, group_id, name FROM licenses l"
        " WHERE group_id = $2 AND since = $1 AND NOT EXISTS (SELECT 1 FROM licenses_history h"
        " WHERE h.group_id = $2 AND h.name = l.name AND h.until = $1) ON CONFLICT DO NOTHING",
        "INSERT INTO log_items (revision, what, group_id, name) SELECT $1, 2, group_id, email_key"
        " FROM memberships m WHERE group_id = $2 AND since = $1 AND NOT EXISTS (SELECT 1 FROM memberships_history h"
        " WHERE h.group_id = $2 AND h.email_key = m.email_key AND h.until = $1) ON CONFLICT DO NOTHING"}) {
    PgQuery(connection_, sql).bind(new_revision()).bind(group).run();
  }
}

/// Keeps `renamed_from` only where two e-mails, or two names of licences, make one update: neither may be that of
/// another membership or licence.
void PgStore::settle_renamed() {
  PgQuery(
      connection_,
      "UPDATE log_items SET renamed_from = NULL WHERE revision = $1 AND what = 1 AND EXISTS (SELECT 1 FROM licenses l"
      " WHERE l.group_id = log_items.group_id AND l.name = log_items.renamed_from)")
      .bind(new_revision())
      .run();
  for (const auto& [group, email] : write_.renamed) {
    PgQuery(
        connection_,
        "UPDATE memberships SET renamed_from = NULL WHERE group_id = $1 AND email_key = $2 AND since = $3"
        " AND (renamed_from_key = email_key"
        " OR EXISTS (SELECT 1 FROM memberships_history h WHERE h.group_id = $1 AND h.email_key = $2 AND h.until = $3)"
        " OR EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = $1 AND m.email_key = "
        "memberships.renamed_from_key))")
        .bind(group)
        .bind(fold_ascii(email))
        .bind(new_revision())
        .run();
  }
}

void PgStore::restore(const ItemKey& key, std::int64_t revision) {
  has_figures_ = false;
  switch (key.what) {
    case What::group:
      return restore_group(key.group, revision);
    case What::license:
      return restore_license(key, revision);
    case What::membership:
      return restore_membership(key, revision);
    case What::catalog:
      PgQuery(connection_,
              "INSERT INTO catalog (id, name, counted, requires, since) SELECT (SELECT coalesce(max(id), 0) + 1"
              " FROM catalog), name, counted, requires, $1 FROM catalog_history WHERE name = $2 AND until = $3")
          .bind(new_revision())
          .bind(key.name)
          .bind(revision)
          .run();
      catalogue_.reset();
      return remember_item(What::catalog, 0, key.name);
    case What::mail_template:
      break;
  }
  keep_template(key.name);
  const bool is_new = !find_template(key.name);
  PgQuery(connection_,
          "INSERT INTO templates (name, subject, body, html, since) SELECT name, subject, body, html, $1"
          " FROM templates_history WHERE name = $2 AND until = $3 ON CONFLICT (name) DO UPDATE"
          " SET subject = excluded.subject, body = excluded.body, html = excluded.html, since = excluded.since")
      .bind(new_revision())
      .bind(key.name)
      .bind(revision)
      .run();
  if (is_new) remember_item(What::mail_template, 0, key.name);
}

void PgStore::restore_group(GroupId id, std::int64_t revision) {
  const bool is_there = find_group(id).has_value();
  cache().forget_place(id);
  if (is_there) {
    keep_group(id);
    PgQuery(connection_,
            "UPDATE groups SET (parent, name, kind, restriction, suspended, remind_before, remind_repeat, "
            "remind_users, remind_low, labels, language,"
            " since) = (SELECT h.parent, h.name, h.kind, h.restriction, h.suspended, h.remind_before, h.remind_repeat,"
            " h.remind_users, h.remind_low, h.labels, h.language, $1 FROM groups_history h WHERE h.id = $2 AND h.until "
            "= $3) WHERE "
            "id = $2")
        .bind(new_revision())
        .bind(id)
        .bind(revision)
        .run();
    return;
  }
  PgQuery(connection_, "INSERT INTO groups (" ALLOT_GROUP_COLUMNS ", since) SELECT " ALLOT_GROUP_COLUMNS
                       ", $1 FROM groups_history WHERE id = $2 AND until = $3")
      .bind(new_revision())
      .bind(id)
      .bind(revision)
      .run();
  // A row of zeros records since when the figures are valid; those before the removal are not kept.
  PgQuery(connection_,
          "INSERT INTO figures (group_id, children, members, ceilings, allotted, since)"
          " VALUES ($1, 0, 0, 0, ''::bytea, $2)")
      .bind(id)
      .bind(new_revision())
      .run();
  write_.has_repeats = write_.has_repeats || write_.has_removals;
  write_.created.add(id);
}

void PgStore::restore_license(const ItemKey& key, std::int64_t revision) {
  const bool is_there = find_license(key.group, key.name).has_value();
  cache().forget_group(key.group);
  if (is_there) {
    keep_license(key.group, key.name);
    PgQuery(
        connection_,
        "UPDATE licenses SET (type, counts, features, from_day, until_day, labels, since) = (SELECT h.type, h.counts,"
        " h.features, h.from_day, h.until_day, h.labels, $1 FROM licenses_history h WHERE h.group_id = $2 AND h.name = "
        "$3"
        " AND h.until = $4) WHERE group_id = $2 AND name = $3")
        .bind(new_revision())
        .bind(key.group)
        .bind(key.name)
        .bind(revision)
        .run();
    return;
  }
  PgQuery(connection_,
          "INSERT INTO licenses (group_id, " ALLOT_LICENSE_COLUMNS ", since) SELECT group_id, " ALLOT_LICENSE_COLUMNS
          ", $1 FROM licenses_history WHERE group_id = $2 AND name = $3 AND until = $4")
      .bind(new_revision())
      .bind(key.group)
      .bind(key.name)
      .bind(revision)
      .run();
  remember_item(What::license, key.group, key.name);
}

void PgStore::restore_membership(const ItemKey& key, std::int64_t revision) {
  const bool is_there = find_membership(key.group, key.name).has_value();
  cache().forget_membership(key.group, key.name);
  if (is_there) {
    keep_membership(key.group, key.name);
    PgQuery(connection_,
            "UPDATE memberships SET (" ALLOT_MEMBERSHIP_COLUMNS
            ", since) = (SELECT h.email, h.name, h.role, h.counts, h.features, h.from_day, h.until_day, h.labels, "
            "h.language, $1 FROM memberships_history h WHERE h.group_id = $2 AND h.email_key = $3 AND h.until = $4), "
            "renamed_from = CASE WHEN since = $1 THEN renamed_from END WHERE group_id = $2 AND email_key = $3")
        .bind(new_revision())
        .bind(key.group)
        .bind(key.name)
        .bind(revision)
        .run();
    return;
  }
  PgQuery(connection_, "INSERT INTO memberships (group_id, " ALLOT_MEMBERSHIP_COLUMNS
                       ", since) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                       ", $1 FROM memberships_history WHERE group_id = $2 AND email_key = $3 AND until = $4")
      .bind(new_revision())
      .bind(key.group)
      .bind(key.name)
      .bind(revision)
      .run();
  remember_item(What::membership, key.group, key.name);
}

}  // namespace allot
