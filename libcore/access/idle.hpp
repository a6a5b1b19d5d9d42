#pragma once

#include <string>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/model/rules.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// The number of groups that `find_idle` returns at most.
inline constexpr std::size_t kMostIdle = 3;

/// Returns the nearest reserved groups below `group` (its path is `path`) that leave most of their limit of `id` unused
/// by users on `day`, the largest first; allot-rules(7), Held and idle. Groups that leave nothing are not included.
std::vector<IdleGroup> find_idle(Snapshot& rows, GroupId group, const std::string& path, ResourceId id, Day day);

}  // namespace allot
