// What the actor sees of the changes of an entry; allot-log(1), What an actor sees.

#include <set>
#include <utility>
#include <vector>

#include "libcore/history/entry_changes.hpp"

namespace allot {

/// Returns the place of a group before the write; one that the write created was nowhere.
const TreeAt::Place& EntryChanges::place_before(GroupId group) {
  static const TreeAt::Place nowhere;
  return created_.contains(group) ? nowhere : before_.find(group);
}

/// Whether the actor sees the changes in a group that exists after the write; false if the group became visible by it.
bool EntryChanges::sees_inside_after(GroupId group) {
  const TreeAt::Place& after = after_.find(group);
  if (!after.is_visible()) return false;
  const TreeAt::Place& before = place_before(group);
  if (before.exists) return before.is_visible();
  return !after_.is_visible(after.parent) || sees_inside_after(after.parent);
}

/// Whether the actor sees the changes in a group that existed before the write; false if the group stopped being
/// visible.
bool EntryChanges::sees_inside_before(GroupId group) {
  const TreeAt::Place& before = before_.find(group);
  if (!before.is_visible()) return false;
  const TreeAt::Place& after = after_.find(group);
  if (after.exists) return after.is_visible();
  return !before_.is_visible(before.parent) || sees_inside_before(before.parent);
}

bool EntryChanges::sees_group(GroupId group) {
  const TreeAt::Place& before = place_before(group);
  const TreeAt::Place& after = after_.find(group);
  if (!before.exists) return sees_inside_after(group);
  if (!after.exists) return sees_inside_before(group);
  if (before.is_visible() && after.is_visible()) return true;
  // A group that moved together with its parent is covered by the change of the parent.
  if (after.is_visible()) return sees_inside_after(after.parent);
  return before.is_visible() && sees_inside_before(before.parent);
}

bool EntryChanges::sees_content(GroupId group, bool was_there, bool is_there) {
  if (was_there && is_there) return before_.is_visible(group) && after_.is_visible(group);
  return was_there ? sees_inside_before(group) : sees_inside_after(group);
}

IdRanges EntryChanges::visible_created_groups() {
  IdRanges visible;
  const auto add = [&](GroupId group) { visible.add(group); };
  if (sees_everything_) {
    for (const IdRanges::Range& range : created_.ranges()) store_.for_each_created_group(revision_, range, add);
    return visible;
  }
  if (auto few = find_created_in_scope()) return *std::move(few);
  for_each_created([&](GroupId group) {
    if (sees_group(group)) add(group);
    return true;
  });
  return visible;
}

/// Finds the visible groups that the write created from the groups of the actor's scope downwards; returns nothing if
/// there are more groups than the write created.
std::optional<IdRanges> EntryChanges::find_created_in_scope() {
  const auto most = static_cast<std::size_t>(created_.size());
  if (sees_everything_) return std::nullopt;
  std::set<GroupId> known;
  std::vector<GroupId> open;
  for (const GroupId top : scope_groups_) {
    if (after_.find(top).exists && known.insert(top).second) open.push_back(top);
  }
  while (!open.empty()) {
    if (known.size() > most) return std::nullopt;
    const GroupId group = open.back();
    open.pop_back();
    rows_after_->for_each_child(group, [&](StoredGroup&& child) {
      if (known.insert(child.id).second) open.push_back(child.id);
    });
  }
  std::erase_if(known, [&](GroupId group) { return !created_.contains(group) || !sees_group(group); });
  return IdRanges{{known.begin(), known.end()}};
}

bool EntryChanges::has_visible() {
  // A write that created much is most often seen in the groups of the actor that it created.
  for (const GroupId group : scope_groups_) {
    if (created_.contains(group) && sees_group(group)) return true;
  }
  const auto is_hidden = [&](const ItemKey& key) {
    Change change;
    return !make_change(key, change);
  };
  if (!for_each_key(is_hidden)) return true;
  if (const auto few = find_created_in_scope()) return !few->is_empty();
  bool has = false;
  for_each_created([&](GroupId group) {
    has = sees_everything_ || sees_group(group);
    return !has;
  });
  return has;
}

bool EntryChanges::shows_everything() {
  if (sees_everything_) return true;
  const auto is_shown = [&](GroupId group) {
    const TreeAt::Place& before = place_before(group);
    const TreeAt::Place& after = after_.find(group);
    return (!before.exists || before.is_visible()) && (!after.exists || after.is_visible());
  };
  if (keys_.contains(0) || !for_each_changed_group(is_shown)) return false;
  bool shows = true;
  for_each_created([&](GroupId group) {
    shows = is_shown(group);
    return shows;
  });
  return shows;
}

}  // namespace allot
