#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/edit/figures_update.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/history/entry_changes.hpp"
#include "libcore/history/log.hpp"

namespace allot {

/// Reverts the log entry `revision`; without a revision, the newest that the actor sees. Returns its revision. See
/// Undo.
std::int64_t undo(Write& write, std::optional<std::int64_t> revision,
                  const std::optional<RemovalLimit>& max_removals = std::nullopt);

/// Reverts the changes of one log entry that the actor sees, inside a write. It requires the actor's permissions,
/// today's rules and that each row still has the content that the entry left; allot-log(1), Undo.
class Undo {
 public:
  Undo(Write& write, std::int64_t revision);

  /// Throws not_found, denied, in_use with the conflicting later entries, too_many_removals if the undo removes more
  /// than `max_removals` of what the actor sees, or refused.
  void run(const std::optional<RemovalLimit>& max_removals);

 private:
  /// The versions of a group before and after the entry; empty if the group did not exist on that side.
  struct GroupChange {
    std::optional<StoredGroup> before;
    std::optional<StoredGroup> after;
  };

  void read();
  const GroupChange* find_group_change(GroupId group) const;
  bool creates(GroupId group) const { return created_.contains(group); }
  bool removes(GroupId group) const;
  bool moves(GroupId group) const;

  Authorization require_permissions();
  void require_permission(const ItemKey& key);
  AccessLevel access_at(GroupId group);
  std::optional<GroupId> find_lost(GroupId group);
  GroupId parent_of(GroupId group);
  std::string path_of_restored(GroupId group);

  void require_unchanged();
  void require_created_unchanged();
  void require_as_left(const ItemKey& key);
  void require_room(GroupId group, const StoredGroup& before);
  void require_catalogue();
  bool is_as_left(const ItemKey& key);
  bool is_there(GroupId group);
  void expect_places(const std::vector<ItemKey>& keys);
  void for_each_key(const std::function<void(const ItemKey&)>& visit);
  static bool is_in(Snapshot& rows, const ItemKey& key);
  bool existed(const ItemKey& key);
  bool would_be_below(GroupId group, GroupId top);

  void block_by(std::int64_t revision, const ItemKey& key);
  void block_by_all(GroupId group);
  void block_by_changes(const ItemKey& key);
  void block_by_catalogue(const std::string& name);
  bool has_conflicts() const { return !blockers_.empty() || is_blocked_above_ || is_blocked_by_write_; }
  Error blocked();

  Counters count_removed();

  void announce(FiguresUpdate& figures);
  void announce_roots(FiguresUpdate& figures);
  void announce_content(const ItemKey& key, FiguresUpdate& figures);
  void settle(FiguresUpdate& figures);

  void apply(const Authorization& authorization);
  void restore_catalogue(const Authorization& authorization);
  void remove_contents(const Authorization& authorization);
  void apply_groups(const Authorization& authorization);
  void restore_contents(const Authorization& authorization);
  std::vector<std::string> added_entries();
  void require_unused_entries();
  void remove_from_catalogue(const Authorization& authorization);
  void record_blocks();

  Write& write_;
  StoreReader& store_;
  Authorizer& authorizer_;
  Log log_;
  std::int64_t revision_;
  std::optional<EntryChanges> changes_;
  std::vector<ItemKey> keys_;              // of the changed items that the actor sees, except in created groups
  IdRanges created_;                       // the created groups that the actor sees, with their contents
  std::vector<GroupId> created_tops_;      // the created groups whose parents were not created
  std::map<GroupId, GroupChange> groups_;  // the groups among `keys_`
  std::set<GroupId> roots_;                // the subtrees whose figures are computed anew, if the entry is large
  std::set<std::int64_t> blockers_;
  bool is_blocked_above_ = false;     // a later change that is not visible conflicts
  bool is_blocked_by_write_ = false;  // an earlier change of this write conflicts
};

}  // namespace allot
