#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/access/holders.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/write.hpp"

namespace allot {
namespace {

auto find_by_name(std::vector<License>& licenses, const std::string& name) {
  return std::find_if(licenses.begin(), licenses.end(), [&](const License& each) { return each.name == name; });
}

}  // namespace

/// Sets the traits and licences of the last group of `ancestors`; `written` is the licence that was added or changed.
/// Checks the licence itself, the group's own limit, the groups above and, only if it could be broken, the subtree.
void Write::put_licenses(AncestorPath& ancestors, const GroupTraits& traits, std::vector<License> licenses,
                         const License* written) {
  ViolationReport violation_report{catalogue()};
  const std::string path = ancestors.path();
  const std::size_t at = ancestors.size() - 1;
  Headroom headroom =
      written == nullptr ? Headroom{today()} : Headroom{describe_license(path, written->name), written->grant, today()};
  const bool was_restricted = ancestors.back().is_restricted();
  const Usage taken_before = ancestors.back().taken();
  const std::optional<Capacity> before = ancestors.back().capacity;
  const std::int64_t passed_before = pass_ceilings(ancestors.back().traits.restriction, ancestors.back().ceilings);
  const Usage change = ancestors.replace_last(traits, std::move(licenses));
  const PathNode& group = ancestors.back();
  const std::int64_t passed = pass_ceilings(traits.restriction, group.ceilings);
  if (at > 0) count_ceilings(ancestors, at - 1, passed - passed_before);
  const bool judges_below =
      group.is_restricted() && (!was_restricted || may_break_below(*before, *group.capacity, group.ceilings, today()));
  if (judges_below) {
    validate_subtree(Path::parse(path), ancestors.above(), taken_before, headroom, violation_report);
    violation_report.enforce();
    return;
  }
  RuleViolations rule_violations;
  if (written != nullptr) check_grant(written->grant, catalogue(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, path, headroom.by());
  if (!group.is_restricted()) {
    violation_report.enforce();
    return;
  }
  headroom.hold_for(group.allotted, *group.capacity);
  rule_violations.clear();
  check_limits(group.allotted, *group.capacity, today(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) {
    violation_report.add(rule_violation, path, headroom.by(),
                         find_holders(store(), ancestors, at, rule_violation.item->id, rule_violation.span.from));
  }
  const Capacity* const above = ancestors.find_capacity_above(at);
  if (above != nullptr) {
    const std::string above_path = ancestors.path_of(*ancestors.find_restricted(at - 1));
    rule_violations.clear();
    if (written != nullptr) check_draw(written->grant, *above, today(), rule_violations);
    for (const RuleViolation& rule_violation : rule_violations)
      violation_report.add(rule_violation, above_path, headroom.by());
    rule_violations.clear();
    if (traits.restriction == Restriction::shared) {
      headroom.drawn_from(*above);
      headroom.bound_by(group.capacity->limits, *above);
      check_ceiling(grants_of(group.licenses), *group.capacity, *above, today(), rule_violations);
    }
    for (RuleViolation& rule_violation : rule_violations) {
      headroom.complete(rule_violation);
      violation_report.add(rule_violation, above_path, path);
    }
  }
  if (at > 0) allot(ancestors, at - 1, change, headroom, violation_report);
  violation_report.enforce();
}

void Write::add_license(const Path& path, const std::string& name, const LicenseChange& specified,
                        std::optional<Restriction> restriction, IfExists if_exists) {
  if (path.is_root() && restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share");
  }
  AncestorPath ancestors = ancestors_of(path);
  License license;
  license.name = name;
  if (specified.type) license.type = *specified.type;
  apply(specified.grant, catalogue(), license.grant);
  const Authorization authorization = authorizer_.authorize(ancestors, Permission::group);
  std::vector<License> licenses = ancestors.back().licenses;
  if (find_by_name(licenses, name) != licenses.end()) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a license {} already", path.to_string(), quote(name)),
                          fmt::format("change it with `allot license set`"));
    }
    keep(What::license);
    return;
  }
  const GroupTraits before = ancestors.back().traits;
  GroupTraits traits = before;
  if (before.restriction == Restriction::none) {
    traits.restriction = restriction.value_or(Restriction::reserved);
    note(fmt::format("{} becomes {}; it was not restricted", path.to_string(), word_for(traits.restriction)));
    note_kept_licenses(ancestors, traits.restriction);
  } else if (restriction && *restriction != before.restriction) {
    throw Error::exists(
        fmt::format("{} is {} already", path.to_string(), word_for(before.restriction)),
        fmt::format("change that first with `allot group set --restriction {}`", word_for(*restriction)));
  }
  store().insert_license(ancestors.back().id, license);
  if (traits != before) {
    store().update_group(ancestors.back().id, traits);
    record(authorization, Op::update, What::group, ancestors.back().id, [&] {
      const std::string text = path.to_string();
      const GroupId parent = ancestors.size() > 1 ? ancestors[ancestors.size() - 2].id : 0;
      return Change{
          Op::update, What::group, text, {}, GroupState{text, before, parent}, GroupState{text, traits, parent}};
    });
  }
  record(authorization, Op::create, What::license, ancestors.back().id,
         [&] { return Change{Op::create, What::license, path.to_string(), name, {}, license}; });
  licenses.push_back(license);
  put_licenses(ancestors, traits, std::move(licenses), &license);
}

void Write::set_license(const Path& path, const std::string& name, const LicenseChange& specified) {
  AncestorPath ancestors = ancestors_of(path);
  std::vector<License> licenses = ancestors.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  const License before = *found;
  License after = before;
  if (specified.type) after.type = *specified.type;
  apply(specified.grant, catalogue(), after.grant);
  const Authorization authorization = authorizer_.authorize(ancestors, Permission::group);
  if (after == before) {
    keep(What::license);
    return;
  }
  *found = after;
  store().update_license(ancestors.back().id, after);
  record(authorization, Op::update, What::license, ancestors.back().id,
         [&] { return Change{Op::update, What::license, path.to_string(), name, before, after}; });
  put_licenses(ancestors, GroupTraits{ancestors.back().traits}, std::move(licenses), &after);
}

void Write::remove_license(const Path& path, const std::string& name) {
  AncestorPath ancestors = ancestors_of(path);
  std::vector<License> licenses = ancestors.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  const Authorization authorization = authorizer_.authorize(ancestors, Permission::group);
  record(authorization, Op::remove, What::license, ancestors.back().id,
         [&] { return Change{Op::remove, What::license, path.to_string(), name, *found, {}}; });
  licenses.erase(found);
  store().remove_license(ancestors.back().id, name);
  put_licenses(ancestors, GroupTraits{ancestors.back().traits}, std::move(licenses), nullptr);
}

}  // namespace allot
