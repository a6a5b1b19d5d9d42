#pragma once

#include <string>

#include "libcore/base/error.hpp"
#include "libcore/import/merge.hpp"

namespace allot {

/// Adds to each listed violation of a limit of a visible group the licences and memberships of the files that ask for
/// the most of it: those that the import would create or change and whose counts the limit must cover. `into` is the
/// path of the top of the tree of `merge`.
void add_asking(const Merge& merge, const Path& into, const Catalogue& catalogue, Day today, Violations& violations);

}  // namespace allot
