#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libcore/edit/write.hpp"
#include "libcore/history/entry_changes.hpp"
#include "libcore/history/log.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// Takes back what the actor sees of one entry of the log, as a part of a write: under the actor's rights and today's
/// rules, and only where each row still has the content that the entry left; allot-log(1), Undo.
class Undo {
 public:
  Undo(Write& write, std::int64_t revision);

  /// Throws not_found, denied, in_use with the later entries that conflict, or refused.
  void run();

 private:
  /// What the entry did to a group: nothing where it did not change the group itself.
  struct GroupChange {
    std::optional<StoredGroup> before;
    std::optional<StoredGroup> after;
  };

  void read();
  const GroupChange* find_group_change(GroupId group) const;
  bool creates(GroupId group) const { return created_.contains(group); }
  bool removes(GroupId group) const;

  void require_permissions();
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
  static bool is_in(Snapshot& rows, const ItemKey& key);
  bool existed(const ItemKey& key);
  bool would_be_below(GroupId group, GroupId top);

  void block_by(std::int64_t revision, const ItemKey& key);
  void block_by_all(GroupId group);
  void block_by_changes(const ItemKey& key);
  void block_by_catalogue(const std::string& name);
  bool has_conflicts() const { return !blockers_.empty() || is_blocked_above_ || is_blocked_by_write_; }
  Error blocked();

  std::vector<GroupId> find_tops();
  void apply();
  void restore_catalogue();
  void remove_contents();
  void apply_groups();
  void restore_contents();
  void remove_from_catalogue();
  void validate(const std::map<GroupId, AncestorPath>& before);
  struct Taken {
    Path top;
    Usage all;   // by it and all below it
    Usage more;  // than before
  };
  Taken validate_top(GroupId top, const AncestorPath& before, ViolationReport& violation_report);
  void pass_on(const Taken& taken, int times, ViolationReport& violation_report);

  Write& write_;
  Store& store_;
  Authorizer& authorizer_;
  Log log_;
  std::int64_t revision_;
  std::optional<EntryChanges> changes_;
  std::vector<ItemKey> keys_;              // of the changed items that the actor sees, but for the created groups
  IdRanges created_;                       // the created groups that it sees, with all that was created in them
  std::map<GroupId, GroupChange> groups_;  // the groups among `keys_`
  std::set<std::int64_t> blockers_;
  bool is_blocked_above_ = false;     // by what the actor does not see
  bool is_blocked_by_write_ = false;  // by what the write did before the undo
};

}  // namespace allot
