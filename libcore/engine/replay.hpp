#pragma once

#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/engine/entry_text.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// Takes back in the rows of `store` what an entry of the log changed, without checking anything and without figures.
void take_back(Store& store, const StoredEntry& entry);

/// Puts an entry of the catalogue back.
void restore_entry(Store& store, const std::string& name, const EntryState& entry);

/// Computes the figures of all groups of `store` anew and saves those that differ.
void rebuild_figures(Store& store);

/// A copy of `store` in memory, as it was after the write of `revision`, which the log must reach back to.
Store copy_as_of(Store& store, std::int64_t revision, const ReportProgress& report);

}  // namespace allot
