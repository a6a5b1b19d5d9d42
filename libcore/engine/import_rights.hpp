#pragma once

#include "libcore/engine/import_merge.hpp"
#include "libcore/engine/sight.hpp"

namespace allot {

/// Leave to make of the subtree `target` what `merge` made of it; throws denied naming the first thing that the actor
/// may not change. What stays as it is needs no right.
Permit require_rights(Sight& sight, const Chain& target, const Merge& merge);

}  // namespace allot
