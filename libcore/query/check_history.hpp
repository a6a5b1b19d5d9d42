#pragma once

#include "libcore/query/faults.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Checks the versions of rows and the log against each other: no version overlaps another, none begins or ends at a
/// revision that the store does not have, each begins where an entry says so, and the newest entries count their
/// changes and name their places.
void check_history(Store& store, Faults& faults);

}  // namespace allot
