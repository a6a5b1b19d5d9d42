#pragma once

#include <cstdint>
#include <future>
#include <vector>

#include "libcore/model/tree_check.hpp"

namespace allot {

/// The usage and the violations of a tree.
struct ValidationResult {
  Usages usages;
  std::vector<std::int64_t> ceilings;
  ViolationReport violation_report;
};

/// Validates `tree`; a large tree in a separate thread, so that the caller can do other work. The arguments must
/// outlive the future.
std::future<ValidationResult> validate(const Tree& tree, const ParentContext& parent_context,
                                       const Catalogue& catalogue, Day today);

}  // namespace allot
