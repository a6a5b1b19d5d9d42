// What a command reads one after the other is announced before, and read in one round trip: the groups of a path with
// their figures and licences, and the memberships of a user. The functions that read one row find it in the cache.

#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/node_reader.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

constexpr const char* kReadPath =
    "WITH RECURSIVE nodes (id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, "
    "remind_low, "
    "labels, language,"
    " depth) AS (SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, "
    "remind_low, "
    "labels, language, 0"
    " FROM groups WHERE id = 1 UNION ALL SELECT g.id, g.parent, g.name, g.kind, g.restriction, g.suspended,"
    " g.remind_before, g.remind_repeat, g.remind_users, g.remind_low, g.labels, g.language, n.depth + 1 FROM nodes n"
    " JOIN groups g ON g.parent = n.id AND g.name = ($1)[n.depth + 1])"
    " SELECT n.id, n.parent, n.name, n.kind, n.restriction, n.suspended, n.remind_before, n.remind_repeat,"
    " n.remind_users, n.remind_low, n.labels, n.language, l.name, l.type, l.counts, l.features, l.from_day, "
    "l.until_day, l.labels";

constexpr const char* kReadAncestors =
    "WITH RECURSIVE nodes (id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, "
    "remind_low, "
    "labels, language)"
    " AS (SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users, "
    "remind_low, labels, language"
    " FROM groups WHERE id = $1 UNION SELECT g.id, g.parent, g.name, g.kind, g.restriction, g.suspended,"
    " g.remind_before, g.remind_repeat, g.remind_users, g.remind_low, g.labels, g.language FROM nodes n JOIN groups g "
    "ON g.id = "
    "n.parent)"
    " SELECT n.id, n.parent, n.name, n.kind, n.restriction, n.suspended, n.remind_before, n.remind_repeat,"
    " n.remind_users, n.remind_low, n.labels, n.language, l.name, l.type, l.counts, l.features, l.from_day, "
    "l.until_day, l.labels";

constexpr const char* kFromNodes = " FROM nodes n LEFT JOIN licenses l ON l.group_id = n.id ORDER BY n.id, l.name";

/// Figures have no history.
constexpr const char* kFromNodesWithFigures =
    ", f.children, f.members, f.ceilings, f.allotted FROM nodes n LEFT JOIN figures f ON f.group_id = n.id"
    " LEFT JOIN licenses l ON l.group_id = n.id ORDER BY n.id, l.name";

/// The number of memberships of a user that are read ahead; a user with more is read when needed.
constexpr std::int64_t kMostMemberships = 64;

constexpr const char* kReadUser =
    "SELECT group_id, email, name, role, counts, features, from_day, until_day, labels, language FROM memberships "
    "WHERE "
    "email_key = $1"
    " ORDER BY group_id LIMIT $2";

}  // namespace

void PgSnapshot::expect_path(const Path& path) {
  const auto is_same = [&](const Expected& each) { return each.path && path.contains(*each.path); };
  if (cache_.has_path(path) || std::any_of(expected_.begin(), expected_.end(), is_same)) return;
  static const std::string with_figures = std::string{kReadPath} + kFromNodesWithFigures;
  static const std::string without = std::string{kReadPath} + kFromNodes;
  PgQuery query{connection_, over_rows(as_of_ ? without.c_str() : with_figures.c_str())};
  query.bind(path.names());
  expect({std::move(query), path, 0, {}});
}

void PgSnapshot::expect_ancestors(GroupId group) {
  const auto is_same = [&](const Expected& each) { return each.group == group; };
  if (std::any_of(expected_.begin(), expected_.end(), is_same)) return;
  for (GroupId id = group; id != 0;) {
    const CachedGroup* const known = cache_.find(id);
    if (known == nullptr) break;
    id = known->group.parent;
    if (id == 0) return;
  }
  static const std::string with_figures = std::string{kReadAncestors} + kFromNodesWithFigures;
  static const std::string without = std::string{kReadAncestors} + kFromNodes;
  PgQuery query{connection_, over_rows(as_of_ ? without.c_str() : with_figures.c_str())};
  query.bind(group);
  expect({std::move(query), std::nullopt, group, {}});
}

void PgSnapshot::expect_user(std::string_view email) {
  std::string key = fold_ascii(email);
  const auto is_same = [&](const Expected& each) { return each.email_key == key; };
  if (cache_.find_user(key) != nullptr || std::any_of(expected_.begin(), expected_.end(), is_same)) return;
  PgQuery query{connection_, over_rows(kReadUser)};
  query.bind(key).bind(kMostMemberships + 1);
  expect({std::move(query), std::nullopt, 0, std::move(key)});
}

/// Sends a query with the next ones; outside a transaction, with its begin.
void PgSnapshot::expect(Expected expected) {
  if (connection_.is_in_transaction()) expected.query.queue();
  expected_.push_back(std::move(expected));
}

void PgSnapshot::queue_expected() {
  cache_.clear();
  cache_.begin_write();
  for (Expected& each : expected_) each.query.queue_again();
}

void PgSnapshot::receive_expected() {
  std::vector<Expected> expected = std::exchange(expected_, {});
  for (Expected& each : expected) {
    if (!each.email_key.empty()) {
      receive_user(each);
      continue;
    }
    GrantColumns grants = grant_columns();
    NodeReader nodes{each.query, grants, as_of_ ? nullptr : &counted_rows_};
    while (auto node = nodes.next()) cache_.put(*std::move(node));
    if (each.path) note_missing(*each.path);
  }
}

void PgSnapshot::receive_user(Expected& expected) {
  GrantColumns grants = grant_columns();
  UserMemberships memberships;
  while (expected.query.step()) {
    memberships.emplace_back(expected.query.integer(0), view_membership(expected.query, 1, grants).copy());
  }
  if (memberships.size() > kMostMemberships) return;
  cache_.put_user(std::move(expected.email_key), std::move(memberships));
}

/// Notes the first name of a path that was not found.
void PgSnapshot::note_missing(const Path& path) {
  const CachedGroup* group = cache_.find(kRootGroup);
  for (const std::string& name : path.names()) {
    if (group == nullptr) return;
    const auto below = cache_.find(group->group.id, name);
    if (!below) return cache_.put_missing(group->group.id, name);
    group = *below;
  }
}

}  // namespace allot
