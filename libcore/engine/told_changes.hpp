#pragma once

#include <set>
#include <vector>

#include "libcore/engine/net_changes.hpp"

namespace allot {

/// What a write changed, as the log tells it: each thing once, with paths that the write found or left.
struct ToldChanges {
  std::vector<Change> changes;  ///< in an order in which they could be made, and so, backwards, be taken back
  std::set<GroupId> places;     ///< the groups at or below which they were made
};

/// Tells `net`, which is all that a write changed; `store` is as the write left it, but for what it takes out of the
/// catalogue.
ToldChanges tell(Store& store, NetChanges net);

}  // namespace allot
