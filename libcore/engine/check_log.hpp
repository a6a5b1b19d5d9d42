#pragma once

#include "libcore/engine/faults.hpp"
#include "libcore/store/store.hpp"

namespace allot {

/// Proves that the log's newest entries, up to some thousand of them and of their changes, agree with the store: that
/// each thing is as the newest of them that changed it left it, and that the newest is the store's revision.
void check_log(Store& store, Faults& faults);

}  // namespace allot
