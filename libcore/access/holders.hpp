#pragma once

#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/storage/snapshot.hpp"

namespace allot {

/// Returns the users of `id` on `day` in the group at index `at` of `ancestors` and lists the ten largest. In a group
/// with thousands of children or users only the first are considered.
Holders find_holders(Snapshot& rows, const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day);

}  // namespace allot
