#pragma once

#include <string>
#include <vector>

#include "libcore/edit/grant_change.hpp"
#include "libcore/edit/write.hpp"

namespace allot {

// The counts that are specified as the largest count that is accepted; allot(1), Grants. Each function sets them,
// required resources first, to what would be accepted with all else as it is, or, where that is less than what suffices
// or nothing is accepted, to a count that the checks of the change refuse. They throw not_found where nothing limits a
// count. In an empty period, which is refused, they set nothing.

/// Sets these counts in the licence `license` of the last group of `ancestors`, which gets `traits`. `others` are the
/// other licences of the group.
void set_largest(Write& write, const AncestorPath& ancestors, const GroupTraits& traits,
                 const std::vector<License>& others, const GrantChange& specified, License& license);

/// Sets these counts in `member`, which replaces `before` (null: a new membership) in the last group of `ancestors`.
void set_largest(Write& write, const AncestorPath& ancestors, const Membership* before, const GrantChange& specified,
                 Membership& member);

/// Adds these counts of a licence or membership, which was accepted, to the outcome.
void report_largest(Write& write, What what, const std::string& path, const std::string& name,
                    const GrantChange& specified, const Grant& grant);

}  // namespace allot
