#include <fmt/format.h>

#include <algorithm>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/undo.hpp"

namespace allot {
namespace {

/// The maximum number of changes of an entry whose groups are loaded one by one.
constexpr std::size_t kMostAnnounced = 1000;

/// Returns a temporary name that no group has, used while several groups change their names.
std::string passing_name(GroupId group) { return '\x01' + std::to_string(group); }

}  // namespace

/// Announces to `figures`, before the rows change, what the undo changes.
void Undo::announce(FiguresUpdate& figures) {
  if (keys_.size() + created_tops_.size() > kMostAnnounced) return announce_roots(figures);
  for (const GroupId top : created_tops_) figures.add_leaving(top);
  for (const ItemKey& key : keys_) {
    if (!is_of_group(key.what) || removes(key.group)) continue;
    figures.add_changed(key.group);
    if (key.what != What::group) {
      announce_content(key, figures);
    } else if (moves(key.group)) {
      figures.add_leaving(key.group);
    }
  }
}

void Undo::announce_content(const ItemKey& key, FiguresUpdate& figures) {
  if (key.what == What::license) {
    const auto renamed = changes_->renamed_from().find(key);
    const ItemKey& restored = renamed == changes_->renamed_from().end() ? key : renamed->second;
    if (existed(restored)) figures.add_license(restored.group, restored.name);
    return;
  }
  const auto renamed = changes_->renamed_from().find(key);
  const std::string& name_before = renamed == changes_->renamed_from().end() ? key.name : renamed->second.name;
  const auto now = changes_->rows_after().find_membership(key.group, key.name);
  const auto then = changes_->rows_before().find_membership(key.group, name_before);
  figures.add_member(key.group, now ? &*now : nullptr, then ? &*then : nullptr);
}

/// Announces, in place of the changes of a large entry, the subtrees of the actor's topmost groups that contain them,
/// as if these subtrees were removed and restored.
void Undo::announce_roots(FiguresUpdate& figures) {
  std::set<GroupId> included;
  const auto include = [&](GroupId group) {
    if (!included.insert(group).second) return;
    while (group != 0 && (creates(group) || !store_.find_group(group))) group = parent_of(group);
    const std::vector<GroupId> ids = ancestor_ids(store_, group == 0 ? kRootGroup : group);
    const auto first = std::find_if(ids.begin(), ids.end(), [&](GroupId id) {
      return authorizer_.scope()->access_in(id, AccessLevel::none) != AccessLevel::none;
    });
    roots_.insert(first == ids.end() ? kRootGroup : *first);
  };
  for (const ItemKey& key : keys_) {
    if (!is_of_group(key.what)) continue;
    include(key.group);
    if (moves(key.group)) include(find_group_change(key.group)->before->parent);
  }
  for (const GroupId top : created_tops_) include(top);
  for (const GroupId root : roots_) figures.add_leaving(root);
}

/// Updates the figures after the rows changed and validates the changes by today's rules.
void Undo::settle(FiguresUpdate& figures) {
  for (const GroupId root : roots_) figures.add_restored(root);
  if (roots_.empty()) {
    for (const auto& [group, change] : groups_) {
      if (removes(group) && !removes(change.before->parent)) figures.add_restored(group);
    }
    for (const auto& [group, change] : groups_) {
      if (moves(group)) figures.add_moved(group);
    }
  }
  figures.run();
}

/// Returns the number of items that the undo removes: those that the entry created.
Counters Undo::count_removed() {
  Counters removed;
  removed.groups = created_.size();
  for (const IdRanges::Range& range : created_.ranges()) {
    store_.for_each_created_in(revision_, range, [&](ItemKey&& key) { removed.of(key.what) += 1; });
  }
  for (const ItemKey& key : keys_) {
    const bool is_content = key.what == What::license || key.what == What::membership;
    if (is_content && !changes_->renamed_from().contains(key) && !existed(key)) removed.of(key.what) += 1;
  }
  return removed;
}

void Undo::apply(const Authorization& authorization) {
  authorization.require_plan(this);
  write_.changes().read_later();
  restore_catalogue(authorization);
  remove_contents(authorization);
  apply_groups(authorization);
  restore_contents(authorization);
  require_unused_entries();
  record_blocks();
}

/// Records the groups whose blocks the undo may change: those with other traits, licences or parents, and the topmost
/// restored groups.
void Undo::record_blocks() {
  for (const ItemKey& key : keys_) {
    const bool can_block = key.what == What::group || key.what == What::license;
    if (!can_block) continue;
    const bool is_below_restored = removes(key.group) && removes(find_group_change(key.group)->before->parent);
    const bool is_in_restored = removes(key.group) && key.what == What::license;
    if (!is_below_restored && !is_in_restored) write_.changes().blocks_changed_in(key.group);
  }
}

/// Whether an item existed before the entry.
bool Undo::existed(const ItemKey& key) { return is_in(changes_->rows_before(), key); }

/// Restores catalogue entries, each after the entry that it requires.
void Undo::restore_catalogue(const Authorization& authorization) {
  RowChanges& changes = write_.changes();
  const Catalogue& before = changes_->rows_before().catalogue();
  for (const CountedResource& entry : before.counted()) {
    const bool comes_back = std::find(keys_.begin(), keys_.end(), ItemKey{What::catalog, 0, entry.name}) != keys_.end();
    if (comes_back) changes.restore(authorization, {What::catalog, 0, entry.name}, revision_);
  }
  for (const ItemKey& key : keys_) {
    if (key.what == What::catalog && before.find_feature(key.name)) changes.restore(authorization, key, revision_);
  }
}

/// Removes the items that the entry created in groups that it did not create.
void Undo::remove_contents(const Authorization& authorization) {
  RowChanges& changes = write_.changes();
  for_each_key([&](const ItemKey& key) {
    if (changes_->renamed_from().contains(key) || existed(key)) return;
    if (key.what == What::license) changes.remove_license(authorization, key.group, key.name, ReadLater{});
    if (key.what == What::membership) changes.remove_membership(authorization, key.group, key.name, ReadLater{});
    if (key.what == What::mail_template) changes.remove_template(authorization, key.name, ReadLater{});
  });
}

void Undo::apply_groups(const Authorization& authorization) {
  RowChanges& changes = write_.changes();
  for (const auto& [group, change] : groups_) {
    const bool is_placed_anew =
        change.before && change.after && group != kRootGroup &&
        (change.before->parent != change.after->parent || change.before->name != change.after->name);
    if (is_placed_anew) changes.rename_group(authorization, group, passing_name(group), ReadLater{});
  }
  if (!groups_.empty()) {  // a created group may have the name of a group that is restored
    for (const GroupId top : created_tops_) changes.rename_group(authorization, top, passing_name(top), ReadLater{});
  }
  std::vector<GroupId> restored;
  for (const auto& [group, change] : groups_) {
    if (change.before) restored.push_back(group);
  }
  // References are checked at commit, so that groups can be restored in any order.
  if (restored.size() > 1) changes.defer_references();
  store_.for_each_announced(restored, [&](std::size_t i) {
    changes.restore(authorization, {What::group, restored[i], {}}, revision_);
  });
  if (!created_.is_empty()) changes.remove_groups(authorization, created_, write_.progress());
}

/// Restores the versions that the entry replaced or removed.
void Undo::restore_contents(const Authorization& authorization) {
  RowChanges& changes = write_.changes();
  for_each_key([&](const ItemKey& key) {
    if (key.what == What::group || key.what == What::catalog) return;
    const auto renamed = changes_->renamed_from().find(key);
    if (renamed == changes_->renamed_from().end()) {
      if (existed(key)) changes.restore(authorization, key, revision_);
      return;
    }
    const std::string& name = renamed->second.name;
    if (key.what == What::license) {
      changes.rename_license(authorization, key.group, key.name, name, ReadLater{});
    } else {
      const auto before = changes_->rows_before().find_membership(key.group, name);
      changes.rename_member(authorization, key.group, key.name, before->email, ReadLater{});
    }
    changes.restore(authorization, renamed->second, revision_);
  });
}

/// Returns the catalogue entries to remove, dependents first.
std::vector<std::string> Undo::added_entries() {
  std::vector<std::string> added;
  const Catalogue& after = changes_->rows_after().catalogue();
  const auto is_added = [&](const std::string& name) {
    return !changes_->rows_before().catalogue().has(name) &&
           std::find(keys_.begin(), keys_.end(), ItemKey{What::catalog, 0, name}) != keys_.end();
  };
  for (const CountedResource& entry : after.counted()) {
    if (is_added(entry.name)) added.insert(added.begin(), entry.name);
  }
  for (const std::string& name : after.features()) {
    if (is_added(name)) added.push_back(name);
  }
  return added;
}

/// Throws blocked if what a later entry wrote uses a catalogue entry to remove. The entries that require it were added
/// with it and are removed too.
void Undo::require_unused_entries() {
  bool is_used = false;
  for (const std::string& name : added_entries()) {
    if (!store_.find_use(name)) continue;
    for (const std::int64_t revision : store_.revisions_using(name)) {
      if (revision == revision_) continue;
      block_by(revision, {What::catalog, 0, name});
      is_used = true;
    }
  }
  if (is_used) throw blocked();
}

/// Removes the catalogue entries that the entry added, when no figures count them any more.
void Undo::remove_from_catalogue(const Authorization& authorization) {
  for (const std::string& name : added_entries()) write_.changes().remove_entry(authorization, name, ReadLater{});
}

}  // namespace allot
