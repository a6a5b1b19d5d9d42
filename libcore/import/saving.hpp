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

/// Saves what a merge made of a subtree, in the order of its rows, and records it.
class ImportSaving {
 public:
  /// The arguments must outlive it; `target` leads to the top of the subtree.
  ImportSaving(Write& write, const Authorization& authorization, const Merge& merge, const AncestorPath& target,
               const ReportProgress& report);

  /// Saves everything but the figures.
  void save_rows();

  /// Saves the figures of the groups in or below which something changed, and builds the indexes that were dropped.
  void save_figures(const Usages& usages, const std::vector<std::int64_t>& ceilings);

 private:
  void remove();
  void save_groups();
  void save_licenses();
  void save_members();
  void step();
  Change change_of(Merge::RowFate fate, What what, Tree::Row group, std::string_view name) const;
  std::string path_of(Tree::Row row) const { return tree_.path_of(row, into_); }

  Write& write_;
  Authorization authorization_;
  Store& store_;
  const Merge& merge_;
  const Tree& tree_;
  std::string into_;
  GroupId parent_of_top_;
  const ReportProgress& report_;
  bool is_bulk_;  // whether the store is empty, so that the indexes are built last
  // How many rows are inserted at once: one where there are indexes, whose pages would be journaled a second time.
  std::size_t at_once_;
  std::vector<bool> is_touched_;  // for each group of the tree whether something in it changed
  std::vector<GroupId> ids_;      // of each group of the tree, once it is saved
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace allot
