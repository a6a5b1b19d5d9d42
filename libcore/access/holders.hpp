#pragma once

#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/model/ancestor_path.hpp"
#include "libcore/storage/store.hpp"

namespace allot {

/// The largest takers of `id` on `day` in the group at `at` of `chain`, at most ten; of a group with thousands of
/// children or users only the first are looked at.
std::vector<Holder> find_holders(Store& store, const AncestorPath& ancestors, std::size_t at, ResourceId id, Day day);

}  // namespace allot
