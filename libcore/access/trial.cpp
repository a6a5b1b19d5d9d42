#include "libcore/access/trial.hpp"

#include <algorithm>
#include <utility>

#include "libcore/access/lookup.hpp"
#include "libcore/model/headroom.hpp"

namespace allot {
namespace {

/// Applies the limits of the groups from `at` upwards through the first reserved group.
void bound_above(const AncestorPath& ancestors, std::size_t at, Headroom& headroom) {
  for (std::size_t i = at + 1; i-- > 0;) {
    if (ancestors[i].is_restricted()) headroom.bound_by(ancestors[i].allotted, *ancestors[i].capacity);
    if (ancestors[i].traits.restriction == Restriction::reserved) return;
  }
}

/// Returns the bounds that `headroom` collected for `grant`, which draws on `capacity` (or null): 0 where its period
/// excludes any count.
Bounds make_bounds(const Headroom& headroom, const Grant& grant, const Capacity* capacity, const Catalogue& catalogue,
                   Day today) {
  Bounds bounds(catalogue.counted().size());
  for (std::size_t id = 0; id < bounds.size(); ++id) bounds[id] = headroom.most(static_cast<ResourceId>(id));
  if (capacity == nullptr) return bounds;
  RuleViolations rule_violations;
  check_draw(grant, *capacity, today, rule_violations);
  for (const RuleViolation& each : rule_violations) {
    if (each.item && each.item->kind == Item::Kind::counted) bounds[each.item->id] = 0;
  }
  return bounds;
}

}  // namespace

bool may_break_below(const PathNode& before, const PathNode& after, Day today) {
  if (before.traits.restriction != after.traits.restriction) return true;
  return after.is_restricted() && may_break_below(*before.capacity, *after.capacity, after.ceilings, today);
}

void check_license(const AncestorPath& ancestors, const License& license, Day today,
                   ViolationReport& violation_report) {
  const std::string path = ancestors.path();
  const std::string by = describe_license(path, license.name);
  RuleViolations rule_violations;
  check_grant(license.grant, ancestors.catalogue(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, path, by);
  const std::size_t at = ancestors.size() - 1;
  const Capacity* const above = ancestors.find_capacity_above(at);
  if (above == nullptr || !ancestors.back().is_restricted()) return;
  const std::string above_path = ancestors.path_of(*ancestors.find_restricted(at - 1));
  rule_violations.clear();
  check_draw(license.grant, *above, today, rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, above_path, by);
}

ParentContext context_below(const Path& path, const AncestorPath& above, Headroom* asked) {
  ParentContext context{path.to_string(), nullptr, {}, asked};
  if (above.size() == 0) return context;
  context.capacity = above.find_capacity();
  if (context.capacity != nullptr) context.capacity_path = above.path_of(*above.find_restricted(above.size() - 1));
  return context;
}

Bounds find_member_bounds(AncestorPath ancestors, const Grant* before, const Grant& grant, Day today) {
  const std::size_t at = ancestors.size() - 1;
  Usage change;
  change.add(grant);
  if (before != nullptr) change.add(*before, -1);
  ancestors.allot(at, change, [](std::size_t) {});
  Headroom headroom{{}, grant, today};
  const Capacity* const capacity = ancestors.find_capacity();
  if (capacity != nullptr) headroom.drawn_from(*capacity);
  bound_above(ancestors, at, headroom);
  return make_bounds(headroom, grant, capacity, ancestors.catalogue(), today);
}

Bounds find_license_bounds(AncestorPath ancestors, const GroupTraits& traits, std::vector<License> licenses,
                           const License& written, Day today) {
  const std::size_t at = ancestors.size() - 1;
  const Usage change = ancestors.replace_last(traits, std::move(licenses));
  Headroom headroom{{}, written.grant, today};
  const Capacity* const capacity = ancestors.back().is_restricted() ? ancestors.find_capacity_above(at) : nullptr;
  if (capacity != nullptr) {
    headroom.drawn_from(*capacity);
    ancestors.allot(at - 1, change, [](std::size_t) {});
    if (traits.restriction == Restriction::shared) {
      headroom.bound_by(ancestors.back().capacity->limits, *capacity);
    } else {
      bound_above(ancestors, at - 1, headroom);
    }
  }
  return make_bounds(headroom, written.grant, capacity, ancestors.catalogue(), today);
}

LicenseTrial::LicenseTrial(Snapshot& rows, AncestorPath ancestors, GroupTraits traits, Day today)
    : rows_(&rows), ancestors_(std::move(ancestors)), traits_(std::move(traits)), today_(today) {}

void LicenseTrial::check(const std::vector<License>& licenses, ViolationReport& violation_report) {
  const Catalogue& catalogue = ancestors_.catalogue();
  AncestorPath changed = ancestors_;
  changed.replace_last(traits_, licenses);
  const PathNode& group = changed.back();
  const std::string path = changed.path();
  if (may_break_below(ancestors_.back(), group, today_)) {
    load();
    replace(licenses);
    const AncestorPath above = changed.above();
    check_tree(*tree_, *usages_, context_below(Path::parse(path), above), catalogue, today_, violation_report);
    return;
  }
  for (const License& license : licenses) check_license(changed, license, today_, violation_report);
  if (!group.is_restricted()) return;
  RuleViolations rule_violations;
  check_limits(group.allotted, *group.capacity, today_, rule_violations);
  for (const RuleViolation& each : rule_violations) violation_report.add(each, path, {});
  const std::size_t at = changed.size() - 1;
  const Capacity* const above = changed.find_capacity_above(at);
  if (above == nullptr || traits_.restriction != Restriction::shared) return;
  rule_violations.clear();
  check_ceiling(grants_of(group.licenses), *group.capacity, *above, today_, rule_violations);
  for (const RuleViolation& each : rule_violations) {
    violation_report.add(each, changed.path_of(*changed.find_restricted(at - 1)), path);
  }
}

void LicenseTrial::load() {
  if (tree_) return;
  tree_.emplace(load_tree(*rows_, ancestors_.back().id));
  tree_->set_traits(0, traits_);
  usages_.emplace(*tree_, ancestors_.catalogue());
}

void LicenseTrial::replace(const std::vector<License>& licenses) {
  for (const License& license : licenses) {
    Tree::Row found = Tree::kNone;
    tree_->for_each_license(0, [&](Tree::Row row) {
      if (tree_->licenses()[row].name == license.name) found = row;
    });
    if (found == Tree::kNone) {
      tree_->add_license(0, license);
    } else {
      tree_->replace(found, license);
    }
  }
}

}  // namespace allot
