#pragma once

#include "libcore/query/faults.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Checks the row versions and the log against each other: versions of a row do not overlap; versions begin and end at
/// existing revisions; each version begins at a revision whose entry created or replaced the row; the newest entries
/// have the correct number of changes and the correct places.
void check_history(Store& store, Faults& faults);

}  // namespace allot
