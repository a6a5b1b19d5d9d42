#pragma once

#include <cstdint>

namespace allot {

/// The id of a group: it never changes and is never reused within a store.
using GroupId = std::int64_t;

/// The company, `/`.
inline constexpr GroupId kRootGroup = 1;

}  // namespace allot
