#include "libcore/model/validation.hpp"

namespace allot {
namespace {

constexpr std::size_t kLargeTree = 10'000;  // groups; the minimum for which a thread is worth its cost

}  // namespace

std::future<ValidationResult> validate(const Tree& tree, const ParentContext& parent_context,
                                       const Catalogue& catalogue, Day today) {
  const auto policy =
      tree.groups().size() < kLargeTree ? std::launch::deferred : std::launch::async | std::launch::deferred;
  return std::async(policy, [&, today] {
    ValidationResult validation{Usages{tree, catalogue}, count_ceilings(tree), ViolationReport{catalogue}};
    check_tree(tree, validation.usages, parent_context, catalogue, today, validation.violation_report);
    return validation;
  });
}

}  // namespace allot
