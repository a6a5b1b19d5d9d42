#include "libcore/access/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// Whether a tree is loaded with its memberships.
enum class Members { loaded, omitted };

/// The rows of groups, by id.
using RowsById = std::vector<std::pair<GroupId, Tree::Row>>;

std::optional<Tree::Row> find_row(const RowsById& rows, GroupId id) {
  const auto found = std::lower_bound(rows.begin(), rows.end(), std::pair{id, Tree::Row{0}});
  if (found == rows.end() || found->first != id) return std::nullopt;
  return found->second;
}

/// Reads the licences and memberships of every group of `tree` in one pass over each table.
void fill_whole_tree(Snapshot& snapshot, Tree& tree, const RowsById& rows, Members members,
                     const ReportProgress& report) {
  const StoreSize size = report ? snapshot.size() : StoreSize{};
  const auto total = static_cast<std::uint64_t>(size.licenses + size.memberships);
  std::uint64_t done = 0;
  const auto step = [&] {
    ++done;
    if (report) report("reading", done, total);
  };
  snapshot.for_each_license([&](GroupId group, License&& license) {
    if (const auto row = find_row(rows, group)) tree.add_license(*row, license);
    step();
  });
  if (members == Members::omitted) return;
  snapshot.for_each_membership([&](GroupId group, const MembershipView& membership) {
    if (const auto row = find_row(rows, group)) tree.add_member(*row, membership);
    step();
  });
}

Error is_below_itself() { return Error::store("the store is damaged: a group is below itself", "restore a backup"); }

/// Adds all groups to `tree`, a parent before its children, and to `rows`.
void add_all_groups(Snapshot& snapshot, Tree& tree, RowsById& rows) {
  std::vector<StoredGroup> groups;
  snapshot.for_each_group([&](StoredGroup&& group) { groups.push_back(std::move(group)); });
  std::vector<std::size_t> by_parent(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) by_parent[i] = i;
  std::sort(by_parent.begin(), by_parent.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(groups[a].parent, groups[a].name) < std::tie(groups[b].parent, groups[b].name);
  });
  rows.reserve(groups.size());
  const auto add = [&](const StoredGroup& group, Tree::Row parent) {
    rows.emplace_back(group.id, tree.add_group(parent, group.name, group.traits, group.id));
  };
  const auto root =
      std::find_if(groups.begin(), groups.end(), [](const auto& group) { return group.id == kRootGroup; });
  if (root == groups.end() || root->parent != 0) {
    throw Error::store("the store is damaged: it has no company", "restore a backup");
  }
  add(*root, Tree::kNone);
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const GroupId parent = tree.groups()[row].id;
    auto child = std::lower_bound(by_parent.begin(), by_parent.end(), parent,
                                  [&](std::size_t i, GroupId id) { return groups[i].parent < id; });
    for (; child != by_parent.end() && groups[*child].parent == parent; ++child) {
      if (tree.groups().size() == groups.size()) throw is_below_itself();
      add(groups[*child], row);
    }
  }
  std::sort(rows.begin(), rows.end());
}

/// Loads the whole store in one pass over each table.
Tree load_whole_tree(Snapshot& snapshot, Members members, const ReportProgress& report) {
  Tree tree;
  RowsById rows;
  add_all_groups(snapshot, tree, rows);
  fill_whole_tree(snapshot, tree, rows, members, report);
  return tree;
}

Tree load_subtree(Snapshot& rows, GroupId top, Members members, const ReportProgress& report) {
  Tree tree;
  const auto group = rows.find_group(top);
  if (!group) throw Error::internal(fmt::format("no group has row {}", top));
  const auto total = static_cast<std::uint64_t>(report ? rows.size_below(top).groups : 0);
  tree.add_group(Tree::kNone, group->name, group->traits, top);
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const GroupId id = tree.groups()[row].id;
    for (const License& license : rows.licenses_of(id)) tree.add_license(row, license);
    if (members == Members::loaded) {
      rows.for_each_member(id, [&](const MembershipView& membership) { tree.add_member(row, membership); });
    }
    rows.for_each_child(id, [&](StoredGroup&& child) {
      if (child.id == top) throw is_below_itself();
      tree.add_group(row, child.name, child.traits, child.id);
    });
    if (report) report("reading", row + std::uint64_t{1}, total);
  }
  return tree;
}

/// Throws store if a group has more ancestors than a path can have, which means that they form a cycle.
void require_end(std::size_t groups_above) {
  if (groups_above <= Path::kMostNames) return;
  throw Error::store("the store is damaged: a group is below itself", "restore a backup");
}

}  // namespace

std::string did_you_mean(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("did you mean {}?", quote(*nearest)) : std::string{};
}

PathNode load_node(Snapshot& rows, FiguresReader& figures, StoredGroup group) {
  PathNode node;
  node.id = group.id;
  node.name = std::move(group.name);
  node.traits = std::move(group.traits);
  const Figures& kept = figures.of(node.id);
  node.allotted = kept.allotted;
  node.children = kept.children;
  node.members = kept.members;
  node.ceilings = kept.ceilings;
  if (node.is_restricted()) node.licenses = rows.licenses_of(node.id);
  return node;
}

std::optional<AncestorPath> find_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope) {
  rows.expect_path(path);
  AncestorPath ancestors{rows.catalogue(), std::move(scope)};
  FiguresReader figures{rows};
  std::optional<StoredGroup> group = rows.find_group(kRootGroup);
  if (!group || group->parent != 0) throw Error::store("the store is damaged: it has no company", "restore a backup");
  for (std::size_t depth = 0;; ++depth) {
    const GroupId id = group->id;
    PathNode node = load_node(rows, figures, std::move(*group));
    const bool is_last = depth == path.depth();
    if (is_last && !node.is_restricted()) node.licenses = rows.licenses_of(id);
    ancestors.push(std::move(node));
    if (is_last) return ancestors;
    group = rows.find_group(id, path.names()[depth]);
    if (!group) return std::nullopt;
  }
}

AncestorPath get_ancestors(Snapshot& rows, const Path& path, std::shared_ptr<const Scope> scope) {
  auto ancestors = find_ancestors(rows, path, std::move(scope));
  if (!ancestors) {
    throw Error::store(fmt::format("the store is damaged: no group is at {}", quote(path.to_string())),
                       "restore a backup");
  }
  return *std::move(ancestors);
}

Tree load_tree(Snapshot& rows, GroupId top, const ReportProgress& report) {
  return top == kRootGroup ? load_whole_tree(rows, Members::loaded, report)
                           : load_subtree(rows, top, Members::loaded, report);
}

Tree load_groups_and_licenses(Snapshot& rows, GroupId top) {
  return top == kRootGroup ? load_whole_tree(rows, Members::omitted, {})
                           : load_subtree(rows, top, Members::omitted, {});
}

std::vector<GroupId> ancestor_ids(Snapshot& rows, GroupId id) {
  rows.expect_ancestors(id);
  std::vector<GroupId> ids;
  while (id != 0) {
    require_end(ids.size());
    ids.push_back(id);
    const auto group = rows.find_group(id);
    id = group ? group->parent : 0;
  }
  std::reverse(ids.begin(), ids.end());
  return ids;
}

Path path_of(Snapshot& rows, GroupId id) {
  rows.expect_ancestors(id);
  std::vector<std::string> names;
  while (id != kRootGroup) {
    require_end(names.size());
    auto group = rows.find_group(id);
    if (!group) throw Error::store("the store is damaged: a group has no parent", "restore a backup");
    names.push_back(std::move(group->name));
    id = group->parent;
  }
  Path path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) path = path.child(std::move(*name));
  return path;
}

Error no_such_license(const AncestorPath& ancestors, std::string_view name) {
  std::vector<std::string> names;
  for (const License& license : ancestors.back().licenses) names.push_back(license.name);
  return Error::not_found(fmt::format("{} has no license {}", ancestors.path(), quote(name)),
                          did_you_mean(find_nearest(name, names)));
}

Error no_such_member(const std::string& group, std::string_view email) {
  return Error::not_found(fmt::format("{} has no user {}", group, quote(email)));
}

Error no_such_item(const Catalogue& catalogue, std::string_view name, std::string_view noun) {
  return Error::not_found(fmt::format("the catalogue has no {} {}", noun, quote(name)),
                          did_you_mean(find_nearest(name, catalogue.names())));
}

ResourceId get_counted(const Catalogue& catalogue, std::string_view name) {
  if (const auto id = catalogue.find_counted(name)) return *id;
  if (catalogue.find_feature(name)) {
    throw Error::not_found(fmt::format("{} is a feature, not a counted resource", quote(name)),
                           "a feature is named with --feature; it has no count and cannot be required");
  }
  throw no_such_item(catalogue, name, "counted resource");
}

FeatureId get_feature(const Catalogue& catalogue, std::string_view name) {
  if (const auto id = catalogue.find_feature(name)) return *id;
  if (catalogue.find_counted(name)) {
    throw Error::not_found(fmt::format("{} is a counted resource, not a feature", quote(name)),
                           "name it with --count NAME=N");
  }
  throw no_such_item(catalogue, name, "feature");
}

Item get_item(const Catalogue& catalogue, std::string_view name) {
  if (const auto id = catalogue.find_counted(name)) return Item::counted(*id);
  if (const auto id = catalogue.find_feature(name)) return Item::feature(*id);
  throw no_such_item(catalogue, name, "counted resource or feature");
}

}  // namespace allot
