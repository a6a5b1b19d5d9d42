#include "libcore/edit/licenses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/access/holders.hpp"
#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/edit/largest.hpp"
#include "libcore/edit/refusal.hpp"

namespace allot {
namespace {

auto find_by_name(std::vector<License>& licenses, const std::string& name) {
  return std::find_if(licenses.begin(), licenses.end(), [&](const License& each) { return each.name == name; });
}

/// Sets the traits and licences of the last group of `ancestors`, whose rows were changed; `written` is the licence
/// that was added or changed, or null. Checks the licence itself, the group's own limit, the groups above and, only if
/// it could be broken, the subtree.
void put_licenses(Write& write, AncestorPath& ancestors, const GroupTraits& traits, std::vector<License> licenses,
                  const License* written) {
  ViolationReport violation_report{write.catalogue()};
  const std::string path = ancestors.path();
  const std::size_t at = ancestors.size() - 1;
  const PathNode before = ancestors.back();
  Headroom headroom = written == nullptr
                          ? Headroom{write.today()}
                          : Headroom{describe_license(path, written->name), written->grant, write.today()};
  const Usage change = ancestors.replace_last(traits, std::move(licenses));
  if (at > 0) {
    const std::int64_t ceilings = passed_ceilings(ancestors.back()) - passed_ceilings(before);
    count_ceilings(write, ancestors, at - 1, ceilings);
  }
  if (may_break_below(before, ancestors.back(), write.today())) {
    validate_subtree(write, Path::parse(path), ancestors.above(), before.taken(), headroom, violation_report);
  } else {
    if (written != nullptr) check_license(ancestors, *written, write.today(), violation_report);
    check_capacity(write, ancestors, headroom, violation_report);
    if (at > 0) allot(write, ancestors, at - 1, change, headroom, violation_report);
  }
  enforce(write, violation_report);
}

}  // namespace

void note_kept_licenses(Write& write, const AncestorPath& ancestors, Restriction restriction) {
  if (restriction == Restriction::none || ancestors.back().licenses.empty()) return;
  std::vector<std::string> names;
  for (const License& license : ancestors.back().licenses) names.push_back(license.name);
  write.note(fmt::format("kept licenses of {} come into force: {}", ancestors.path(), fmt::join(names, ", ")));
}

void add_license(Write& write, const Path& path, const std::string& name, const LicenseChange& specified,
                 std::optional<Restriction> restriction, IfExists if_exists) {
  if (path.is_root() && restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share");
  }
  AncestorPath ancestors = write.ancestors_of(path);
  License license;
  license.name = name;
  if (specified.type) license.type = *specified.type;
  apply(specified.labels, license.labels);
  apply(specified.grant, write.catalogue(), license.grant);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  std::vector<License> licenses = ancestors.back().licenses;
  if (find_by_name(licenses, name) != licenses.end()) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a license {} already", path.to_string(), quote(name)),
                          fmt::format("change it with `allot license set`"));
    }
    write.changes().keep(What::license);
    return;
  }
  const GroupTraits before = ancestors.back().traits;
  GroupTraits traits = before;
  if (before.restriction == Restriction::none) {
    traits.restriction = restriction.value_or(Restriction::reserved);
    write.note(fmt::format("{} becomes {}; it was not restricted", path.to_string(), word_for(traits.restriction)));
    note_kept_licenses(write, ancestors, traits.restriction);
  } else if (restriction && *restriction != before.restriction) {
    throw Error::exists(
        fmt::format("{} is {} already", path.to_string(), word_for(before.restriction)),
        fmt::format("change that first with `allot group set --restriction {}`", word_for(*restriction)));
  }
  set_largest(write, ancestors, traits, licenses, specified.grant, license);
  write.changes().insert_license(authorization, ancestors.back().id, license, [&] {
    return Change{Op::create, What::license, path.to_string(), name, {}, license};
  });
  if (traits != before) {
    write.changes().update_group(authorization, Permission::group, ancestors.back().id, before, traits, [&] {
      const std::string text = path.to_string();
      const GroupId parent = ancestors.size() > 1 ? ancestors[ancestors.size() - 2].id : 0;
      return Change{
          Op::update, What::group, text, {}, GroupState{text, before, parent}, GroupState{text, traits, parent}};
    });
  }
  licenses.push_back(license);
  put_licenses(write, ancestors, traits, std::move(licenses), &license);
  report_largest(write, What::license, path.to_string(), name, specified.grant, license.grant);
}

void set_license(Write& write, const Path& path, const std::string& name, const LicenseChange& specified) {
  AncestorPath ancestors = write.ancestors_of(path);
  std::vector<License> licenses = ancestors.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  const License before = *found;
  License after = before;
  if (specified.type) after.type = *specified.type;
  apply(specified.labels, after.labels);
  apply(specified.grant, write.catalogue(), after.grant);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  require_few(after.labels);
  const std::string by = describe_license(ancestors.path(), name);
  require_countable(specified.grant, write.catalogue(), before.grant, ancestors.path(), by);
  licenses.erase(found);
  set_largest(write, ancestors, ancestors.back().traits, licenses, specified.grant, after);
  report_largest(write, What::license, ancestors.path(), name, specified.grant, after.grant);
  if (after == before) {
    write.changes().keep(What::license);
    return;
  }
  licenses.push_back(after);
  write.changes().update_license(authorization, ancestors.back().id, before.grant, after, [&] {
    return Change{Op::update, What::license, path.to_string(), name, before, after};
  });
  put_licenses(write, ancestors, GroupTraits{ancestors.back().traits}, std::move(licenses), &after);
}

void remove_license(Write& write, const Path& path, const std::string& name) {
  AncestorPath ancestors = write.ancestors_of(path);
  std::vector<License> licenses = ancestors.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  write.changes().remove_license(authorization, ancestors.back().id, name,
                                 [&] { return Change{Op::remove, What::license, path.to_string(), name, *found, {}}; });
  licenses.erase(found);
  put_licenses(write, ancestors, GroupTraits{ancestors.back().traits}, std::move(licenses), nullptr);
}

void rename_license(Write& write, const Path& path, const std::string& name, const std::string& new_name) {
  const AncestorPath ancestors = write.ancestors_of(path);
  std::vector<License> licenses = ancestors.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(ancestors, name);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::group);
  if (find_by_name(licenses, new_name) != licenses.end()) {
    throw Error::exists(fmt::format("{} has a license {} already", path.to_string(), quote(new_name)));
  }
  write.changes().rename_license(authorization, ancestors.back().id, name, new_name, [&] {
    License after = *found;
    after.name = new_name;
    return Change{Op::update, What::license, path.to_string(), name, *found, after};
  });
}

}  // namespace allot
