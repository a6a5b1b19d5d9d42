#pragma once

#include <cstdint>

namespace allot {

/// The id of a group: it never changes, and no two groups of a store have the same, removed ones included.
using GroupId = std::int64_t;

/// The company, `/`.
inline constexpr GroupId kRootGroup = 1;

}  // namespace allot
