#pragma once

#include "libcore/access/authorizer.hpp"
#include "libcore/import/merge.hpp"

namespace allot {

/// Authorizes all changes of `merge` to the subtree `target`; throws denied naming the first change that is not
/// permitted. Unchanged items require no permission.
Authorization require_permissions(Authorizer& authorizer, const AncestorPath& target, const Merge& merge);

}  // namespace allot
