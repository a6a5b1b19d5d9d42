#include "libcore/storage/postgresql/locks.hpp"

#include <fmt/format.h>

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

// The keys of locks are hashes with this seed, so that those of other programs in the database are others.
#define ALLOT_SEED "1634495599"

/// Locks the reserved groups on each path from the top down, and returns each with whether it is the last of a path.
/// The names of all paths are $2, each with the number of its path, from 1 to $1, in $3 and its depth in $4.
constexpr const char* kLock =
    "WITH RECURSIVE names (name, path, depth) AS (SELECT * FROM unnest($2, $3, $4)),"
    " nodes (path, depth, id, restriction) AS (SELECT p, 0::bigint, g.id, 1::smallint FROM generate_series(1, $1) p,"
    " groups g WHERE g.id = 1 UNION ALL SELECT o.path, n.depth, g.id, g.restriction FROM nodes o"
    " JOIN names n ON n.path = o.path AND n.depth = o.depth + 1 JOIN groups g ON g.parent = o.id AND g.name = n.name),"
    " reserved AS (SELECT depth, id, depth = max(depth) OVER (PARTITION BY path) AS is_last FROM nodes"
    " WHERE restriction = 1)"
    " SELECT id, is_last, CASE WHEN is_last THEN pg_advisory_xact_lock(hashint8extended(id, " ALLOT_SEED
    ")) ELSE pg_advisory_xact_lock_shared(hashint8extended(id, " ALLOT_SEED
    ")) END FROM (SELECT id, bool_or(is_last) AS is_last FROM reserved GROUP BY depth, id ORDER BY depth, id OFFSET 0)"
    " AS wanted";
constexpr const char* kLockUser = "SELECT pg_advisory_xact_lock(hashtextextended($1, " ALLOT_SEED "))";
constexpr std::chrono::milliseconds kGrace{100};
constexpr const char* kLockKey = "SELECT pg_advisory_xact_lock($1)";

#undef ALLOT_SEED

/// Returns the query that locks the reserved groups on the paths of a scope.
PgQuery lock_query(PgConnection& connection, const WriteScope& scope) {
  std::vector<std::string_view> names;
  std::vector<std::int64_t> paths;
  std::vector<std::int64_t> depths;
  std::int64_t number = 0;
  for (const Path& place : scope.places) {
    ++number;
    std::int64_t depth = 0;
    for (const std::string& name : place.names()) {
      names.emplace_back(name);
      paths.push_back(number);
      depths.push_back(++depth);
    }
  }
  PgQuery query{connection, kLock};
  query.bind(number).bind(names).bind(paths).bind(depths);
  return query;
}

}  // namespace

std::int64_t new_write_key() {
  std::random_device device;
  return static_cast<std::int64_t>(std::uint64_t{device()} << 32U | device());
}

void queue_key_lock(PgConnection& connection, std::int64_t key) {
  PgQuery query{connection, kLockKey};
  query.bind(key).queue();
}

WriteLocks::WriteLocks(PgConnection& connection, const WriteScope& scope, std::chrono::milliseconds wait)
    : scope_(scope) {
  if (scope.places.empty()) return;
  // lock_timeout is the maximum wait for one lock, and passes first; statement_timeout is that for all of a statement.
  connection.run(fmt::format("SET LOCAL statement_timeout = {}", (wait + kGrace).count()).c_str());
  locked_.emplace(lock_query(connection, scope)).queue();
  if (scope.user) PgQuery(connection, kLockUser).bind(fold_ascii(*scope.user)).queue();
  connection.run("SET LOCAL statement_timeout TO DEFAULT");
}

bool WriteLocks::are_current(Snapshot& rows) {
  if (!locked_) return true;
  using Place = std::pair<std::int64_t, GroupId>;  // a depth and a group
  std::map<Place, bool> wanted;                    // whether it is the last reserved group of a path
  for (const Path& path : scope_.places) {
    Place group{0, kRootGroup};
    Place last = group;
    wanted.try_emplace(last, false);
    for (const std::string& name : path.names()) {
      const std::optional<StoredGroup> below = rows.find_group(group.second, name);
      if (!below) break;
      group = {group.first + 1, below->id};
      if (below->traits.restriction != Restriction::reserved) continue;
      last = group;
      wanted.try_emplace(last, false);
    }
    wanted[last] = true;
  }
  for (const auto& [place, is_last] : wanted) {
    if (!locked_->step() || locked_->integer(0) != place.second || (locked_->integer(1) != 0) != is_last) return false;
  }
  return !locked_->step();
}

}  // namespace allot
