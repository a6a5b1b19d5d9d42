#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/edit/write.hpp"

namespace allot {
namespace {

/// Applies a change to a membership; throws not_found if a feature is dropped from a membership without a list.
void apply(const MembershipChange& specified, const Catalogue& catalogue, Membership& membership) {
  if (specified.name) membership.name = *specified.name;
  if (specified.role) membership.role = *specified.role;
  if (membership.inherits_features && !specified.grant.dropped_features.empty()) {
    throw Error::not_found(fmt::format("{} has no list of features to drop {} from: it has all that its group has",
                                       membership.email, quote(specified.grant.dropped_features.front())),
                           "give it a list with --feature or --no-features");
  }
  if (specified.inherits_features || specified.drops_features) membership.grant.features = Features{};
  const bool lists = specified.drops_features || !specified.grant.added_features.empty();
  if (specified.inherits_features) membership.inherits_features = true;
  if (lists) membership.inherits_features = false;
  apply(specified.grant, catalogue, membership.grant);
}

}  // namespace

/// Replaces `before` (null: none) by `after` (null: none) in the last group of `ancestors` and checks the result.
void Write::put_member(AncestorPath& ancestors, const Membership* before, const Membership* after) {
  ViolationReport violation_report{catalogue()};
  const std::string path = ancestors.path();
  const Grant nothing;
  const Grant& grant = after == nullptr ? nothing : after->grant;
  Headroom headroom =
      after == nullptr ? Headroom{today()} : Headroom{describe_member(path, after->email), grant, today()};
  RuleViolations rule_violations;
  check_grant(grant, catalogue(), rule_violations);
  for (const RuleViolation& rule_violation : rule_violations) violation_report.add(rule_violation, path, headroom.by());
  rule_violations.clear();
  if (const Capacity* const capacity = ancestors.find_capacity(); capacity != nullptr) {
    check_draw(grant, *capacity, today(), rule_violations);
    const std::string capacity_path = ancestors.path_of(*ancestors.find_restricted(ancestors.size() - 1));
    for (const RuleViolation& rule_violation : rule_violations)
      violation_report.add(rule_violation, capacity_path, headroom.by());
  }
  const GroupId group = ancestors.back().id;
  if (before == nullptr) store().insert_membership(group, *after);
  if (after == nullptr) store().remove_membership(group, before->email);
  if (before != nullptr && after != nullptr) store().update_membership(group, *after);
  Usage change;
  if (after != nullptr) change.add(after->grant);
  if (before != nullptr) change.add(before->grant, -1);
  if (before == nullptr || after == nullptr) {
    ancestors.count_members(after == nullptr ? -1 : 1);
    save_figures(ancestors.back());
  }
  allot(ancestors, ancestors.size() - 1, change, headroom, violation_report);
  violation_report.enforce();
}

/// Creates a membership with the user's known spelling of `email` and, if no name is specified, the user's known name.
Membership Write::new_member(const std::string& email, const MembershipChange& specified) {
  Membership member;
  member.email = authorizer_.find_email(email).value_or(email);
  if (!specified.name) {
    std::vector<std::pair<Path, std::string>> names;
    for (const auto& [group, other] : authorizer_.memberships_of(email)) {
      if (!other.name.empty()) names.emplace_back(path_of(store(), group), other.name);
    }
    const auto first = std::min_element(names.begin(), names.end());
    if (first != names.end()) member.name = first->second;
  }
  apply(specified, catalogue(), member);
  return member;
}

void Write::add_member(const Path& path, const std::string& email, const MembershipChange& specified,
                       IfExists if_exists) {
  AncestorPath ancestors = ancestors_of(path);
  const Membership member = new_member(email, specified);
  const Authorization authorization = authorizer_.authorize(ancestors, Permission::inside);
  if (store().find_membership(ancestors.back().id, email)) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a user {} already", path.to_string(), quote(member.email)),
                          "change the membership with `allot user set`");
    }
    keep(What::membership);
    return;
  }
  put_member(ancestors, nullptr, &member);
  record(authorization, Op::create, What::membership, ancestors.back().id,
         [&] { return Change{Op::create, What::membership, path.to_string(), member.email, {}, member}; });
}

void Write::set_member(const Path& path, const std::string& email, const MembershipChange& specified) {
  AncestorPath ancestors = ancestors_of(path);
  const auto before = store().find_membership(ancestors.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  Grant named;
  apply(specified.grant, catalogue(), named);  // an unknown resource or feature is reported before a missing permission
  const Authorization authorization = authorizer_.authorize(ancestors, Permission::inside);
  Membership after = *before;
  apply(specified, catalogue(), after);
  if (after == *before) {
    keep(What::membership);
    return;
  }
  put_member(ancestors, &*before, &after);
  record(authorization, Op::update, What::membership, ancestors.back().id,
         [&] { return Change{Op::update, What::membership, path.to_string(), after.email, *before, after}; });
}

void Write::remove_member(const Path& path, const std::string& email) {
  AncestorPath ancestors = ancestors_of(path);
  const auto before = store().find_membership(ancestors.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  remove_member(ancestors, *before, authorizer_.authorize(ancestors, Permission::inside));
}

void Write::remove_member(AncestorPath& ancestors, const Membership& before, const Authorization& authorization) {
  put_member(ancestors, &before, nullptr);
  record(authorization, Op::remove, What::membership, ancestors.back().id,
         [&] { return Change{Op::remove, What::membership, ancestors.path(), before.email, before, {}}; });
}

/// Authorizes the change of each of `memberships` and returns them with the paths of their groups. All are authorized
/// before the first change, which may change the actor's own access.
std::vector<std::pair<Path, Authorization>> Write::authorize_all(
    const std::vector<std::pair<GroupId, Membership>>& memberships) {
  std::vector<std::pair<Path, Authorization>> places;
  for (const auto& [group, membership] : memberships) {
    const Path path = path_of(store(), group);
    places.emplace_back(path, authorizer_.authorize(authorizer_.ancestors(path), Permission::inside));
  }
  return places;
}

void Write::remove_user(const std::string& email) {
  const auto memberships = authorizer_.memberships_of(email);
  if (memberships.empty()) throw authorizer_.no_such_user(email);
  const auto places = authorize_all(memberships);
  const auto scope = authorizer_.scope();
  for (std::size_t i = 0; i < places.size(); ++i) {
    AncestorPath ancestors = get_ancestors(store(), places[i].first, scope);
    remove_member(ancestors, memberships[i].second, places[i].second);
  }
}

void Write::move_member(const std::string& email, const Path& from, const Path& to) {
  AncestorPath old_chain = ancestors_of(from);
  const auto member = store().find_membership(old_chain.back().id, email);
  if (!member) throw no_such_member(from.to_string(), email);
  const AncestorPath target = ancestors_of(to);
  const Authorization authorization = authorizer_.authorize(old_chain, Permission::inside);
  authorizer_.authorize(target, Permission::inside);
  if (store().find_membership(target.back().id, email)) {
    throw Error::exists(fmt::format("{} has a user {} already", to.to_string(), quote(member->email)));
  }
  put_member(old_chain, &*member, nullptr);
  AncestorPath new_chain = ancestors_of(to);
  put_member(new_chain, nullptr, &*member);
  record(authorization, Op::remove, What::membership, old_chain.back().id,
         [&] { return Change{Op::remove, What::membership, from.to_string(), member->email, *member, {}}; });
  record(authorization, Op::create, What::membership, new_chain.back().id,
         [&] { return Change{Op::create, What::membership, to.to_string(), member->email, {}, *member}; });
}

void Write::rename_user(const std::string& email, const std::string& new_email) {
  const auto memberships = authorizer_.memberships_of(email);
  if (memberships.empty()) throw authorizer_.no_such_user(email);
  const auto places = authorize_all(memberships);
  if (const auto taken = authorizer_.find_email(new_email)) {
    throw Error::exists(fmt::format("there is a user {} already", quote(*taken)));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const GroupId group = memberships[i].first;
    const Membership& before = memberships[i].second;
    store().rename_member(group, before.email, new_email);
    record(places[i].second, Op::update, What::membership, group, [&] {
      Membership after = before;
      after.email = new_email;
      return Change{Op::update, What::membership, places[i].first.to_string(), before.email, before, after};
    });
  }
}

}  // namespace allot
