#pragma once

#include <cstdint>
#include <future>
#include <vector>

#include "libcore/model/tree_check.hpp"

namespace allot {

/// What a tree takes, and what is wrong with it.
struct ValidationResult {
  Usages usages;
  std::vector<std::int64_t> ceilings;
  ViolationReport violation_report;
};

/// Judges `tree`, if it is large in a thread of its own, as other work can be done meanwhile; the arguments must
/// outlive the future.
std::future<ValidationResult> validate(const Tree& tree, const ParentContext& parent_context,
                                       const Catalogue& catalogue, Day today);

}  // namespace allot
