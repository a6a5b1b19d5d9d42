#include <algorithm>

#include "libcore/base/text.hpp"
#include "libcore/engine/undo.hpp"

namespace allot {
namespace {

/// The groups that an entry made without telling of them, and which of those the actor saw being made.
class Untold {
 public:
  Untold(Store& store, const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked, bool sees_everything)
      : store_(store), first_(*entry.fresh), end_(entry.next_group), sees_everything_(sees_everything) {
    for (const auto& way : marked) parents_.insert(way.back());
  }

  bool has(GroupId group) const { return group >= first_ && group < end_; }

  /// Learns from a later entry, the oldest first, where groups were made that it moved or removed.
  void learn(const EntryContent& later) {
    for (const Change& change : later.changes) {
      const auto* before = std::get_if<GroupState>(&change.before);
      if (before != nullptr && has(group_of(change))) made_below_.try_emplace(group_of(change), before->parent);
    }
  }

  bool is_in_sight(GroupId group) {
    if (!has(group)) return false;
    while (!sees_everything_ && has(group)) {
      const auto known = made_below_.find(group);
      const auto row = known == made_below_.end() ? store_.find_group(group) : std::nullopt;
      if (known == made_below_.end() && !row) return true;  // removed by this write, which acts in sight alone
      group = row ? row->parent : known->second;
    }
    return sees_everything_ || parents_.contains(group);
  }

  /// Whether what a later entry tells in sight is of a group in sight, or of what hangs below one.
  bool is_changed_by(const EntryContent& later) {
    const auto leads_in = [&](const std::vector<GroupId>& way) {
      return std::any_of(way.begin(), way.end(), [&](GroupId group) { return is_in_sight(group); });
    };
    return std::any_of(later.marked.begin(), later.marked.end(), leads_in) ||
           std::any_of(later.changes.begin(), later.changes.end(), [&](const Change& change) {
             const auto* before = std::get_if<GroupState>(&change.before);
             return leads_in(change.way) || (before != nullptr && is_in_sight(before->parent));
           });
  }

 private:
  Store& store_;
  GroupId first_;
  GroupId end_;
  bool sees_everything_;
  std::set<GroupId> parents_;  // groups of before, below which some were made in sight
  std::map<GroupId, GroupId> made_below_;
};

}  // namespace

/// Adds the groups that the entry made without telling of them, as they are now; what changed them later is in the way.
void Undo::read_untold(const StoredEntry& entry, const std::vector<std::vector<GroupId>>& marked) {
  Untold untold{store_, entry, marked, sight_.sees_everything()};
  std::vector<std::int64_t> later = store_.entries_in(*entry.fresh, entry.next_group, revision_);
  std::sort(later.begin(), later.end());
  if (sight_.sees_everything()) {
    blockers_.insert(later.begin(), later.end());
  } else {
    std::vector<EntryContent> contents;
    for (const std::int64_t revision : later) {
      Catalogue catalogue = catalogue_;
      contents.push_back(read_content(store_.find_entry(revision)->content, catalogue));
      untold.learn(contents.back());
    }
    for (std::size_t i = 0; i < later.size(); ++i) {
      log_.restrict_to_sight(contents[i]);
      if (untold.is_changed_by(contents[i])) blockers_.insert(later[i]);
    }
  }
  if (!blockers_.empty()) return;
  for (GroupId id = *entry.fresh; id < entry.next_group; ++id) {
    if (!untold.is_in_sight(id)) continue;
    const auto group = store_.find_group(id);
    if (!group) {
      block_by_all(id);
      continue;
    }
    const std::string path = path_of(store_, id).to_string();
    std::vector<GroupId> way = way_to(store_, id);
    for (const License& license : store_.licenses_of(id)) {
      net_.try_emplace({What::license, id, license.name}, NetChange{path, way, {}, license});
    }
    store_.for_each_member(id, [&](const MembershipView& member) {
      net_.try_emplace({What::membership, id, fold_ascii(member.email)}, NetChange{path, way, {}, member.copy()});
    });
    net_.try_emplace({What::group, id, {}},
                     NetChange{path, std::move(way), {}, GroupState{path, group->traits, group->parent}});
  }
}

}  // namespace allot
