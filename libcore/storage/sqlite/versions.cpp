// Row versions of a write. Before the first change of a row, its version is copied to the history with the write's
// revision as `until`; later changes of the row overwrite the write's own version. So each write leaves at most one
// version of a row, and its changes can be read from `since` and `until` alone.

#include "libcore/base/text.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

std::int64_t number_of(What what) { return static_cast<std::int64_t>(what); }

/// Returns the name of an item as in its key.
std::string key_of(What what, std::string_view name) {
  return what == What::membership ? fold_ascii(name) : std::string{name};
}

/// The statements that compare and settle two versions of a row. Columns with nulls or texts are compared with IS.
struct SettledTable {
  const char* give_back;  // restores the version before the write to an equal row
  const char* remove;     // removes that version from the history
};

constexpr SettledTable kSettledTables[] = {
    {"UPDATE groups SET since = h.since FROM groups_history h WHERE h.until = ?1 AND groups.id = h.id"
     " AND groups.since = ?1 AND groups.parent IS h.parent AND groups.name = h.name AND groups.kind IS h.kind"
     " AND groups.restriction = h.restriction AND groups.suspended = h.suspended"
     " AND groups.remind_before IS h.remind_before AND groups.remind_repeat IS h.remind_repeat"
     " AND groups.remind_users IS h.remind_users AND groups.remind_low IS h.remind_low"
     " AND groups.labels IS h.labels AND groups.language IS h.language",
     "DELETE FROM groups_history WHERE until = ?1"
     " AND EXISTS (SELECT 1 FROM groups g WHERE g.id = groups_history.id AND g.since = groups_history.since)"},
    {"UPDATE licenses SET since = h.since FROM licenses_history h WHERE h.until = ?1"
     " AND licenses.group_id = h.group_id AND licenses.name = h.name AND licenses.since = ?1"
     " AND licenses.type = h.type AND licenses.counts = h.counts AND licenses.features = h.features"
     " AND licenses.from_day IS h.from_day AND licenses.until_day IS h.until_day AND licenses.labels IS h.labels",
     "DELETE FROM licenses_history WHERE until = ?1 AND EXISTS (SELECT 1 FROM licenses l"
     " WHERE l.group_id = licenses_history.group_id AND l.name = licenses_history.name"
     " AND l.since = licenses_history.since)"},
    {"UPDATE memberships SET since = h.since, renamed_from = h.renamed_from FROM memberships_history h"
     " WHERE h.until = ?1 AND memberships.group_id = h.group_id AND memberships.email = h.email"
     " AND memberships.since = ?1 AND memberships.email = h.email COLLATE BINARY AND memberships.name = h.name"
     " AND memberships.role = h.role AND memberships.counts = h.counts AND memberships.features IS h.features"
     " AND memberships.from_day IS h.from_day AND memberships.until_day IS h.until_day"
     " AND memberships.labels IS h.labels AND memberships.language IS h.language",
     "DELETE FROM memberships_history WHERE until = ?1 AND EXISTS (SELECT 1 FROM memberships m"
     " WHERE m.group_id = memberships_history.group_id AND m.email = memberships_history.email"
     " AND m.since = memberships_history.since)"},
    {"UPDATE catalog SET since = h.since FROM catalog_history h WHERE h.until = ?1 AND catalog.name = h.name"
     " AND catalog.since = ?1 AND catalog.counted = h.counted AND catalog.requires IS h.requires",
     "DELETE FROM catalog_history WHERE until = ?1 AND EXISTS (SELECT 1 FROM catalog c"
     " WHERE c.name = catalog_history.name AND c.since = catalog_history.since)"},
    {"UPDATE templates SET since = h.since FROM templates_history h WHERE h.until = ?1 AND templates.name = h.name"
     " AND templates.since = ?1 AND templates.subject = h.subject AND templates.body = h.body"
     " AND templates.html IS h.html",
     "DELETE FROM templates_history WHERE until = ?1 AND EXISTS (SELECT 1 FROM templates t"
     " WHERE t.name = templates_history.name AND t.since = templates_history.since)"},
};

}  // namespace

/// Records a repeated change if the change of a row copied no version (`kept` is 0) to the history.
void SqliteStore::note_kept(std::int64_t kept) { write_.has_repeats = write_.has_repeats || kept == 0; }

/// Lists an inserted row in log_items, unless this write created its group or removed a version of the row, in which
/// case both make an update.
void SqliteStore::remember_item(What what, GroupId group, std::string_view name) {
  if (write_.created.contains(group)) return;
  if (write_.has_removals) {
    if (has_replaced(what, group, name, write_.revision)) {
      write_.has_repeats = true;
      if (what == What::membership) write_.readded.emplace(group, key_of(what, name));
      return;
    }
  }
  Query(connection_, "INSERT INTO log_items (revision, what, group_id, name) VALUES (?, ?, ?, ?)")
      .bind(write_.revision)
      .bind(number_of(what))
      .bind(group)
      .bind(key_of(what, name))
      .run();
  write_.has_items = true;
}

void SqliteStore::forget_item(What what, GroupId group, std::string_view name) {
  write_.has_removals = true;
  if (!write_.has_items) return;
  Query(connection_, "DELETE FROM log_items WHERE revision = ? AND what = ? AND group_id = ? AND name = ?")
      .bind(write_.revision)
      .bind(number_of(what))
      .bind(group)
      .bind(key_of(what, name))
      .run();
}

void SqliteStore::settle_versions() {
  if (!write_.has_repeats) return;
  settle_renamed();
  settle_created();
  for (const auto& [give_back, remove] : kSettledTables) {
    Query(connection_, give_back).bind(write_.revision).run();
    Query(connection_, remove).bind(write_.revision).run();
  }
}

/// Removes from the created groups those that no longer exist and those that existed before the write: a group that
/// this write removed and restored has its old version.
void SqliteStore::settle_created() {
  IdRanges created;
  for (const IdRanges::Range& range : write_.created.ranges()) {
    std::vector<GroupId> others;
    Query query(connection_,
                "SELECT id, EXISTS (SELECT 1 FROM groups_history h WHERE h.id = groups.id AND h.until = ?1) FROM groups"
                " WHERE id >= ?2 AND id < ?3");
    query.bind(write_.revision).bind(range.first).bind(range.end);
    while (query.step()) {
      query.integer(1) == 0 ? created.add(query.integer(0)) : others.push_back(query.integer(0));
    }
    for (const GroupId group : others) list_items_of(group);
  }
  write_.created = std::move(created);
}

/// Lists the rows that this write created in a group that existed before.
void SqliteStore::list_items_of(GroupId group) {
  for (const char* const sql :
       {"INSERT OR IGNORE INTO log_items (revision, what, group_id, name) SELECT ?1, 1, group_id, name FROM licenses l"
        " WHERE group_id = ?2 AND since = ?1 AND NOT EXISTS (SELECT 1 FROM licenses_history h"
        " WHERE h.group_id = ?2 AND h.name = l.name AND h.until = ?1)",
        "INSERT OR IGNORE INTO log_items (revision, what, group_id, name) SELECT ?1, 2, group_id, lower(email)"
        " FROM memberships m WHERE group_id = ?2 AND since = ?1 AND NOT EXISTS (SELECT 1 FROM memberships_history h"
        " WHERE h.group_id = ?2 AND h.email = m.email AND h.until = ?1)"}) {
    Query(connection_, sql).bind(write_.revision).bind(group).run();
  }
}

/// Keeps `renamed_from` only where two e-mails, or two names of licences, make one update: neither may be that of
/// another membership or licence.
void SqliteStore::settle_renamed() {
  Query(connection_,
        "UPDATE log_items SET renamed_from = NULL WHERE revision = ?1 AND what = 1 AND EXISTS (SELECT 1 FROM licenses l"
        " WHERE l.group_id = log_items.group_id AND l.name = log_items.renamed_from)")
      .bind(write_.revision)
      .run();
  for (const auto& [group, email] : write_.renamed) {
    Query(connection_,
          "UPDATE memberships SET renamed_from = NULL WHERE group_id = ?1 AND email = ?2 AND since = ?3"
          " AND (renamed_from = email"
          " OR EXISTS (SELECT 1 FROM memberships_history h WHERE h.group_id = ?1 AND h.email = ?2 AND h.until = ?3)"
          " OR EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = ?1 AND m.email = memberships.renamed_from))")
        .bind(group)
        .bind(email)
        .bind(write_.revision)
        .run();
  }
}

void SqliteStore::restore(const ItemKey& key, std::int64_t revision) {
  switch (key.what) {
    case What::group:
      return restore_group(key.group, revision);
    case What::license:
      return restore_license(key, revision);
    case What::membership:
      return restore_membership(key, revision);
    case What::catalog:
      Query(connection_,
            "INSERT INTO catalog (name, counted, requires, since) SELECT name, counted, requires, ?1"
            " FROM catalog_history WHERE name = ?2 AND until = ?3")
          .bind(write_.revision)
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
  Query(connection_,
        "INSERT OR REPLACE INTO templates (name, subject, body, html, since) SELECT name, subject, body, html, ?1"
        " FROM templates_history WHERE name = ?2 AND until = ?3")
      .bind(write_.revision)
      .bind(key.name)
      .bind(revision)
      .run();
  if (is_new) remember_item(What::mail_template, 0, key.name);
}

void SqliteStore::restore_group(GroupId id, std::int64_t revision) {
  if (find_group(id)) {
    keep_group(id);
    Query(connection_,
          "UPDATE groups SET (parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, "
          "remind_low, "
          "labels, language,"
          " since) = (SELECT h.parent, h.name, h.kind, h.restriction, h.suspended, h.remind_before, h.remind_repeat,"
          " h.remind_users, h.remind_low, h.labels, h.language, ?1 FROM groups_history h WHERE h.id = ?2 AND h.until = "
          "?3) WHERE "
          "id = ?2")
        .bind(write_.revision)
        .bind(id)
        .bind(revision)
        .run();
    return;
  }
  Query(connection_, "INSERT INTO groups (" ALLOT_GROUP_COLUMNS ", since) SELECT " ALLOT_GROUP_COLUMNS
                     ", ?1 FROM groups_history WHERE id = ?2 AND until = ?3")
      .bind(write_.revision)
      .bind(id)
      .bind(revision)
      .run();
  // A row of zeros records since when the figures are valid; those before the removal are not kept.
  Query(connection_,
        "INSERT INTO figures (group_id, children, members, ceilings, allotted, since)"
        " VALUES (?, 0, 0, 0, x'', ?)")
      .bind(id)
      .bind(write_.revision)
      .run();
  write_.has_repeats = write_.has_repeats || write_.has_removals;
  write_.created.add(id);
}

void SqliteStore::restore_license(const ItemKey& key, std::int64_t revision) {
  if (find_license(key.group, key.name)) {
    keep_license(key.group, key.name);
    Query(connection_,
          "UPDATE licenses SET (type, counts, features, from_day, until_day, labels, since) = (SELECT h.type, h.counts,"
          " h.features, h.from_day, h.until_day, h.labels, ?1 FROM licenses_history h WHERE h.group_id = ?2 AND h.name "
          "= ?3"
          " AND h.until = ?4) WHERE group_id = ?2 AND name = ?3")
        .bind(write_.revision)
        .bind(key.group)
        .bind(key.name)
        .bind(revision)
        .run();
    return;
  }
  Query(connection_,
        "INSERT INTO licenses (group_id, " ALLOT_LICENSE_COLUMNS ", since) SELECT group_id, " ALLOT_LICENSE_COLUMNS
        ", ?1 FROM licenses_history WHERE group_id = ?2 AND name = ?3 AND until = ?4")
      .bind(write_.revision)
      .bind(key.group)
      .bind(key.name)
      .bind(revision)
      .run();
  remember_item(What::license, key.group, key.name);
}

void SqliteStore::restore_membership(const ItemKey& key, std::int64_t revision) {
  if (find_membership(key.group, key.name)) {
    keep_membership(key.group, key.name);
    Query(connection_,
          "UPDATE memberships SET (" ALLOT_MEMBERSHIP_COLUMNS
          ", since) = (SELECT h.email, h.name, h.role, h.counts, h.features, h.from_day, h.until_day, h.labels, "
          "h.language, ?1 FROM memberships_history h WHERE h.group_id = ?2 AND h.email = ?3 AND h.until = ?4), "
          "renamed_from = CASE WHEN since = ?1 THEN renamed_from END WHERE group_id = ?2 AND email = ?3")
        .bind(write_.revision)
        .bind(key.group)
        .bind(key.name)
        .bind(revision)
        .run();
    return;
  }
  Query(connection_, "INSERT INTO memberships (group_id, " ALLOT_MEMBERSHIP_COLUMNS
                     ", since) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                     ", ?1 FROM memberships_history WHERE group_id = ?2 AND email = ?3 AND until = ?4")
      .bind(write_.revision)
      .bind(key.group)
      .bind(key.name)
      .bind(revision)
      .run();
  remember_item(What::membership, key.group, key.name);
}

}  // namespace allot
