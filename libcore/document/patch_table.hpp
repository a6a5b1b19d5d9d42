#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/document/document.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

/// Keeps equal patches once: open addressing over the rows of `Document::patches`.
class PatchTable {
 public:
  /// Works on `rows`, which must outlive it and be empty.
  explicit PatchTable(Rows<GrantPatch>& rows) : rows_(rows), slots_(kSmallest, kFree) {}

  /// The row of a patch equal to `patch`, which is added where there is none.
  std::uint32_t find_or_add(const GrantPatch& patch);

  /// The memory that the rows take for their sets of features.
  std::size_t feature_bytes() const { return feature_bytes_; }

 private:
  static constexpr std::size_t kSmallest = 64;
  static constexpr std::uint32_t kFree = UINT32_MAX;

  std::size_t find_slot(const GrantPatch& patch, std::uint32_t hash) const;
  void grow();

  Rows<GrantPatch>& rows_;
  std::vector<std::uint32_t> hashes_;  // of each row
  std::vector<std::uint32_t> slots_;
  std::size_t feature_bytes_ = 0;
};

}  // namespace allot
