#include <algorithm>

#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

// The places of the write $1: the groups that it changed or in which it changed rows, and their ancestors before and
// after it.

#define ALLOT_CHANGED                                                \
  "changed (id) AS (SELECT id FROM groups_history WHERE until = $1"  \
  " UNION SELECT group_id FROM licenses_history WHERE until = $1"    \
  " UNION SELECT group_id FROM memberships_history WHERE until = $1" \
  " UNION SELECT group_id FROM log_items WHERE revision = $1"

#define ALLOT_PLACES                                                                                 \
  "), places (id) AS (SELECT id FROM changed UNION SELECT v.parent FROM places p CROSS JOIN LATERAL" \
  " (SELECT parent FROM groups WHERE id = p.id"                                                      \
  " UNION ALL SELECT parent FROM groups_history WHERE id = p.id AND until = $1) AS v)"               \
  " INSERT INTO log_places (group_id, revision) SELECT id, $1 FROM places p WHERE id > 1"

constexpr const char* kAddPlaces = "WITH RECURSIVE " ALLOT_CHANGED ALLOT_PLACES;

/// Of a write that created groups, those in the ranges of ids from $2 to before $3, which are no places; their parents
/// are. They come out of an array, of which the planner expects ten rows: for the range of ids alone it expects a share
/// of all groups, ten times that for each step of the recursion, and allocates a hash table for all of them.
constexpr const char* kAddPlacesAround =
    "WITH RECURSIVE created (first, last) AS (SELECT * FROM unnest($2, $3)), " ALLOT_CHANGED
    " UNION SELECT unnest(ARRAY(SELECT DISTINCT g.parent FROM created c JOIN groups g ON g.id >= c.first"
    " AND g.id < c.last WHERE g.parent < c.first OR g.parent >= c.last))" ALLOT_PLACES
    " AND NOT EXISTS (SELECT FROM created c WHERE p.id >= c.first AND p.id < c.last)";

constexpr const char* kSelectEntry =
    "SELECT revision, time, login, actor, actor_groups, via, command, changes, created, message FROM log WHERE "
    "revision = $1";

}  // namespace

std::int64_t PgStore::revision() { return counter().revision; }

void PgStore::add_entry(const StoredEntry& entry) {
  PgQuery query(
      connection_,
      "INSERT INTO log (revision, time, login, actor, actor_groups, via, command, message, changes, created, write_key)"
      " VALUES ($1, greatest($2, (SELECT time FROM log ORDER BY revision DESC LIMIT 1)), $3, $4, $5, $6, $7, $8,"
      " $9, $10, $11)");
  query.bind(new_revision())
      .bind(entry.time)
      .bind(entry.login)
      .bind(entry.actor)
      .bind(write_groups(entry.actor_groups))
      .bind(std::int64_t{entry.via})
      .bind_bytes(entry.command)
      .bind(entry.message)
      .bind(entry.changes);
  if (write_.created.is_empty()) {
    query.bind_null();
  } else {
    query.bind_bytes(write_ranges(write_.created));
  }
  entry_key_ = write_key_;
  query.bind(write_key_).run();
  add_places();
  if (notes_spellings_ && !counter().has_spellings) PgQuery(connection_, "UPDATE store SET spellings = 1").run();
}

void PgStore::add_places() {
  if (write_.created.is_empty()) return PgQuery(connection_, kAddPlaces).bind(new_revision()).run();
  std::vector<GroupId> first;
  std::vector<GroupId> last;
  for (const IdRanges::Range& range : write_.created.ranges()) {
    first.push_back(range.first);
    last.push_back(range.end);
  }
  PgQuery(connection_, kAddPlacesAround).bind(new_revision()).bind(first).bind(last).run();
}

std::optional<StoredEntry> PgStore::find_entry(std::int64_t revision) {
  PgQuery query(connection_, kSelectEntry);
  query.bind(revision);
  if (!query.step()) return std::nullopt;
  return read_entry(query);
}

void PgStore::for_each_entry(const std::function<bool(StoredEntry&&)>& visit, std::int64_t last) {
  PgCursor query(connection_,
                 "SELECT revision, time, login, actor, actor_groups, via, command, changes, created, message FROM log"
                 " WHERE revision <= $1 ORDER BY revision DESC");
  query.bind(last);
  while (query.step()) {
    if (!visit(read_entry(query))) return;
  }
}

std::int64_t PgStore::pruned_revision() { return counter().pruned; }

void PgStore::prune_log(std::int64_t revision) {
  for (const char* const sql :
       {"DELETE FROM groups_history WHERE until <= $1", "DELETE FROM licenses_history WHERE until <= $1",
        "DELETE FROM memberships_history WHERE until <= $1", "DELETE FROM catalog_history WHERE until <= $1",
        "DELETE FROM templates_history WHERE until <= $1", "DELETE FROM log_items WHERE revision <= $1",
        "DELETE FROM log_places WHERE revision <= $1", "DELETE FROM log WHERE revision <= $1",
        "UPDATE store SET pruned = $1"}) {
    PgQuery(connection_, sql).bind(revision).run();
  }
  counter().pruned = revision;
}

std::map<std::int64_t, std::vector<GroupId>> PgStore::places_since(std::int64_t first) {
  std::map<std::int64_t, std::vector<GroupId>> places;
  PgCursor query(connection_, "SELECT revision, group_id FROM log_places WHERE revision >= $1 ORDER BY group_id");
  query.bind(first);
  while (query.step()) places[query.integer(0)].push_back(query.integer(1));
  return places;
}

std::vector<std::int64_t> PgStore::entries_at(GroupId group, std::int64_t after) {
  std::vector<std::int64_t> revisions;
  // Each creation or restoration of the group is a version that no other version precedes.
  PgQuery query(connection_,
                "WITH versions AS (SELECT since FROM groups WHERE id = $1"
                " UNION ALL SELECT since FROM groups_history WHERE id = $1)"
                " SELECT since FROM versions WHERE since > $2"
                " AND since NOT IN (SELECT until FROM groups_history WHERE id = $1)"
                " UNION SELECT revision FROM log_places WHERE group_id = $1 AND revision > $2 ORDER BY 1");
  query.bind(group).bind(std::max(after, pruned_revision()));
  while (query.step()) revisions.push_back(query.integer(0));
  return revisions;
}

std::int64_t PgStore::newest_entry_at(GroupId group) {
  PgQuery query(connection_,
                "SELECT greatest((SELECT coalesce(max(revision), 0) FROM log_places WHERE group_id = $1),"
                " (SELECT coalesce(max(since), 0) FROM (SELECT since FROM groups WHERE id = $1"
                " UNION ALL SELECT since FROM groups_history WHERE id = $1) AS versions))");
  query.bind(group);
  query.step();
  return query.integer(0) > pruned_revision() ? query.integer(0) : 0;
}

}  // namespace allot
