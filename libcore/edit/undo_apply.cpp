#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/edit/undo.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {
namespace {

/// Returns the common prefix of two lists of ancestor ids.
std::vector<GroupId> common_ancestors(const std::vector<GroupId>& a, const std::vector<GroupId>& b) {
  const auto [end, unused] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

/// Returns a temporary name that no group has, used while several groups change their names.
std::string passing_name(GroupId group) { return '\x01' + std::to_string(group); }

}  // namespace

/// Returns the lowest groups whose subtrees contain all changed groups, one for each of the actor's topmost groups.
/// They exist before and after the undo.
std::vector<GroupId> Undo::find_tops() {
  std::map<GroupId, std::vector<GroupId>> ids_by_root;
  const auto include = [&](GroupId group) {
    while (group != 0 && (creates(group) || !store_.find_group(group))) group = parent_of(group);
    const std::vector<GroupId> each = ancestor_ids(store_, group == 0 ? kRootGroup : group);
    const auto first = std::find_if(each.begin(), each.end(), [&](GroupId id) {
      return authorizer_.scope()->access_in(id, AccessLevel::none) != AccessLevel::none;
    });
    const auto [known, is_new] = ids_by_root.try_emplace(first == each.end() ? kRootGroup : *first, each);
    if (!is_new) known->second = common_ancestors(known->second, each);
  };
  for (const ItemKey& key : keys_) {
    if (!is_of_group(key.what)) continue;
    const GroupChange* const change = find_group_change(key.group);
    if (key.what != What::group) {
      // The contents of a restored group are validated with that group, and that group with its parent.
      if (!removes(key.group)) include(key.group);
    } else if (change->before && change->after && change->before->parent == change->after->parent) {
      include(key.group);
    } else {
      if (change->before) include(change->before->parent);
      if (change->after) include(change->after->parent);
    }
  }
  for (const GroupId parent : store_.parents_above(created_)) include(parent);
  std::vector<GroupId> roots;
  for (auto& [unused, ids] : ids_by_root) roots.push_back(ids.back());
  return roots;
}

void Undo::apply() {
  restore_catalogue();
  remove_contents();
  apply_groups();
  restore_contents();
  remove_from_catalogue();
}

/// Whether an item existed before the entry.
bool Undo::existed(const ItemKey& key) { return is_in(changes_->rows_before(), key); }

/// Restores catalogue entries, each after the entry that it requires.
void Undo::restore_catalogue() {
  const Catalogue& before = changes_->rows_before().catalogue();
  for (const CountedResource& entry : before.counted()) {
    const bool comes_back = std::find(keys_.begin(), keys_.end(), ItemKey{What::catalog, 0, entry.name}) != keys_.end();
    if (comes_back) store_.restore({What::catalog, 0, entry.name}, revision_);
  }
  for (const ItemKey& key : keys_) {
    if (key.what == What::catalog && before.find_feature(key.name)) store_.restore(key, revision_);
  }
}

/// Removes the items that the entry created in groups that it did not create.
void Undo::remove_contents() {
  for (const ItemKey& key : keys_) {
    if (changes_->renamed_from().contains(key) || existed(key)) continue;
    if (key.what == What::license) store_.remove_license(key.group, key.name);
    if (key.what == What::membership) store_.remove_membership(key.group, key.name);
    if (key.what == What::mail_template) store_.remove_template(key.name);
  }
}

void Undo::apply_groups() {
  for (const auto& [group, change] : groups_) {
    const bool is_placed_anew =
        change.before && change.after && group != kRootGroup &&
        (change.before->parent != change.after->parent || change.before->name != change.after->name);
    if (is_placed_anew) store_.rename_group(group, passing_name(group));
  }
  if (!groups_.empty()) {
    // A created group may have the name of a group that is restored.
    for (const GroupId parent : store_.parents_above(created_)) {
      std::vector<GroupId> children;
      store_.for_each_child(parent, [&](StoredGroup&& child) {
        if (creates(child.id)) children.push_back(child.id);
      });
      for (const GroupId child : children) store_.rename_group(child, passing_name(child));
    }
  }
  // References are checked at commit, so that groups can be restored in any order.
  store_.defer_references();
  for (const auto& [group, change] : groups_) {
    if (change.before) store_.restore({What::group, group, {}}, revision_);
  }
  if (!created_.is_empty()) store_.remove_groups(created_, write_.report_);
}

/// Restores the versions that the entry replaced or removed.
void Undo::restore_contents() {
  for (const ItemKey& key : keys_) {
    if (key.what == What::group || key.what == What::catalog) continue;
    const auto renamed = changes_->renamed_from().find(key);
    if (renamed == changes_->renamed_from().end()) {
      if (existed(key)) store_.restore(key, revision_);
      continue;
    }
    const auto before = changes_->rows_before().find_membership(key.group, renamed->second.name);
    store_.rename_member(key.group, key.name, before->email);
    store_.restore(renamed->second, revision_);
  }
}

/// Removes the entries that the log entry added to the catalogue; throws in_use if something uses them now.
void Undo::remove_from_catalogue() {
  std::vector<std::string> added;
  const Catalogue& after = changes_->rows_after().catalogue();
  const auto is_added = [&](const std::string& name) {
    return !changes_->rows_before().catalogue().has(name) &&
           std::find(keys_.begin(), keys_.end(), ItemKey{What::catalog, 0, name}) != keys_.end();
  };
  for (const CountedResource& entry : after.counted()) {
    if (is_added(entry.name)) added.insert(added.begin(), entry.name);  // reverse order: dependents first
  }
  for (const std::string& name : after.features()) {
    if (is_added(name)) added.push_back(name);
  }
  for (const std::string& name : added) {
    if (store_.find_use(name)) {
      for (const std::int64_t revision : store_.revisions_using(name)) block_by(revision, {What::catalog, 0, name});
      throw blocked();
    }
    store_.remove_entry(name);
  }
}

/// Validates the subtrees of find_tops by today's rules and saves their figures; `before` are their ancestors before
/// the undo. The groups above are validated after the usage of all subtrees was propagated.
void Undo::validate(const std::map<GroupId, AncestorPath>& before) {
  ViolationReport violation_report{write_.catalogue()};
  std::vector<Taken> taken;
  for (const auto& [top, ancestors] : before) taken.push_back(validate_top(top, ancestors, violation_report));
  for (const Taken& each : taken) {
    if (each.top.is_root()) continue;
    ViolationReport unchecked{write_.catalogue()};
    pass_on(each, -1, unchecked);
    pass_on(each, 1, violation_report);
  }
  violation_report.enforce();
}

/// Validates a subtree, saves its figures and propagates its usage to the groups above without checking their limits.
Undo::Taken Undo::validate_top(GroupId top, const AncestorPath& before, ViolationReport& violation_report) {
  const Path path = path_of(store_, top);
  const AncestorPath after = get_ancestors(store_, path, authorizer_.scope());
  const AncestorPath above = after.above();
  ParentContext parent_context{path.to_string(), nullptr, {}, nullptr};
  if (above.size() > 0) parent_context.capacity = above.find_capacity();
  if (parent_context.capacity != nullptr)
    parent_context.capacity_path = above.path_of(*above.find_restricted(above.size() - 1));
  const Tree tree = load_tree(store_, top, write_.report_);
  if (path.depth() + tree.depth() > Path::kMostNames) {
    throw Error::in_use(fmt::format("revision {} cannot be undone: a path below {} would have more than {} names",
                                    revision_, path.to_string(), Path::kMostNames));
  }
  const Usages usages{tree, write_.catalogue()};
  const std::vector<std::int64_t> ceilings = count_ceilings(tree);
  check_tree(tree, usages, parent_context, write_.catalogue(), write_.today(), violation_report);
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    const FiguresView figures{tree.count_children(row), tree.count_members(row), ceilings[row], usages[row]};
    const GroupId group = tree.groups()[row].id;
    if (!(figures == store_.figures_of(group))) store_.set_figures(group, figures);
  }
  Taken taken{path, {}, {}};
  if (above.size() == 0) return taken;
  taken.all = used_by(tree, usages, 0, write_.catalogue());
  taken.more = taken.all;
  taken.more.add(before.back().taken(), -1);
  ViolationReport unchecked{write_.catalogue()};
  pass_on(taken, 1, unchecked);
  AncestorPath counted = get_ancestors(store_, path, authorizer_.scope()).above();
  const std::int64_t passed = pass_ceilings(tree.groups()[0].traits.restriction, ceilings[0]);
  const PathNode& node = before.back();
  write_.count_ceilings(counted, counted.size() - 1, passed - pass_ceilings(node.traits.restriction, node.ceilings));
  return taken;
}

/// Adds the additional usage of a subtree, multiplied by `times`, to the groups above it.
void Undo::pass_on(const Taken& taken, int times, ViolationReport& violation_report) {
  AncestorPath above = get_ancestors(store_, taken.top, authorizer_.scope()).above();
  Headroom headroom{write_.today()};
  headroom.takes(taken.all);
  Usage change;
  change.add(taken.more, times);
  write_.allot(above, above.size() - 1, change, headroom, violation_report);
}

}  // namespace allot
