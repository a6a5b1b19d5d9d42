#pragma once

#include "libcore/access/authorizer.hpp"
#include "libcore/import/merge.hpp"

namespace allot {

/// Leave to make of the subtree `target` what `merge` made of it; throws denied naming the first thing that the actor
/// may not change. What stays as it is needs no right.
Authorization require_permissions(Authorizer& authorizer, const AncestorPath& target, const Merge& merge);

}  // namespace allot
