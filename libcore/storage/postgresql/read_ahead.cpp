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

// Present rows are joined. Rows of a past revision, which is a union of two tables, are looked up one by one, for which
// the planner would read both tables whole otherwise: it does not merge a subquery that has LIMIT or OFFSET into a
// join.

#define ALLOT_NODES_OF_PATH(limit)                                                                          \
  "WITH RECURSIVE nodes AS (SELECT " ALLOT_GROUP_COLUMNS                                                    \
  ", 0 AS depth FROM groups WHERE id = 1 UNION ALL SELECT g.*, n.depth + 1 FROM nodes n CROSS JOIN LATERAL" \
  " (SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE parent = n.id AND name = ($1)[n.depth + 1]" limit ") AS g)"

#define ALLOT_ANCESTOR_NODES(groups, limit)                                                \
  "WITH RECURSIVE nodes AS (SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE id = " groups \
  " UNION SELECT g.* FROM nodes n CROSS JOIN LATERAL"                                      \
  " (SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE id = n.parent" limit ") AS g)"

/// Figures have no history.
#define ALLOT_SELECT_NODES                                                                                      \
  " SELECT n.*, l.*, f.children, f.members, f.ceilings, f.allotted FROM (SELECT " ALLOT_GROUP_COLUMNS           \
  " FROM nodes) AS n LEFT JOIN figures f ON f.group_id = n.id LEFT JOIN LATERAL (SELECT " ALLOT_LICENSE_COLUMNS \
  " FROM licenses WHERE group_id = n.id) AS l ON true ORDER BY n.id, l.name"

#define ALLOT_LOOK_UP_NODES                                                                              \
  " SELECT n.*, l.*, f.* FROM (SELECT " ALLOT_GROUP_COLUMNS                                              \
  " FROM nodes) AS n LEFT JOIN LATERAL (SELECT children, members, ceilings, allotted FROM figures WHERE" \
  " group_id = n.id OFFSET 0) AS f ON true LEFT JOIN LATERAL (SELECT " ALLOT_LICENSE_COLUMNS             \
  " FROM licenses WHERE group_id = n.id OFFSET 0) AS l ON true ORDER BY n.id, l.name"

#define ALLOT_SELECT_PAST_NODES                                        \
  " SELECT n.*, l.* FROM (SELECT " ALLOT_GROUP_COLUMNS                 \
  " FROM nodes) AS n LEFT JOIN LATERAL (SELECT " ALLOT_LICENSE_COLUMNS \
  " FROM licenses WHERE group_id = n.id OFFSET 0) AS l ON true ORDER BY n.id, l.name"

constexpr const char* kReadPath = ALLOT_NODES_OF_PATH("") ALLOT_SELECT_NODES;
constexpr const char* kReadPastPath = ALLOT_NODES_OF_PATH(" LIMIT 1") ALLOT_SELECT_PAST_NODES;
constexpr const char* kReadAncestors = ALLOT_ANCESTOR_NODES("$1", "") ALLOT_SELECT_NODES;
constexpr const char* kReadPastAncestors = ALLOT_ANCESTOR_NODES("$1", " LIMIT 1") ALLOT_SELECT_PAST_NODES;

// Of many groups, present rows are looked up one by one too.

constexpr const char* kReadGroups = ALLOT_ANCESTOR_NODES("ANY ($1)", " LIMIT 1") ALLOT_LOOK_UP_NODES;
constexpr const char* kReadPastGroups = ALLOT_ANCESTOR_NODES("ANY ($1)", " LIMIT 1") ALLOT_SELECT_PAST_NODES;

constexpr const char* kReadPlaces =
    "SELECT k.parent, k.name, g.id FROM unnest($1::bigint[], $2::text[]) AS k (parent, name) LEFT JOIN LATERAL"
    " (SELECT id FROM groups WHERE parent = k.parent AND name = k.name LIMIT 1) AS g ON true";

/// The number of items that are read one by one.
constexpr std::size_t kFewItems = 4;

constexpr const char* kReadMemberships =
    "SELECT m.* FROM unnest($1::bigint[], $2::text[]) AS k (group_id, email_key) CROSS JOIN LATERAL"
    " (SELECT group_id, email_key, " ALLOT_MEMBERSHIP_COLUMNS
    " FROM memberships WHERE group_id = k.group_id AND email_key = k.email_key OFFSET 0) AS m";

/// The number of memberships of a user that are read ahead; a user with more is read when needed.
constexpr std::int64_t kMostMemberships = 64;

constexpr const char* kReadUser =
    "SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships WHERE email_key = $1 ORDER BY group_id LIMIT $2";

}  // namespace

void PgSnapshot::expect_path(const Path& path) {
  const auto is_same = [&](const Expected& each) { return each.path && path.contains(*each.path); };
  if (cache_.has_path(path) || std::any_of(expected_.begin(), expected_.end(), is_same)) return;
  PgQuery query{connection_, over_rows(as_of_ ? kReadPastPath : kReadPath)};
  query.bind(path.names());
  expect({std::move(query), path, 0, {}});
}

void PgSnapshot::expect_ancestors(GroupId group) {
  const auto is_same = [&](const Expected& each) { return each.group == group; };
  if (std::any_of(expected_.begin(), expected_.end(), is_same)) return;
  GroupId first = group;
  // As many levels as a path can have, since groups of a damaged store can form a cycle.
  for (std::size_t level = 0; level <= Path::kMostNames && first != 0; ++level) {
    const CachedGroup* const known = cache_.find(first);
    if (known == nullptr) break;
    first = known->group.parent;
  }
  if (first == 0) return;
  PgQuery query{connection_, over_rows(as_of_ ? kReadPastAncestors : kReadAncestors)};
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

void PgSnapshot::expect_groups(const std::vector<GroupId>& groups) {
  cache_.make_space(groups.size());
  std::vector<GroupId> unknown;
  for (const GroupId group : groups) {
    const CachedGroup* const known = cache().find(group);
    const bool is_known = known != nullptr && (as_of_ || known->figures);
    if (!is_known && !cache().is_absent(group)) unknown.push_back(group);
  }
  if (unknown.empty()) return;
  GrantColumns grants = grant_columns();
  PgQuery query{connection_, over_rows(as_of_ ? kReadPastGroups : kReadGroups)};
  query.bind(unknown);
  NodeReader nodes{query, grants, as_of_ ? nullptr : &counted_rows_};
  for (const GroupId group : unknown) cache_.put_absent(group);
  while (auto node = nodes.next()) cache_.put(*std::move(node));
}

void PgSnapshot::expect_children(const std::vector<std::pair<GroupId, std::string>>& children) {
  std::vector<GroupId> parents;
  std::vector<std::string_view> names;
  for (const auto& [parent, name] : children) {
    if (cache().find(parent, name) || cache().is_absent(parent)) continue;
    parents.push_back(parent);
    names.push_back(name);
  }
  if (parents.empty()) return;
  std::vector<GroupId> found;
  PgQuery query{connection_, over_rows(kReadPlaces)};
  query.bind(parents).bind(names);
  while (query.step()) {
    if (!query.is_null(2)) {
      found.push_back(query.integer(2));
    } else {
      cache_.put_missing(query.integer(0), query.text(1));
    }
  }
  expect_groups(found);
}

void PgSnapshot::expect_members(const std::vector<GroupId>& groups) { awaited_ = groups; }

void PgSnapshot::expect_items(const std::vector<ItemKey>& items) {
  if (items.size() <= kFewItems) return;
  std::vector<GroupId> groups;
  for (const ItemKey& item : items) {
    if (is_of_group(item.what) && (groups.empty() || groups.back() != item.group)) groups.push_back(item.group);
  }
  expect_groups(groups);
  std::map<std::pair<GroupId, std::string>, std::optional<Membership>> memberships;
  std::vector<std::int64_t> ids;
  std::vector<std::string_view> emails;
  for (const ItemKey& item : items) {
    if (item.what != What::membership || cache().is_absent(item.group)) continue;
    memberships[{item.group, item.name}];
    ids.push_back(item.group);
    emails.push_back(item.name);
  }
  if (ids.empty()) return;
  GrantColumns grants = grant_columns();
  PgQuery query{connection_, over_rows(kReadMemberships)};
  query.bind(ids).bind(emails);
  while (query.step()) {
    memberships[{query.integer(0), std::string{query.text(1)}}] = view_membership(query, 2, grants).copy();
  }
  cache_.set_memberships(std::move(memberships));
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
