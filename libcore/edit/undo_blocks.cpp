#include <fmt/format.h>

#include <algorithm>

#include "libcore/edit/undo.hpp"

namespace allot {
namespace {

constexpr std::size_t kBlockersNamed = 10;

}  // namespace

/// Records a later entry that changed an item as a conflict, by its revision if the actor sees that change.
void Undo::block_by(std::int64_t revision, const ItemKey& key) {
  if (write_.changes().is_own(revision)) {
    is_blocked_by_write_ = true;
    return;
  }
  if (authorizer_.sees_everything()) {
    blockers_.insert(revision);
    return;
  }
  EntryChanges later{store_, revision, store_.find_entry(revision)->created, *authorizer_.scope()};
  const auto is_of_key = [&](const ItemKey& each) {
    if (each == key) return true;
    const auto from = later.renamed_from().find(each);
    if (from != later.renamed_from().end() && from->second == key) return true;
    if (key.what != What::group) return false;
    // A change at or below the group counts, in the tree before or after the later entry.
    const auto is_below = [&](TreeAt& tree) {
      for (GroupId id = each.group; id != 0; id = tree.find(id).parent) {
        if (id == key.group) return true;
      }
      return false;
    };
    return is_below(later.before()) || is_below(later.after());
  };
  const auto keys = later.visible_keys();
  bool shows = std::any_of(keys.begin(), keys.end(), is_of_key);
  const IdRanges created = later.visible_created_groups();
  for (const IdRanges::Range& range : created.ranges()) {
    for (GroupId id = range.first; id < range.end && !shows; ++id) {
      shows = key.what == What::group ? is_of_key({What::group, id, {}}) : id == key.group;
    }
  }
  if (shows) {
    blockers_.insert(revision);
  } else {
    is_blocked_above_ = true;
  }
}

/// Records every later entry that changed something at or below `group`.
void Undo::block_by_all(GroupId group) {
  const auto later = store_.entries_at(group, revision_);
  for (const std::int64_t revision : later) block_by(revision, {What::group, group, {}});
  if (!later.empty()) return;
  const bool is_elsewhere = !authorizer_.sees_everything() && store_.find_group(group) && find_lost(group);
  (is_elsewhere ? is_blocked_above_ : is_blocked_by_write_) = true;
}

/// Records the later entries that changed an item.
void Undo::block_by_changes(const ItemKey& key) {
  bool is_found = false;
  for (const std::int64_t revision : store_.revisions_of(key)) {
    if (revision <= revision_) continue;
    block_by(revision, key);
    is_found = true;
  }
  if (is_found) return;
  if (is_of_group(key.what)) return block_by_all(key.group);
  is_blocked_by_write_ = true;
}

/// Records the later entries that changed a catalogue entry. Only an actor that sees everything sees such changes.
void Undo::block_by_catalogue(const std::string& name) {
  if (authorizer_.sees_everything()) return block_by_changes({What::catalog, 0, name});
  is_blocked_above_ = true;
}

Error Undo::blocked() {
  std::vector<std::string> named;
  for (auto later = blockers_.rbegin(); later != blockers_.rend() && named.size() < kBlockersNamed; ++later) {
    named.push_back(std::to_string(*later));
  }
  std::string list = fmt::format("{}", fmt::join(named, ", "));
  if (blockers_.size() > named.size()) list += fmt::format(" and {} more", blockers_.size() - named.size());
  if (is_blocked_above_ && list.empty()) list = "changes above";  // conflicts that are visible hide this text
  if (list.empty()) list = "what this write did before";
  return Error::in_use(
      fmt::format("revision {} cannot be undone: what it changed was changed later, by {}", revision_, list),
      "undo those first, the newest first");
}

}  // namespace allot
