#pragma once

#include <string>
#include <vector>

#include "libcore/model/headroom.hpp"
#include "libcore/model/tree.hpp"
#include "libcore/model/violation_report.hpp"

namespace allot {

/// Where a tree hangs: the path of its top, and the nearest restricted group above it (`offer` null if there is none);
/// `asked` is what a write asks for the top itself, where it does (else null).
struct ParentContext {
  std::string top;
  const Capacity* capacity = nullptr;
  std::string offer_path;
  Headroom* asked = nullptr;
};

/// Judges every licence, membership and restricted group of `tree` by all the rules of allot-rules(7) and adds each
/// breach to `verdict`; `tallies` are those of `tree`.
void check_tree(const Tree& tree, const Usages& usages, const ParentContext& parent_context, const Catalogue& catalogue,
                Day today, ViolationReport& violation_report);

/// The takers of `id` in `group` on `day`, the largest first, at most ten.
std::vector<Holder> find_holders(const Tree& tree, const Usages& usages, const std::string& top, Tree::Row group,
                                 ResourceId id, Day day);

/// Sorts `holders` by what they take and keeps the ten largest.
void keep_largest(std::vector<Holder>& holders);

}  // namespace allot
