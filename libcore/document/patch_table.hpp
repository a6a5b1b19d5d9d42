#pragma once

#include <cstddef>
#include <cstdint>

#include "libcore/document/document.hpp"
#include "libcore/model/distinct.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// Keeps equal patches once, as rows of `Document::patches`.
class PatchTable {
 public:
  /// Works on `rows`, which must outlive it and be empty.
  explicit PatchTable(Rows<GrantPatch>& rows) : rows_(rows) {}

  /// The row of a patch equal to `patch`, which is added where there is none.
  std::uint32_t find_or_add(const GrantPatch& patch);

  /// The memory that the rows take for their sets of features.
  std::size_t feature_bytes() const { return feature_bytes_; }

 private:
  Rows<GrantPatch>& rows_;
  DistinctIndex<GrantPatch> index_;
  std::size_t feature_bytes_ = 0;
};

}  // namespace allot
