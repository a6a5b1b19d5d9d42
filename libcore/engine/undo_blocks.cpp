#include <fmt/format.h>

#include <algorithm>

#include "libcore/engine/undo.hpp"

namespace allot {
namespace {

constexpr std::size_t kBlockersNamed = 10;

bool has(const std::vector<GroupId>& way, GroupId group) {
  return std::find(way.begin(), way.end(), group) != way.end();
}

}  // namespace

/// Whether the actor sees that a later entry changed something that passes `test`, or that it made `group` or groups
/// below it without telling of them.
bool Undo::shows(std::int64_t revision, GroupId group, const Test& test) {
  if (sight_.sees_everything()) return true;
  const auto entry = store_.find_entry(revision);
  Catalogue catalogue = catalogue_;
  EntryContent content = read_content(entry->content, catalogue);
  log_.restrict_to_sight(content);
  const bool makes = entry->fresh && group >= *entry->fresh && group < entry->next_group && !content.marked.empty();
  const bool makes_below =
      std::any_of(content.marked.begin(), content.marked.end(), [&](const auto& way) { return has(way, group); });
  return makes || makes_below || std::any_of(content.changes.begin(), content.changes.end(), test);
}

/// Lets a later entry stand in the way, by its name if it shows why.
void Undo::block_by(std::int64_t revision, GroupId group, const Test& test) {
  if (shows(revision, group, test)) {
    blockers_.insert(revision);
  } else {
    is_blocked_above_ = true;
  }
}

/// Lets every later entry that changed something at or below `group` stand in the way.
void Undo::block_by_all(GroupId group) {
  const auto later = store_.entries_at(group, revision_);
  for (const std::int64_t revision : later) {
    block_by(revision, group, [&](const Change& change) {
      const auto* before = std::get_if<GroupState>(&change.before);
      return has(change.way, group) || (before != nullptr && has(way_to(store_, before->parent), group));
    });
  }
  if (!later.empty()) return;
  const bool is_elsewhere = !sight_.sees_everything() && store_.find_group(group) && find_lost(group);
  (is_elsewhere ? is_blocked_above_ : is_blocked_by_write_) = true;
}

/// Finds the later entries that changed a thing.
void Undo::block_by_changes(const ThingKey& key) {
  const auto later = is_of_group(key.what) ? store_.entries_at(key.group, revision_) : later_revisions();
  const auto is_of_key = [&](const Change& change) {
    const auto keys = keys_of(change);
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  bool is_found = false;
  for (const std::int64_t revision : later) {
    Catalogue catalogue = catalogue_;
    const EntryContent content = read_content(store_.find_entry(revision)->content, catalogue);
    if (std::none_of(content.changes.begin(), content.changes.end(), is_of_key)) continue;
    block_by(revision, key.group, is_of_key);
    is_found = true;
  }
  if (is_found) return;
  if (is_of_group(key.what)) return block_by_all(key.group);
  blockers_.insert(later.begin(), later.end());
  is_blocked_by_write_ = is_blocked_by_write_ || later.empty();
}

/// The same for an entry of the catalogue, of whose changes one who does not see everything is told nothing.
void Undo::block_by_catalogue(const std::string& name) {
  if (sight_.sees_everything()) return block_by_changes({What::catalog, 0, name});
  is_blocked_above_ = true;
}

/// Finds the later entries that made something use an entry of the catalogue.
void Undo::block_by_uses(const std::string& name) {
  is_blocked_by_write_ = true;
  for (const std::int64_t revision : later_revisions()) {
    if (store_.find_entry(revision)->content.find(name) == std::string::npos) continue;
    blockers_.insert(revision);
    is_blocked_by_write_ = false;
  }
}

std::vector<std::int64_t> Undo::later_revisions() {
  std::vector<std::int64_t> later;
  store_.for_each_entry([&](StoredEntry&& entry) {
    if (entry.revision > revision_) later.push_back(entry.revision);
    return entry.revision > revision_;
  });
  return later;
}

Error Undo::blocked() {
  std::vector<std::string> named;
  for (auto later = blockers_.rbegin(); later != blockers_.rend() && named.size() < kBlockersNamed; ++later) {
    named.push_back(std::to_string(*later));
  }
  std::string list = fmt::format("{}", fmt::join(named, ", "));
  if (blockers_.size() > named.size()) list += fmt::format(" and {} more", blockers_.size() - named.size());
  if (is_blocked_above_ && list.empty()) list = "changes above";  // of others nothing is told, not even that they are
  if (list.empty()) list = "what this write did before";
  return Error::in_use(
      fmt::format("revision {} cannot be undone: what it changed was changed later, by {}", revision_, list),
      "undo those first, the newest first");
}

}  // namespace allot
