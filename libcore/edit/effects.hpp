#pragma once

#include <vector>

#include "libcore/model/effects.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// Returns the effects of the open write transaction of `store`, net of all its changes, on the groups that `scope`
/// shows. `changed` are the groups whose blocks may have changed, in any order; with none, nothing is read.
std::vector<Effect> find_effects(Store& store, std::vector<GroupId> changed, const Scope& scope, Day today);

}  // namespace allot
