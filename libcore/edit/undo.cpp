#include "libcore/edit/undo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// Whether two versions of a group differ only in the reminder, which the group's own administrators may change.
bool is_reminder_alone(const StoredGroup& before, const StoredGroup& after) {
  GroupTraits reminded = before.traits;
  reminded.reminder = after.traits.reminder;
  return before.parent == after.parent && before.name == after.name && reminded == after.traits;
}

bool is_same(const std::optional<StoredGroup>& a, const std::optional<StoredGroup>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->parent == b->parent && a->name == b->name && a->traits == b->traits;
}

}  // namespace

std::int64_t undo(Write& write, std::optional<std::int64_t> revision, const std::optional<RemovalLimit>& max_removals) {
  const std::int64_t undone = revision ? *revision : newest_visible_revision(write.rows(), write.authorizer());
  Undo{write, undone}.run(max_removals);
  return undone;
}

Undo::Undo(Write& write, std::int64_t revision)
    : write_(write),
      store_(write.rows()),
      authorizer_(write.authorizer()),
      log_(store_, authorizer_),
      revision_(revision) {}

void Undo::run(const std::optional<RemovalLimit>& max_removals) {
  read();
  const Authorization authorization = require_permissions();
  require_unchanged();
  if (max_removals) {
    require_few_removals(max_removals, count_removed(),
                         [&] { return count_visible_items(store_, *authorizer_.scope()); });
  }
  FiguresUpdate figures{write_, revision_};
  announce(figures);
  apply(authorization);
  settle(figures);
  remove_from_catalogue(authorization);
}

void Undo::read() {
  if (!log_.sees(revision_)) throw log_.no_such_entry(revision_);
  changes_.emplace(store_, revision_, store_.find_entry(revision_)->created, *authorizer_.scope());
  keys_ = changes_->visible_keys();
  created_ = changes_->visible_created_groups();
  if (keys_.empty() && created_.is_empty()) throw log_.no_such_entry(revision_);
  for (const ItemKey& key : keys_) {
    if (key.what != What::group) continue;
    groups_[key.group] = {changes_->rows_before().find_group(key.group), changes_->rows_after().find_group(key.group)};
  }
  for (const GroupId parent : store_.parents_above(created_)) {
    store_.for_each_child(parent, [&](StoredGroup&& child) {
      if (creates(child.id)) created_tops_.push_back(child.id);
    });
  }
}

const Undo::GroupChange* Undo::find_group_change(GroupId group) const {
  const auto found = groups_.find(group);
  return found == groups_.end() ? nullptr : &found->second;
}

bool Undo::removes(GroupId group) const {
  const GroupChange* const change = find_group_change(group);
  return change != nullptr && !change->after;
}

bool Undo::moves(GroupId group) const {
  const GroupChange* const change = find_group_change(group);
  return change != nullptr && change->before && change->after && change->before->parent != change->after->parent;
}

/// Returns the parent of a group that exists or is to be restored; else 0.
GroupId Undo::parent_of(GroupId group) {
  if (const auto row = store_.find_group(group)) return row->parent;
  return removes(group) ? find_group_change(group)->before->parent : 0;
}

/// Returns the access level in a group or, if it is to be restored, in its nearest existing ancestor.
AccessLevel Undo::access_at(GroupId group) {
  while (group != 0 && !store_.find_group(group)) group = parent_of(group);
  return group == 0 ? AccessLevel::none : authorizer_.access_in(group);
}

/// Returns the path of a group that exists or is to be restored.
std::string Undo::path_of_restored(GroupId group) {
  if (store_.find_group(group)) return path_of(store_, group).to_string();
  if (!removes(group)) return std::string{kAbove};
  const StoredGroup& before = *find_group_change(group)->before;
  const std::string above = path_of_restored(before.parent);
  return (above == "/" ? above : above + '/') + before.name;
}

/// Returns the nearest group at or above `group` that is no longer visible, if there is one. A moved group and a
/// removed group give the same result.
std::optional<GroupId> Undo::find_lost(GroupId group) {
  if (authorizer_.sees_everything()) return std::nullopt;
  while (!store_.find_group(group)) {
    if (!removes(group)) return group;
    group = find_group_change(group)->before->parent;
  }
  return authorizer_.access_in(group) == AccessLevel::none ? std::optional{group} : std::nullopt;
}

/// Requires the permission for every change and authorizes this undo as a whole.
Authorization Undo::require_permissions() {
  if (authorizer_.is_company()) return Authorization{this};
  for (const ItemKey& key : keys_) require_permission(key);
  for (const IdRanges::Range& range : created_.ranges()) {
    for (GroupId id = range.first; id < range.end; ++id) require_permission({What::group, id, {}});
  }
  return Authorization{this};
}

void Undo::require_permission(const ItemKey& key) {
  if (!is_of_group(key.what)) {
    authorizer_.authorize_company(key.what == What::catalog ? "change the catalogue" : "change templates");
    return;
  }
  const GroupChange* const change = key.what == What::group ? find_group_change(key.group) : nullptr;
  const bool is_update = change != nullptr && change->before && change->after;
  const bool is_moved = change != nullptr && moves(key.group);
  if (find_lost(key.group)) {  // the later entries are reported as conflicts instead
    if (!is_moved || changes_->after().is_visible(key.group)) return;
    throw Error::denied(fmt::format("{} may not move back what revision {} moved out of the visible part of the tree",
                                    quote(authorizer_.actor().value_or("")), revision_),
                        "an administrator of a group above it may");
  }
  const bool is_restored = change != nullptr && !change->after;
  const bool is_inside =
      key.what == What::membership || (is_update && is_reminder_alone(*change->before, *change->after));
  const Permission permission = is_inside || is_restored ? Permission::inside : Permission::group;
  const GroupId above = parent_of(key.group);
  const GroupId holder = (is_restored || permission == Permission::group) && above != 0 ? above : key.group;
  if (access_at(holder) != AccessLevel::administer ||
      (is_moved && access_at(change->before->parent) != AccessLevel::administer)) {
    throw authorizer_.denied(path_of_restored(key.group), permission);
  }
}

bool Undo::is_there(GroupId group) { return store_.find_group(group) || removes(group); }

/// Calls `visit` for each of `keys_`, of which many are announced together.
void Undo::for_each_key(const std::function<void(const ItemKey&)>& visit) {
  constexpr std::size_t kPiece = 1000;
  for (std::size_t first = 0; first < keys_.size(); first += kPiece) {
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(std::min(first + kPiece, keys_.size()));
    const std::vector<ItemKey> next{begin, end};
    changes_->expect_items(next);
    store_.expect_items(next);
    expect_places(next);
    std::for_each(next.begin(), next.end(), visit);
  }
}

/// Announces the parents to which groups return, and the groups that have their names there.
void Undo::expect_places(const std::vector<ItemKey>& keys) {
  std::vector<GroupId> parents;
  std::vector<std::pair<GroupId, std::string>> places;
  for (const ItemKey& key : keys) {
    const GroupChange* const change = key.what == What::group ? find_group_change(key.group) : nullptr;
    if (change == nullptr || !change->before || change->before->parent == 0) continue;
    parents.push_back(change->before->parent);
    places.emplace_back(change->before->parent, change->before->name);
  }
  store_.expect_groups(parents);
  store_.expect_children(places);
}

/// Collects all conflicts; throws in_use if there are any.
void Undo::require_unchanged() {
  if (created_.contains(kRootGroup)) {
    throw Error::in_use(fmt::format("revision {} made the store and cannot be undone", revision_));
  }
  require_created_unchanged();
  for_each_key([&](const ItemKey& key) { require_as_left(key); });
  require_catalogue();
  if (has_conflicts()) throw blocked();
}

/// Requires that the groups that the entry created, and their contents, are unchanged and that nothing was added to
/// them.
void Undo::require_created_unchanged() {
  std::set<ItemKey> changed;
  for (const IdRanges::Range& range : created_.ranges()) {
    store_.for_each_changed_since(revision_, range, [&](ItemKey&& key) { changed.insert(std::move(key)); });
  }
  for (const ItemKey& key : changed) {
    if (key.what == What::group && !creates(key.group)) {
      const auto child = store_.find_group(key.group);
      const GroupChange* const change = find_group_change(key.group);
      const bool goes_back = change != nullptr && change->before && is_same(child, change->after);
      if (!goes_back) block_by_all(child->parent);
      continue;
    }
    if (const auto lost = find_lost(key.group)) {
      block_by_all(*lost);
    } else if (!is_as_left(key)) {
      is_in(changes_->rows_after(), key) ? block_by_changes(key) : block_by_all(key.group);
    }
  }
}

bool Undo::is_in(Snapshot& rows, const ItemKey& key) {
  switch (key.what) {
    case What::group:
      return rows.find_group(key.group).has_value();
    case What::license:
      return rows.find_license(key.group, key.name).has_value();
    case What::membership:
      return rows.find_membership(key.group, key.name).has_value();
    case What::catalog:
      return rows.catalogue().has(key.name);
    case What::mail_template:
      break;
  }
  return rows.find_template(key.name).has_value();
}

/// Whether an item has the content that the entry left.
bool Undo::is_as_left(const ItemKey& key) {
  Snapshot& left = changes_->rows_after();
  switch (key.what) {
    case What::group:
      return is_same(store_.find_group(key.group), left.find_group(key.group));
    case What::license:
      return store_.find_license(key.group, key.name) == left.find_license(key.group, key.name);
    case What::membership:
      return store_.find_membership(key.group, key.name) == left.find_membership(key.group, key.name);
    case What::mail_template:
      return store_.find_template(key.name) == left.find_template(key.name);
    case What::catalog:
      break;
  }
  return find_entry_state(store_.catalogue(), key.name) == find_entry_state(left.catalogue(), key.name);
}

void Undo::require_as_left(const ItemKey& key) {
  if (is_of_group(key.what)) {
    if (const auto lost = find_lost(key.group)) return block_by_all(*lost);
  }
  if (!is_as_left(key)) block_by_changes(key);
  if (const auto from = changes_->renamed_from().find(key); from != changes_->renamed_from().end()) {
    if (!is_as_left(from->second)) block_by_changes(from->second);
  }
  if (key.what == What::group) {
    const auto& before = groups_.at(key.group).before;
    if (before) require_room(key.group, *before);
  }
  if (key.what == What::catalog) {
    const auto before = find_entry_state(changes_->rows_before().catalogue(), key.name);
    const auto after = find_entry_state(changes_->rows_after().catalogue(), key.name);
    if (before && after) {
      throw Error::in_use(
          fmt::format("revision {} cannot be undone: it made another kind of entry of {}", revision_, quote(key.name)),
          "take back by hand what uses it, then remove and add it");
    }
  }
  const bool is_content = key.what == What::license || key.what == What::membership;
  if (is_content && !is_there(key.group)) block_by_all(key.group);
}

/// Requires that every catalogue entry that the restored versions name exists or is restored too.
void Undo::require_catalogue() {
  const Catalogue& named = changes_->catalogue();
  const auto comes_back = [&](const std::string& name) {
    return std::find(keys_.begin(), keys_.end(), ItemKey{What::catalog, 0, name}) != keys_.end();
  };
  for (const CountedResource& entry : named.counted()) {
    if (!comes_back(entry.name) && !store_.catalogue().find_counted(entry.name)) block_by_catalogue(entry.name);
  }
  for (const std::string& name : named.features()) {
    if (!comes_back(name) && !store_.catalogue().find_feature(name)) block_by_catalogue(name);
  }
}

/// Whether a group would be at or below `top`, or in a cycle, after the undo.
bool Undo::would_be_below(GroupId group, GroupId top) {
  std::set<GroupId> passed;
  while (group != 0 && group != top && passed.insert(group).second) {
    const GroupChange* const change = find_group_change(group);
    group = change != nullptr && change->before ? change->before->parent : parent_of(group);
  }
  return group != 0;
}

/// Requires that the parent to which a group returns exists and that the name is free there.
void Undo::require_room(GroupId group, const StoredGroup& before) {
  if (before.parent == 0) return;
  if (!is_there(before.parent) || would_be_below(before.parent, group)) return block_by_all(before.parent);
  const auto taken = store_.find_group(before.parent, before.name);
  if (!taken || taken->id == group) return;
  const GroupChange* const other = find_group_change(taken->id);
  const bool goes_away = creates(taken->id) || (other != nullptr && !is_same(other->before, other->after));
  if (!goes_away) block_by_all(taken->id);
}

}  // namespace allot
