#pragma once

#include <cstddef>
#include <cstdint>

#include "libcore/document/document.hpp"
#include "libcore/model/distinct.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// Stores equal patches once, as rows of `Document::patches`.
class PatchTable {
 public:
  /// Uses `rows`, which must outlive this object and be empty.
  explicit PatchTable(Rows<GrantPatch>& rows) : rows_(rows) {}

  /// Returns the row of a patch equal to `patch`; adds a row if there is none.
  std::uint32_t find_or_add(const GrantPatch& patch);

  /// Returns the memory of the rows' feature sets in bytes.
  std::size_t feature_bytes() const { return feature_bytes_; }

 private:
  Rows<GrantPatch>& rows_;
  DistinctIndex<GrantPatch> index_;
  std::size_t feature_bytes_ = 0;
};

}  // namespace allot
