#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/history/tree_at.hpp"
#include "libcore/model/change.hpp"
#include "libcore/storage/store_reader.hpp"

namespace allot {

/// The changes of one write as an actor sees them, read from the row versions that the write created, replaced and
/// removed.
///
/// The before side of a change is authorized and named in the tree of the previous revision, the after side in the tree
/// of the revision. A group that became visible or stopped being visible is an update with `kAbove` on the other side;
/// the write's other changes in such a group, and the groups that moved together with it, are omitted. allot-log(1),
/// What an actor sees.
class EntryChanges {
 public:
  /// Reads the entry `revision`, or the open write transaction if that is its revision. `created` are the groups that
  /// the write created. The arguments must outlive this object.
  EntryChanges(StoreReader& store, std::int64_t revision, const IdRanges& created, const Scope& scope);

  /// Calls `visit` for each change in path order: first the items of no group, then each group before its contents.
  void for_each(const std::function<void(Change&&)>& visit);

  /// The changes as a list.
  std::vector<Change> list();

  /// Returns the keys of the changed items that the actor sees, by group, without the contents of
  /// `visible_created_groups`. A renamed licence or membership has its later key.
  std::vector<ItemKey> visible_keys();

  /// Returns the groups that the write created and the actor sees; all rows that the write created in them are
  /// included.
  IdRanges visible_created_groups();

  /// Maps the later key of each renamed licence or membership to the earlier key.
  const std::map<ItemKey, ItemKey>& renamed_from() const { return renamed_from_; }

  /// Calls `visit` for each group in which the write made a change that the actor sees (0: the items of no group), with
  /// the number of these changes.
  void for_each_group(const std::function<void(GroupId, std::int64_t)>& visit);

  /// Returns the number of changes that the actor sees.
  std::int64_t count();

  /// Returns whether the actor sees a change.
  bool has_visible();

  /// Returns whether the actor sees both sides of every change.
  bool shows_everything();

  /// Returns the catalogue of the ids in changes: the current entries, followed by removed entries that changes name.
  const Catalogue& catalogue() const { return catalogue_; }

  /// Announces that the rows of these items before and after the write are read next.
  void expect_items(const std::vector<ItemKey>& keys);

  /// The rows and the trees before and after the write.
  Snapshot& rows_before() { return *rows_before_; }
  Snapshot& rows_after() { return *rows_after_; }
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
  std::optional<IdRanges> find_created_in_scope();
  void for_each_created(const std::function<bool(GroupId)>& visit);
  void expect_created(const std::vector<GroupId>& groups);
  bool for_each_key(const std::function<bool(const ItemKey&)>& visit);
  bool for_each_changed_group(const std::function<bool(GroupId)>& visit);
  void for_each_in_created(GroupId group, const std::function<void(Change&&)>& visit);
  const TreeAt::Place& place_before(GroupId group);

  StoreReader& store_;
  std::int64_t revision_;
  bool sees_everything_;
  std::vector<GroupId> scope_groups_;  // the groups with an entry in the actor's scope
  std::unique_ptr<Snapshot> rows_before_;
  std::unique_ptr<Snapshot> rows_after_;
  TreeAt before_;
  TreeAt after_;
  IdRanges created_;
  Catalogue catalogue_;
  std::map<GroupId, std::vector<ItemKey>> keys_;  // by group; sorted, unique; without the contents of created groups
  std::map<ItemKey, ItemKey> renamed_from_;       // later key to earlier key
};

}  // namespace allot
