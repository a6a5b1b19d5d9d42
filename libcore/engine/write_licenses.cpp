#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/engine/holders.hpp"
#include "libcore/engine/write.hpp"

namespace allot {
namespace {

auto find_by_name(std::vector<License>& licenses, const std::string& name) {
  return std::find_if(licenses.begin(), licenses.end(), [&](const License& each) { return each.name == name; });
}

}  // namespace

/// Gives the last group of `chain` its new traits and licences, of which `written` was added or changed, and checks
/// all that this can break: the licence itself, the group's own limit, what is above it and, only where it could be
/// broken, what is below it.
void Write::put_licenses(Chain& chain, const GroupTraits& traits, std::vector<License> licenses,
                         const License* written) {
  Verdict verdict{catalogue()};
  const std::string path = chain.path();
  const std::size_t at = chain.size() - 1;
  Allowance allowance = written == nullptr ? Allowance{today()}
                                           : Allowance{describe_license(path, written->name), written->grant, today()};
  const bool was_restricted = chain.back().is_restricted();
  const Tally taken_before = chain.back().taken();
  const std::optional<Offer> before = chain.back().offer;
  const std::int64_t passed_before = pass_ceilings(chain.back().traits.restriction, chain.back().ceilings);
  const Tally change = chain.replace_last(traits, std::move(licenses));
  const Link& group = chain.back();
  const std::int64_t passed = pass_ceilings(traits.restriction, group.ceilings);
  if (at > 0) count_ceilings(chain, at - 1, passed - passed_before);
  const bool judges_below =
      group.is_restricted() && (!was_restricted || may_break_below(*before, *group.offer, group.ceilings, today()));
  if (judges_below) {
    judge_subtree(Path::parse(path), chain.above(), taken_before, allowance, verdict);
    verdict.enforce();
    return;
  }
  Findings findings;
  if (written != nullptr) check_grant(written->grant, catalogue(), findings);
  for (const Finding& finding : findings) verdict.add(finding, path, allowance.by());
  if (!group.is_restricted()) {
    verdict.enforce();
    return;
  }
  allowance.hold_for(group.allotted, *group.offer);
  findings.clear();
  check_limits(group.allotted, *group.offer, today(), findings);
  for (const Finding& finding : findings) {
    verdict.add(finding, path, allowance.by(), find_holders(store(), chain, at, finding.item->id, finding.span.from));
  }
  const Offer* const above = chain.find_offer_above(at);
  if (above != nullptr) {
    const std::string above_path = chain.path_of(*chain.find_restricted(at - 1));
    findings.clear();
    if (written != nullptr) check_draw(written->grant, *above, today(), findings);
    for (const Finding& finding : findings) verdict.add(finding, above_path, allowance.by());
    findings.clear();
    if (traits.restriction == Restriction::shared) {
      allowance.drawn_from(*above);
      allowance.bound_by(group.offer->limits, *above);
      check_ceiling(grants_of(group.licenses), *group.offer, *above, today(), findings);
    }
    for (Finding& finding : findings) {
      allowance.complete(finding);
      verdict.add(finding, above_path, path);
    }
  }
  if (at > 0) allot(chain, at - 1, change, allowance, verdict);
  verdict.enforce();
}

void Write::add_license(const Path& path, const std::string& name, const LicenseChange& said,
                        std::optional<Restriction> restriction, IfExists if_exists) {
  if (path.is_root() && restriction == Restriction::shared) {
    throw Error::usage("/ cannot be shared: it has nothing above it to share");
  }
  Chain chain = chain_to(path);
  License license;
  license.name = name;
  if (said.type) license.type = *said.type;
  apply(said.grant, catalogue(), license.grant);
  const Permit permit = sight_.permit(chain, Right::group);
  std::vector<License> licenses = chain.back().licenses;
  if (find_by_name(licenses, name) != licenses.end()) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a license {} already", path.to_string(), quote(name)),
                          fmt::format("change it with `allot license set`"));
    }
    keep(What::license);
    return;
  }
  const GroupTraits before = chain.back().traits;
  GroupTraits traits = before;
  if (before.restriction == Restriction::none) {
    traits.restriction = restriction.value_or(Restriction::reserved);
    note(fmt::format("{} was not restricted and is now {}", path.to_string(), word_for(traits.restriction)));
    note_kept_licenses(chain, traits.restriction);
  } else if (restriction && *restriction != before.restriction) {
    throw Error::exists(
        fmt::format("{} is {} already", path.to_string(), word_for(before.restriction)),
        fmt::format("change that first with `allot group set --restriction {}`", word_for(*restriction)));
  }
  store().insert_license(chain.back().id, license);
  if (traits != before) {
    store().update_group(chain.back().id, traits);
    record(permit, Op::update, What::group, chain.back().id, [&] {
      const std::string text = path.to_string();
      const GroupId parent = chain.size() > 1 ? chain[chain.size() - 2].id : 0;
      return Change{
          Op::update, What::group, text, {}, GroupState{text, before, parent}, GroupState{text, traits, parent}};
    });
  }
  record(permit, Op::create, What::license, chain.back().id,
         [&] { return Change{Op::create, What::license, path.to_string(), name, {}, license}; });
  licenses.push_back(license);
  put_licenses(chain, traits, std::move(licenses), &license);
}

void Write::set_license(const Path& path, const std::string& name, const LicenseChange& said) {
  Chain chain = chain_to(path);
  std::vector<License> licenses = chain.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(chain, name);
  const License before = *found;
  License after = before;
  if (said.type) after.type = *said.type;
  apply(said.grant, catalogue(), after.grant);
  const Permit permit = sight_.permit(chain, Right::group);
  if (after == before) {
    keep(What::license);
    return;
  }
  *found = after;
  store().update_license(chain.back().id, after);
  record(permit, Op::update, What::license, chain.back().id,
         [&] { return Change{Op::update, What::license, path.to_string(), name, before, after}; });
  put_licenses(chain, GroupTraits{chain.back().traits}, std::move(licenses), &after);
}

void Write::remove_license(const Path& path, const std::string& name) {
  Chain chain = chain_to(path);
  std::vector<License> licenses = chain.back().licenses;
  const auto found = find_by_name(licenses, name);
  if (found == licenses.end()) throw no_such_license(chain, name);
  const Permit permit = sight_.permit(chain, Right::group);
  record(permit, Op::remove, What::license, chain.back().id,
         [&] { return Change{Op::remove, What::license, path.to_string(), name, *found, {}}; });
  licenses.erase(found);
  store().remove_license(chain.back().id, name);
  put_licenses(chain, GroupTraits{chain.back().traits}, std::move(licenses), nullptr);
}

}  // namespace allot
