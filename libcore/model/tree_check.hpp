#pragma once

#include <string>
#include <vector>

#include "libcore/model/headroom.hpp"
#include "libcore/model/tree.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// The context of a tree: the path of its top and the nearest restricted group above it (`capacity` null if there is
/// none). `asked` is the request of a write for the top itself (else null).
struct ParentContext {
  std::string top;
  const Capacity* capacity = nullptr;
  std::string capacity_path;
  Headroom* asked = nullptr;
};

/// Validates every licence, membership and restricted group of `tree` by all rules of allot-rules(7) and adds the
/// violations to `violation_report`; `usages` are those of `tree`.
void check_tree(const Tree& tree, const Usages& usages, const ParentContext& parent_context, const Catalogue& catalogue,
                Day today, ViolationReport& violation_report);

/// Returns the users of `id` in `group` on `day`, the largest first, and lists at most ten.
Holders find_holders(const Tree& tree, const Usages& usages, const std::string& top, Tree::Row group, ResourceId id,
                     Day day);

/// Returns the number of `holders` and the ten largest, sorted by count.
Holders keep_largest(std::vector<Holder> holders);

}  // namespace allot
