#pragma once

#include <cstdint>

#include "libcore/document/document.hpp"
#include "libcore/model/distinct.hpp"
#include "libcore/model/rows.hpp"

namespace allot {

std::uint32_t hash_of(const GrantPatch& patch);
std::uint32_t hash_of(const TraitsPatch& patch);

/// Stores equal patches once, as rows of a table of a Document.
template <typename Patch>
class PatchTable {
 public:
  /// Uses `rows`, which must outlive this object and be empty.
  explicit PatchTable(Rows<Patch>& rows) : rows_(rows) {}

  /// Returns the row of a patch equal to `patch`; adds a row if there is none.
  std::uint32_t find_or_add(const Patch& patch) { return index_.find_or_add(rows_, patch, hash_of(patch)); }

 private:
  Rows<Patch>& rows_;
  DistinctIndex<Patch> index_;
};

}  // namespace allot
