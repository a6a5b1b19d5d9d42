#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/edit/write.hpp"
#include "libcore/import/merge.hpp"
#include "libcore/model/change.hpp"

namespace allot {

/// Saves the result of a merge in the order of its rows and records the changes.
class ImportSaving {
 public:
  /// The arguments must outlive this object; the last group of `target` is the top of the subtree.
  ImportSaving(Write& write, const Authorization& authorization, const Merge& merge, const AncestorPath& target,
               const ReportProgress& report);

  /// Saves all rows except the figures.
  void save_rows();

  /// Saves the figures of the groups that changed or have changes below them, and rebuilds the indexes that were
  /// dropped.
  void save_figures(const Usages& usages, const std::vector<std::int64_t>& ceilings);

 private:
  void remove();
  void save_groups();
  void save_licenses();
  void save_members();
  void step();
  std::string path_of(Tree::Row row) const { return tree_.path_of(row, into_); }

  Write& write_;
  Authorization authorization_;
  RowChanges& changes_;
  const Merge& merge_;
  const Tree& tree_;
  std::string into_;
  GroupId parent_of_top_;
  const ReportProgress& report_;
  bool is_bulk_;                  // whether the store is empty, so that the indexes are built last
  std::vector<bool> is_touched_;  // for each group of the tree whether its contents changed
  std::vector<GroupId> ids_;      // of each group of the tree that was saved
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace allot
