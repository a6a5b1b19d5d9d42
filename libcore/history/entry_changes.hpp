#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libcore/history/tree_at.hpp"
#include "libcore/model/change.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// What one write changed, as an actor sees it: read from the versions of rows that the write made, replaced and
/// removed.
///
/// The side before a change is seen and named in the tree of the revision before, the side after it in the tree of the
/// revision. A group that came into sight or left it is an update with `kAbove` on the other side; what was changed in
/// such a group by the same write, and what came or left with it, is omitted. allot-log(1), What an actor sees.
class EntryChanges {
 public:
  /// Of the entry `revision`, or of the write at hand where that is its revision, which created the groups `created`.
  /// The arguments must outlive it.
  EntryChanges(Store& store, std::int64_t revision, const IdRanges& created, const Scope& scope);

  /// Calls `visit` for each change in path order: first what is of no group, then each group before what is in it.
  void for_each(const std::function<void(Change&&)>& visit);

  /// The changes as a list.
  std::vector<Change> list();

  /// The keys of the changed items that the actor sees, by group, without what is in `visible_created_groups`; of a
  /// renamed membership the later one.
  std::vector<ItemKey> visible_keys();

  /// The groups that the write created and the actor sees, with all that the write created in them.
  IdRanges visible_created_groups();

  /// The e-mails of renamed memberships: the later key and the earlier.
  const std::map<ItemKey, ItemKey>& renamed_from() const { return renamed_from_; }

  /// Calls `visit` for each group in which the write changed something that the actor sees (0: for what is of no
  /// group), with how many changes the actor sees there.
  void for_each_group(const std::function<void(GroupId, std::int64_t)>& visit);

  /// How many changes the actor sees.
  std::int64_t count();

  /// Whether the actor sees every side of every change.
  bool shows_everything();

  /// What the ids in changes mean: the current catalogue and, after it, what changes name that is no more.
  const Catalogue& catalogue() const { return catalogue_; }

  /// The rows and the tree before and after the write.
  Snapshot& rows_before() { return rows_before_; }
  Snapshot& rows_after() { return rows_after_; }
  TreeAt& before() { return before_; }
  TreeAt& after() { return after_; }

 private:
  struct Node;

  void load();
  bool sees_inside_after(GroupId group);
  bool sees_inside_before(GroupId group);
  bool sees_group(GroupId group);
  bool sees_content(GroupId group, bool was_there, bool is_there);
  ItemState state(Snapshot& rows, TreeAt& tree, const ItemKey& key);
  bool make_change(const ItemKey& key, Change& change);
  bool make_group_change(GroupId group, Change& change);
  void add_nodes(GroupId group, std::vector<Node>& nodes);
  std::vector<Node> nodes();
  void for_each_created(const std::function<void(GroupId)>& visit);
  std::vector<ItemKey> keys_of(GroupId group);

  Store& store_;
  std::int64_t revision_;
  bool sees_everything_;
  Snapshot rows_before_;
  Snapshot rows_after_;
  TreeAt before_;
  TreeAt after_;
  IdRanges created_;
  Catalogue catalogue_;
  std::map<GroupId, std::vector<ItemKey>> keys_;  // by group, each in order and once, but for created groups
  std::map<ItemKey, ItemKey> renamed_from_;       // of memberships
};

}  // namespace allot
