#include <algorithm>
#include <set>

#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

/// Selects the groups that the write ?1 changed or in which it changed rows, and their ancestors before and after the
/// write; the ancestors of created groups are not included.
constexpr const char* kSelectPlaces =
    "WITH RECURSIVE places (id) AS (SELECT id FROM groups_history WHERE until = ?1"
    " UNION SELECT group_id FROM licenses_history WHERE until = ?1"
    " UNION SELECT group_id FROM memberships_history WHERE until = ?1"
    " UNION SELECT group_id FROM log_items WHERE revision = ?1"
    " UNION SELECT g.parent FROM places p JOIN groups g ON g.id = p.id"
    " UNION SELECT h.parent FROM places p JOIN groups_history h ON h.id = p.id AND h.until = ?1)"
    " SELECT id FROM places WHERE id > 1";

constexpr const char* kSelectEntry =
    "SELECT revision, time, login, actor, actor_groups, via, command, changes, created, message FROM log WHERE "
    "revision = ?";

}  // namespace

std::int64_t SqliteStore::revision() { return connection_.ask_integer("SELECT revision FROM store"); }

std::vector<GroupId> SqliteStore::find_places() {
  std::set<GroupId> places;
  Query query(connection_, kSelectPlaces);
  query.bind(write_.revision);
  while (query.step()) places.insert(query.integer(0));
  for (GroupId group : parents_above(write_.created)) {
    while (group != 0 && places.insert(group).second) {
      const auto row = find_group(group);
      group = row ? row->parent : 0;
    }
  }
  std::erase_if(places, [&](GroupId group) { return group <= kRootGroup || write_.created.contains(group); });
  return {places.begin(), places.end()};
}

void SqliteStore::add_entry(const StoredEntry& entry) {
  added_ = entry;
  const std::vector<GroupId> places = find_places();
  const bool is_wide = places.size() > kFewPlaces;
  Query query(
      connection_,
      "INSERT INTO log (revision, time, login, actor, actor_groups, via, command, message, changes, created, places)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(write_.revision).bind(entry.time).bind(entry.login);
  if (entry.actor) {
    query.bind(*entry.actor);
  } else {
    query.bind_null();
  }
  query.bind(write_groups(entry.actor_groups)).bind(std::int64_t{entry.via}).bind(entry.command);
  if (entry.message) {
    query.bind(*entry.message);
  } else {
    query.bind_null();
  }
  query.bind(entry.changes);
  if (write_.created.is_empty()) {
    query.bind_null();
  } else {
    query.bind_blob(write_ranges(write_.created));
  }
  if (is_wide) {
    query.bind_blob(write_places(places));
  } else {
    query.bind_null();
  }
  query.run();
  if (!is_wide) {
    for (const GroupId place : places) {
      Query(connection_, "INSERT INTO log_places (group_id, revision) VALUES (?, ?)")
          .bind(place)
          .bind(write_.revision)
          .run();
    }
  }
  Query(connection_, "UPDATE store SET revision = ?, next_group = coalesce(?, next_group)")
      .bind(write_.revision)
      .bind(write_.next_group)
      .run();
}

std::optional<StoredEntry> SqliteStore::find_entry(std::int64_t revision) {
  Query query(connection_, kSelectEntry);
  query.bind(revision);
  if (!query.step()) return std::nullopt;
  return read_entry(query);
}

void SqliteStore::for_each_entry(const std::function<bool(StoredEntry&&)>& visit, std::int64_t last) {
  Query query(connection_,
              "SELECT revision, time, login, actor, actor_groups, via, command, changes, created, message FROM log"
              " WHERE revision <= ? ORDER BY revision DESC");
  query.bind(last);
  while (query.step()) {
    if (!visit(read_entry(query))) return;
  }
}

std::int64_t SqliteStore::pruned_revision() { return connection_.ask_integer("SELECT pruned FROM store"); }

void SqliteStore::prune_log(std::int64_t revision) {
  for (const char* const sql :
       {"DELETE FROM groups_history WHERE until <= ?", "DELETE FROM licenses_history WHERE until <= ?",
        "DELETE FROM memberships_history WHERE until <= ?", "DELETE FROM catalog_history WHERE until <= ?",
        "DELETE FROM templates_history WHERE until <= ?", "DELETE FROM log_items WHERE revision <= ?",
        "DELETE FROM log_places WHERE revision <= ?", "DELETE FROM log WHERE revision <= ?",
        "UPDATE store SET pruned = ?"}) {
    Query(connection_, sql).bind(revision).run();
  }
}

std::map<std::int64_t, std::vector<GroupId>> SqliteStore::places_since(std::int64_t first) {
  std::map<std::int64_t, std::vector<GroupId>> places;
  Query wide(connection_, "SELECT revision, places FROM log WHERE places IS NOT NULL AND revision >= ?");
  wide.bind(first);
  while (wide.step()) {
    places[wide.integer(0)] = read_places(wide.text(1));
  }
  Query few(connection_, "SELECT revision, group_id FROM log_places WHERE revision >= ? ORDER BY group_id");
  few.bind(first);
  while (few.step()) places[few.integer(0)].push_back(few.integer(1));
  return places;
}

std::vector<std::int64_t> SqliteStore::entries_at(GroupId group, std::int64_t after) {
  std::vector<std::int64_t> revisions;
  // Each creation or restoration of the group is a version that no other version precedes.
  Query query(
      connection_,
      "WITH versions AS (SELECT since, NULL AS until FROM groups WHERE id = ?1"
      " UNION ALL SELECT since, until FROM groups_history WHERE id = ?1)"
      " SELECT since FROM versions WHERE since > ?2 AND since NOT IN (SELECT until FROM groups_history WHERE id = ?1)"
      " UNION SELECT revision FROM log_places WHERE group_id = ?1 AND revision > ?2");
  after = std::max(after, pruned_revision());
  query.bind(group).bind(after);
  while (query.step()) revisions.push_back(query.integer(0));
  Query wide(connection_, "SELECT revision, places FROM log WHERE places IS NOT NULL AND revision > ?");
  wide.bind(after);
  while (wide.step()) {
    if (has_place(wide.text(1), group)) revisions.push_back(wide.integer(0));
  }
  std::sort(revisions.begin(), revisions.end());
  revisions.erase(std::unique(revisions.begin(), revisions.end()), revisions.end());
  return revisions;
}

std::int64_t SqliteStore::newest_entry_at(GroupId group) {
  Query query(connection_,
              "SELECT max((SELECT coalesce(max(revision), 0) FROM log_places WHERE group_id = ?1),"
              " (SELECT coalesce(max(since), 0) FROM (SELECT since FROM groups WHERE id = ?1"
              " UNION ALL SELECT since FROM groups_history WHERE id = ?1)))");
  query.bind(group).step();
  const std::int64_t newest = query.integer(0) > pruned_revision() ? query.integer(0) : 0;
  Query wide(connection_,
             "SELECT revision, places FROM log WHERE places IS NOT NULL AND revision > ? ORDER BY revision DESC");
  wide.bind(newest);
  while (wide.step()) {
    if (has_place(wide.text(1), group)) return wide.integer(0);
  }
  return newest;
}

}  // namespace allot
