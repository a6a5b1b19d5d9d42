// A walk through a subtree reads the groups and memberships that it visits next in one round trip. The stored figures
// say how many there are. Those of a past revision may have changed since, and those of a write that restores groups do
// not agree with the rows until it has settled them: then the first rows of a number of groups are read, and a group
// that has more is read alone.

#include <algorithm>
#include <utility>
#include <vector>

#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/node_reader.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

constexpr const char* kReadChildren =
    "SELECT g.*, l.*, f.children, f.members, f.ceilings, f.allotted FROM (SELECT " ALLOT_GROUP_COLUMNS
    " FROM groups WHERE parent = ANY ($1)) AS g LEFT JOIN figures f ON f.group_id = g.id LEFT JOIN LATERAL"
    " (SELECT " ALLOT_LICENSE_COLUMNS
    " FROM licenses WHERE group_id = g.id) AS l ON true ORDER BY g.parent, g.name, l.name";

constexpr const char* kReadMembers = "SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                                     " FROM memberships WHERE group_id = ANY ($1) ORDER BY group_id, email_key";

// The inner order and limit make the server look each group up in an index, whatever it expects of their number.

constexpr const char* kReadFirstChildren =
    "SELECT " ALLOT_GROUP_COLUMNS
    ", l.* FROM unnest($1::bigint[]) AS k (group_id) CROSS JOIN LATERAL (SELECT " ALLOT_GROUP_COLUMNS
    " FROM groups WHERE parent = k.group_id ORDER BY name LIMIT $2) AS g LEFT JOIN LATERAL "
    "(SELECT " ALLOT_LICENSE_COLUMNS
    " FROM licenses WHERE group_id = g.id OFFSET 0)"
    " AS l (license, type, counts, features, from_day, until_day, license_labels) ON true"
    " ORDER BY parent, name, license";

constexpr const char* kReadChildIds = "SELECT id FROM groups WHERE parent = $1 ORDER BY name";

constexpr const char* kReadFirstMembers =
    "SELECT m.* FROM unnest($1::bigint[]) AS k (group_id) CROSS JOIN LATERAL (SELECT group_id, "
    "email_key, " ALLOT_MEMBERSHIP_COLUMNS
    " FROM memberships WHERE group_id = k.group_id ORDER BY email_key LIMIT $2) AS m ORDER BY m.group_id, m.email_key";

/// The number of groups of which a walk without figures reads the rows at a time, and of the rows of each.
constexpr std::int64_t kGroupsWithoutFigures = 256;
constexpr std::int64_t kFirstRows = 64;

/// The present figures, for a past revision in which they were the same.
constexpr const char* kReadPastFigures =
    "SELECT k.id, g.id, f.group_id, f.since, f.children, f.members, f.ceilings, f.allotted"
    " FROM unnest($1::bigint[]) AS k (id) LEFT JOIN groups g ON g.id = k.id LEFT JOIN figures f ON f.group_id = k.id";

/// What a walk reads of groups: their children, their memberships, or their figures in a past revision.
enum class Part { children, members, past_figures };

/// Collects the groups of which a walk reads a part next, from one on, while their parts have at most `left` rows;
/// without figures, at most `left` groups.
class NextGroups {
 public:
  NextGroups(const RowCache& cache, Part part, std::int64_t& left, bool without_figures)
      : cache_(cache), part_(part), left_(left), without_figures_(without_figures) {}

  std::vector<GroupId> from(GroupId group) {
    bool has_space = add(group);
    while (has_space) {
      const CachedGroup* const known = cache_.find(group);
      const auto* const siblings = known == nullptr ? nullptr : cache_.find_children(known->group.parent);
      if (siblings == nullptr) break;
      auto sibling = std::find(siblings->begin(), siblings->end(), group);
      while (has_space && sibling != siblings->end() && ++sibling != siblings->end()) has_space = add(*sibling);
      group = known->group.parent;
    }
    return std::move(groups_);
  }

 private:
  /// Adds a group and those below it; returns whether there is space for more.
  bool add(GroupId group) {
    const CachedGroup* const known = cache_.find(group);
    const std::optional<Figures> figures = known == nullptr ? std::nullopt : known->figures;
    if (!figures && !without_figures_) return false;
    const std::vector<GroupId>* const children = cache_.find_children(group);
    const bool is_read = part_ == Part::children  ? children != nullptr
                         : part_ == Part::members ? cache_.has_members(group)
                                                  : cache_.find_past_figures(group) != nullptr;
    const std::int64_t rows = without_figures_ ? 1 : part_ == Part::children ? figures->children : figures->members;
    if (rows > 0 && !is_read) {
      if (rows > left_) return false;
      left_ -= rows;
      groups_.push_back(group);
    }
    if (children == nullptr) return part_ != Part::members || (figures && figures->children == 0);
    return std::all_of(children->begin(), children->end(), [&](GroupId child) { return add(child); });
  }

  const RowCache& cache_;
  Part part_;
  std::int64_t& left_;
  bool without_figures_;
  std::vector<GroupId> groups_;
};

}  // namespace

std::optional<std::vector<GroupId>> PgSnapshot::read_children(GroupId top) {
  if (const std::vector<GroupId>* const known = cache().find_children(top)) return *known;
  if (as_of_ || !has_figures_) return read_children_without_figures(top);
  const Figures* const figures = find_known_figures(top);
  if (figures == nullptr || figures->children > kAtOnce) return std::nullopt;
  std::vector<GroupId> result;
  std::int64_t left = kAtOnce;
  GrantColumns grants = grant_columns();
  std::vector<GroupId> parents = NextGroups{cache(), Part::children, left, false}.from(top);
  cache().make_space(kAtOnce);  // not between a group and its children
  while (!parents.empty()) {
    std::unordered_map<GroupId, std::vector<GroupId>> children;
    std::vector<GroupId> next;
    PgQuery query(connection_, kReadChildren);
    query.bind(parents);
    NodeReader nodes{query, grants, &counted_rows_};
    while (auto node = nodes.next()) {
      children[node->group.parent].push_back(node->group.id);
      if (node->figures->children > 0 && node->figures->children <= left) {
        left -= node->figures->children;
        next.push_back(node->group.id);
      }
      cache().put(*std::move(node));
    }
    if (parents.front() == top) result = children[top];
    for (const GroupId parent : parents) cache().put_children(parent, std::move(children[parent]));
    parents = std::move(next);
  }
  return result;
}

std::vector<GroupId> PgSnapshot::read_children_without_figures(GroupId top) {
  cache().make_space(kAtOnce);
  std::int64_t left = kGroupsWithoutFigures;
  const std::vector<GroupId> parents = NextGroups{cache(), Part::children, left, true}.from(top);
  std::unordered_map<GroupId, std::vector<GroupId>> children;
  GrantColumns grants = grant_columns();
  PgQuery query(connection_, over_rows(kReadFirstChildren));
  query.bind(parents).bind(kFirstRows + 1);
  NodeReader nodes{query, grants, nullptr};
  while (auto node = nodes.next()) {
    children[node->group.parent].push_back(node->group.id);
    cache().put(*std::move(node));
  }
  for (const GroupId parent : parents) {
    std::vector<GroupId>& found = children[parent];
    if (found.size() > kFirstRows) {
      if (parent != top) continue;
      found.clear();
      PgCursor ids(connection_, over_rows(kReadChildIds));
      ids.bind(top);
      while (ids.step()) found.push_back(ids.integer(0));
    }
    cache().put_children(parent, found);
  }
  return children[top];
}

void PgSnapshot::read_members_without_figures(GroupId first) {
  auto at = std::find(awaited_.begin(), awaited_.end(), first);
  std::int64_t left = kGroupsWithoutFigures;
  std::vector<GroupId> groups;
  if (at == awaited_.end()) {
    groups = NextGroups{cache(), Part::members, left, true}.from(first);
  } else {
    const auto end = at + std::min<std::ptrdiff_t>(kGroupsWithoutFigures, awaited_.end() - at);
    groups.assign(at, end);
    awaited_.erase(at, end);
  }
  std::unordered_map<GroupId, std::int64_t> counts;
  for (const GroupId group : groups) cache().put_members_of(group);
  GrantColumns grants = grant_columns();
  PgQuery query(connection_, over_rows(kReadFirstMembers));
  query.bind(groups).bind(kFirstRows + 1);
  while (query.step()) {
    cache().put_member(query.integer(0), view_membership(query, 2, grants).copy());
    if (++counts[query.integer(0)] > kFirstRows) cache().forget_members_of(query.integer(0));
  }
}

std::optional<Figures> PgSnapshot::find_past_figures(GroupId group) {
  if (const std::optional<Figures>* const known = cache().find_past_figures(group)) return *known;
  std::int64_t left = kAtOnce;
  PgQuery query(connection_, kReadPastFigures);
  query.bind(NextGroups{cache(), Part::past_figures, left, true}.from(group));
  while (query.step()) {
    // Figures are only removed with their group, so an existing group without a row always had zeros.
    std::optional<Figures> figures;
    if (query.is_null(2)) {
      if (!query.is_null(1)) figures.emplace();
    } else if (query.integer(3) <= *as_of_) {
      figures =
          Figures{query.integer(4), query.integer(5), query.integer(6), read_usage(query.bytes(7), counted_rows_)};
    }
    cache().put_past_figures(query.integer(0), std::move(figures));
  }
  return *cache().find_past_figures(group);
}

bool PgSnapshot::read_members(GroupId group) {
  const bool is_awaited = std::find(awaited_.begin(), awaited_.end(), group) != awaited_.end();
  if (as_of_ || !has_figures_ || is_awaited) {
    read_members_without_figures(group);
    return cache().has_members(group);
  }
  if (find_known_figures(group) == nullptr) return false;
  std::int64_t left = kAtOnce;
  const std::vector<GroupId> groups = NextGroups{cache(), Part::members, left, false}.from(group);
  if (groups.empty()) return false;
  GrantColumns grants = grant_columns();
  PgQuery query(connection_, kReadMembers);
  query.bind(groups);
  while (query.step()) cache().put_member(query.integer(0), view_membership(query, 1, grants).copy());
  return true;
}

}  // namespace allot
