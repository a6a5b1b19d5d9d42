#include "libcore/storage/postgresql/locks.hpp"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

// The keys of locks are hashes with this seed, so that those of other programs in the database are others.
#define ALLOT_SEED "1634495599"

/// The reserved groups on each path from `/` down, each with whether it is the last of a path, from the top down. The
/// names of all paths are $2, each with the number of its path, from 1 to $1, in $3 and its depth in $4.
#define ALLOT_RESERVED                                                                                                \
  "WITH RECURSIVE names (name, path, depth) AS (SELECT * FROM unnest($2, $3, $4)),"                                   \
  " nodes (path, depth, id, restriction) AS (SELECT p, 0::bigint, g.id, 1::smallint FROM generate_series(1, $1) p,"   \
  " groups g WHERE g.id = 1 UNION ALL SELECT o.path, n.depth, g.id, g.restriction FROM nodes o"                       \
  " JOIN names n ON n.path = o.path AND n.depth = o.depth + 1 JOIN groups g ON g.parent = o.id AND g.name = n.name)," \
  " reserved AS (SELECT depth, id, depth = max(depth) OVER (PARTITION BY path) AS is_last FROM nodes"                 \
  " WHERE restriction = 1)"                                                                                           \
  " SELECT id, bool_or(is_last) AS is_last FROM reserved GROUP BY depth, id ORDER BY depth, id"

constexpr const char* kLock =
    "SELECT id, is_last, CASE WHEN is_last THEN pg_advisory_xact_lock(hashint8extended(id, " ALLOT_SEED
    ")) ELSE pg_advisory_xact_lock_shared(hashint8extended(id, " ALLOT_SEED ")) END FROM (" ALLOT_RESERVED
    " OFFSET 0) AS wanted";
constexpr const char* kWanted = ALLOT_RESERVED;
constexpr const char* kLockUser = "SELECT pg_advisory_xact_lock(hashtextextended($1, " ALLOT_SEED "))";
constexpr std::chrono::milliseconds kGrace{100};
constexpr const char* kLimit = "SELECT set_config('statement_timeout', $1, true)";
constexpr const char* kLockKey = "SELECT pg_advisory_xact_lock($1)";

#undef ALLOT_RESERVED
#undef ALLOT_SEED

PgQuery query_of(PgConnection& connection, const char* sql, const WriteScope& scope) {
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
  PgQuery query{connection, sql};
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

WriteLocks::WriteLocks(PgConnection& connection, const WriteScope& scope, std::chrono::milliseconds wait) {
  if (scope.places.empty()) return;
  // lock_timeout is the maximum wait for one lock, and passes first; statement_timeout is that for all of a statement.
  PgQuery limit{connection, kLimit};
  limit.bind(std::to_string((wait + kGrace).count())).queue();
  locked_.emplace(query_of(connection, kLock, scope)).queue();
  if (scope.user) PgQuery(connection, kLockUser).bind(fold_ascii(*scope.user)).queue();
  PgQuery(connection, "SET LOCAL statement_timeout TO DEFAULT").queue();
  wanted_.emplace(query_of(connection, kWanted, scope)).queue();
}

bool WriteLocks::are_current() {
  if (!locked_) return true;
  while (wanted_->step()) {
    if (!locked_->step() || locked_->integer(0) != wanted_->integer(0) || locked_->integer(1) != wanted_->integer(1)) {
      return false;
    }
  }
  return !locked_->step();
}

}  // namespace allot
