#include "libcore/edit/checks.hpp"

#include <utility>

#include "libcore/access/holders.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/model/tree_check.hpp"

namespace allot {

void save_figures(Write& write, const PathNode& node) {
  write.changes().set_figures(node.id, {node.children, node.members, node.ceilings, node.allotted});
}

void count_ceilings(Write& write, AncestorPath& ancestors, std::size_t at, std::int64_t change) {
  ancestors.count_ceilings(at, change, [&](std::size_t place) { save_figures(write, ancestors[place]); });
}

std::vector<std::size_t> propagate(Write& write, AncestorPath& ancestors, std::size_t at, const Usage& change) {
  std::vector<std::size_t> touched;
  ancestors.allot(at, change, [&](std::size_t place) {
    save_figures(write, ancestors[place]);
    touched.push_back(place);
  });
  return touched;
}

void check_limits_at(Write& write, const AncestorPath& ancestors, const std::vector<std::size_t>& touched,
                     const Headroom& headroom, ViolationReport& violation_report) {
  for (const std::size_t place : touched) {
    const PathNode& node = ancestors[place];
    if (!node.is_restricted()) continue;
    RuleViolations rule_violations;
    check_limits(node.allotted, *node.capacity, write.today(), rule_violations);
    for (RuleViolation& rule_violation : rule_violations) {
      headroom.complete(rule_violation);
      if (!ancestors.is_visible(place)) {
        if (headroom.by().empty()) rule_violation.accepted = headroom.left_of(rule_violation);
        violation_report.add(rule_violation, ancestors.path_of(place), headroom.by());
        continue;
      }
      if (headroom.by().empty()) rule_violation.accepted = rule_violation.limit;
      violation_report.add(
          rule_violation, ancestors.path_of(place), headroom.by(),
          find_holders(write.rows(), ancestors, place, rule_violation.item->id, rule_violation.span.from));
    }
  }
}

void allot(Write& write, AncestorPath& ancestors, std::size_t at, const Usage& change, Headroom& headroom,
           ViolationReport& violation_report) {
  const std::vector<std::size_t> touched = propagate(write, ancestors, at, change);
  const auto nearest = ancestors.find_restricted(at);
  for (const std::size_t place : touched) {
    if (place == nearest) headroom.drawn_from(*ancestors[place].capacity);
    if (ancestors[place].is_restricted()) headroom.bound_by(ancestors[place].allotted, *ancestors[place].capacity);
  }
  check_limits_at(write, ancestors, touched, headroom, violation_report);
}

std::int64_t passed_ceilings(const PathNode& node) { return pass_ceilings(node.traits.restriction, node.ceilings); }

void check_member(Write& write, const AncestorPath& ancestors, const Membership& member,
                  ViolationReport& violation_report) {
  const std::string path = ancestors.path();
  const std::string by = describe_member(path, member.email);
  RuleViolations rule_violations;
  check_grant(member.grant, write.catalogue(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, path, by);
  const Capacity* const capacity = ancestors.find_capacity();
  if (capacity == nullptr) return;
  const std::string capacity_path = ancestors.path_of(*ancestors.find_restricted(ancestors.size() - 1));
  rule_violations.clear();
  check_draw(member.grant, *capacity, write.today(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, capacity_path, by);
}

void check_capacity(Write& write, const AncestorPath& ancestors, Headroom& headroom,
                    ViolationReport& violation_report) {
  const PathNode& group = ancestors.back();
  if (!group.is_restricted()) return;
  const std::string path = ancestors.path();
  const std::size_t at = ancestors.size() - 1;
  headroom.hold_for(group.allotted, *group.capacity);
  RuleViolations rule_violations;
  check_limits(group.allotted, *group.capacity, write.today(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) {
    violation_report.add(rule_violation, path, headroom.by(),
                         find_holders(write.rows(), ancestors, at, rule_violation.item->id, rule_violation.span.from));
  }
  const Capacity* const above = ancestors.find_capacity_above(at);
  if (above == nullptr || group.traits.restriction != Restriction::shared) return;
  headroom.drawn_from(*above);
  headroom.bound_by(group.capacity->limits, *above);
  rule_violations.clear();
  check_ceiling(grants_of(group.licenses), *group.capacity, *above, write.today(), rule_violations);
  for (RuleViolation& rule_violation : rule_violations) {
    headroom.complete(rule_violation);
    violation_report.add(rule_violation, ancestors.path_of(*ancestors.find_restricted(at - 1)), path);
  }
}

void validate_subtree(Write& write, const Path& path, AncestorPath above, const Usage& taken_before, Headroom& headroom,
                      ViolationReport& violation_report) {
  const ParentContext context = context_below(path, above, &headroom);
  const GroupId top = above.size() > 0 ? write.rows().find_group(above.back().id, path.name())->id : kRootGroup;
  const Tree tree = load_tree(write.rows(), top, write.progress());
  const Usages usages{tree, write.catalogue()};
  check_tree(tree, usages, context, write.catalogue(), write.today(), violation_report);
  if (above.size() == 0) return;
  Usage change = used_by(tree, usages, 0, write.catalogue());
  headroom.takes(change);
  change.add(taken_before, -1);
  allot(write, above, above.size() - 1, change, headroom, violation_report);
}

}  // namespace allot
