#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/import/merge.hpp"
#include "libcore/import/permissions.hpp"
#include "libcore/model/change.hpp"

namespace allot {

/// Saves the result of a merge in the order of its rows and records the changes. `MemberMerge` saves the members that
/// are not removed.
class ImportSaving {
 public:
  /// Whether the store is empty, so that the indexes are built last.
  enum class Indexes { kept, built_last };

  /// The arguments must outlive this object; the last group of `target` is the top of the subtree.
  ImportSaving(Write& write, const ImportPermissions& permissions, Merge& merge, const AncestorPath& target,
               Indexes indexes, const ReportProgress& report);

  /// Inserts the created groups that the tree has so far.
  void insert_groups();

  /// Saves the other changes of groups and licences of the finished merge, and all removals.
  void save_rest();

  /// Saves the figures of the groups that changed or have changes below them, and rebuilds the indexes that were
  /// dropped.
  void save_figures(const Usages& usages, const std::vector<std::int64_t>& ceilings);

  /// Returns the id of a group, which must have been in the store or inserted.
  GroupId id_of(Tree::Row group) const { return tree_.groups()[group].id; }
  std::string path_of(Tree::Row row) const { return tree_.path_of(row, into_); }
  /// Records that the contents of a group change.
  void touch(Tree::Row group) { is_touched_[group] = true; }
  /// Announces how many rows remain to be saved, so that progress is reported; `step` counts one.
  void expect(std::size_t rows) { total_ = done_ + rows; }
  void step();

 private:
  void update_groups();
  void save_licenses();
  void remove();
  GroupId parent_of(Tree::Row row) const { return row == 0 ? parent_of_top_ : id_of(tree_.groups()[row].parent); }
  GroupState state_of(Tree::Row row, const GroupTraits& traits) const { return {path_of(row), traits, parent_of(row)}; }

  Write& write_;
  Authorization authorization_;
  RowChanges& changes_;
  Merge& merge_;
  const Tree& tree_;
  std::string into_;
  GroupId parent_of_top_;
  Indexes indexes_;
  const ReportProgress& report_;
  bool has_begun_ = false;
  std::vector<bool> is_touched_;  // for each group of the tree whether its contents changed
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace allot
