#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libcore/access/authorizer.hpp"
#include "libcore/model/path.hpp"

namespace allot {

/// A change of the count of a resource in a licence.
struct CountStep {
  std::string group;
  std::string license;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

/// The changes of licences after which more of a resource is available in a group, in an order in which each of them is
/// accepted.
struct RebalancePlan {
  std::string group;
  std::int64_t available = 0;  ///< today, before the changes
  std::int64_t revision = 0;   ///< of the newest entry that the actor sees
  std::vector<CountStep> steps;
};

/// Plans how `need` more of `id` become available in the group `path` today, with changes that the actor may make;
/// allot-rebalance(1). Throws not_found, also where nothing limits the resource there, denied and refused.
RebalancePlan plan_rebalance(Snapshot& rows, Authorizer& authorizer, Day today, const Path& path, ResourceId id,
                             std::int64_t need);

}  // namespace allot
