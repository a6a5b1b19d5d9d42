#include "libcore/edit/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "libcore/access/lookup.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/checks.hpp"
#include "libcore/edit/largest.hpp"
#include "libcore/edit/refusal.hpp"
#include "libcore/model/in_force.hpp"

namespace allot {
namespace {

/// Applies a change to a membership; throws not_found if a feature is dropped from a membership without a list.
void apply(const MembershipChange& specified, const Catalogue& catalogue, Membership& membership) {
  if (specified.name) membership.name = *specified.name;
  if (specified.role) membership.role = *specified.role;
  apply(specified.labels, membership.labels);
  if (specified.language) membership.language = *specified.language;
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

/// Notes which items that `member` of the last group of `ancestors` holds are blocked on the first day, from today on,
/// on which it is active.
void note_blocks(Write& write, const AncestorPath& ancestors, const Membership& member) {
  const Period& period = member.grant.period;
  const Day day = std::max(period.from, write.today());
  if (day > period.until) return;
  const std::string when = day == write.today() ? "" : fmt::format(" on {}", day.to_string());
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    if (!ancestors[at].traits.suspended) continue;
    write.note(fmt::format("everything is blocked in {}: {} is suspended", ancestors.path(), ancestors.path_of(at)));
    return;
  }
  const Catalogue& catalogue = write.catalogue();
  std::map<std::string, std::vector<std::string>> items;  // by the nearest group that blocks them, in words
  const auto add = [&](const Item& item) {
    const std::vector<Block> blocks = find_blocks(ancestors, item, day);
    if (blocks.empty()) return;
    const std::string by = fmt::format("{} {}", ancestors.path_of(blocks[0].at), describe_reason(blocks[0]));
    items[by].push_back(name_of(catalogue, item));
  };
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (member.grant.counts[id] > 0) add(Item::counted(id));
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (member.grant.features.has(id)) add(Item::feature(id));
  }
  for (const auto& [by, names] : items) {
    write.note(fmt::format("{} {} blocked in {}{}: {}", fmt::join(names, " and "), names.size() == 1 ? "is" : "are",
                           ancestors.path(), when, by));
  }
}

/// Replaces `before` (null: none) by `after` (null: none) in the last group of `ancestors` and checks the result.
void put_member(Write& write, const Authorization& authorization, AncestorPath& ancestors, const Membership* before,
                const Membership* after) {
  ViolationReport violation_report{write.catalogue()};
  const std::string path = ancestors.path();
  Headroom headroom = after == nullptr ? Headroom{write.today()}
                                       : Headroom{describe_member(path, after->email), after->grant, write.today()};
  if (after != nullptr) check_member(write, ancestors, *after, violation_report);
  const GroupId group = ancestors.back().id;
  RowChanges& changes = write.changes();
  if (before == nullptr) {
    changes.insert_membership(authorization, group, *after,
                              [&] { return Change{Op::create, What::membership, path, after->email, {}, *after}; });
  } else if (after == nullptr) {
    changes.remove_membership(authorization, group, before->email,
                              [&] { return Change{Op::remove, What::membership, path, before->email, *before, {}}; });
  } else {
    changes.update_membership(authorization, group, *after, [&] {
      return Change{Op::update, What::membership, path, after->email, *before, *after};
    });
  }
  Usage change;
  if (after != nullptr) change.add(after->grant);
  if (before != nullptr) change.add(before->grant, -1);
  if (before == nullptr || after == nullptr) {
    ancestors.count_members(after == nullptr ? -1 : 1);
    save_figures(write, ancestors.back());
  }
  allot(write, ancestors, ancestors.size() - 1, change, headroom, violation_report);
  enforce(write, violation_report);
  if (after != nullptr) note_blocks(write, ancestors, *after);
}

/// Returns a new membership with the user's known spelling of `email` and, if no name is specified, the user's known
/// name.
Membership new_member(Write& write, const std::string& email, const MembershipChange& specified) {
  Membership member;
  member.email = write.authorizer().find_email(email).value_or(email);
  if (!specified.name) {
    std::vector<std::pair<Path, std::string>> names;
    const auto memberships = write.authorizer().memberships_of(email);
    for (const auto& [group, other] : memberships) write.rows().expect_ancestors(group);
    for (const auto& [group, other] : memberships) {
      if (!other.name.empty()) names.emplace_back(path_of(write.rows(), group), other.name);
    }
    const auto first = std::min_element(names.begin(), names.end());
    if (first != names.end()) member.name = first->second;
  }
  apply(specified, write.catalogue(), member);
  return member;
}

/// Authorizes the change of each of `memberships` and returns them with the paths of their groups. All are authorized
/// before the first change, which may change the actor's own access.
std::vector<std::pair<Path, Authorization>> authorize_all(
    Write& write, const std::vector<std::pair<GroupId, Membership>>& memberships) {
  std::vector<std::pair<Path, Authorization>> places;
  for (const auto& [group, membership] : memberships) {
    const Path path = path_of(write.rows(), group);
    places.emplace_back(path, write.authorizer().authorize(write.ancestors_of(path), Permission::inside));
  }
  return places;
}

}  // namespace

void add_member(Write& write, const Path& path, const std::string& email, const MembershipChange& specified,
                IfExists if_exists) {
  AncestorPath ancestors = write.ancestors_of(path);
  Membership member = new_member(write, email, specified);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::inside);
  if (write.rows().find_membership(ancestors.back().id, email)) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a user {} already", path.to_string(), quote(member.email)),
                          "change the membership with `allot user set`");
    }
    write.changes().keep(What::membership);
    return;
  }
  set_largest(write, ancestors, nullptr, specified.grant, member);
  put_member(write, authorization, ancestors, nullptr, &member);
  report_largest(write, What::membership, path.to_string(), member.email, specified.grant, member.grant);
}

void set_member(Write& write, const Path& path, const std::string& email, const MembershipChange& specified) {
  AncestorPath ancestors = write.ancestors_of(path);
  const auto before = write.rows().find_membership(ancestors.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  // An unknown resource, feature or label is reported before a missing permission.
  Grant named;
  apply(specified.grant, write.catalogue(), named);
  Labels labels = before->labels;
  apply(specified.labels, labels);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::inside);
  Membership after = *before;
  apply(specified, write.catalogue(), after);
  require_few(after.labels);
  require_countable(specified.grant, write.catalogue(), before->grant, path.to_string(),
                    describe_member(path.to_string(), before->email));
  set_largest(write, ancestors, &*before, specified.grant, after);
  report_largest(write, What::membership, path.to_string(), before->email, specified.grant, after.grant);
  if (after == *before) {
    write.changes().keep(What::membership);
    return;
  }
  put_member(write, authorization, ancestors, &*before, &after);
}

void remove_member(Write& write, const Path& path, const std::string& email) {
  AncestorPath ancestors = write.ancestors_of(path);
  const auto before = write.rows().find_membership(ancestors.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  const Authorization authorization = write.authorizer().authorize(ancestors, Permission::inside);
  put_member(write, authorization, ancestors, &*before, nullptr);
}

void remove_user(Write& write, const std::string& email) {
  const auto memberships = write.authorizer().memberships_of(email);
  if (memberships.empty()) throw write.authorizer().no_such_user(email);
  const auto places = authorize_all(write, memberships);
  const auto scope = write.authorizer().scope();
  for (std::size_t i = 0; i < places.size(); ++i) {
    AncestorPath ancestors = get_ancestors(write.rows(), places[i].first, scope);
    put_member(write, places[i].second, ancestors, &memberships[i].second, nullptr);
  }
}

void move_member(Write& write, const std::string& email, const Path& from, const Path& to) {
  AncestorPath source = write.ancestors_of(from);
  const auto member = write.rows().find_membership(source.back().id, email);
  if (!member) throw no_such_member(from.to_string(), email);
  AncestorPath target = write.ancestors_of(to);
  const Authorization authorization = write.authorizer().authorize(source, Permission::inside);
  const Authorization into = write.authorizer().authorize(target, Permission::inside);
  if (write.rows().find_membership(target.back().id, email)) {
    throw Error::exists(fmt::format("{} has a user {} already", to.to_string(), quote(member->email)));
  }
  const auto scope = write.authorizer().scope();
  put_member(write, authorization, source, &*member, nullptr);
  target = get_ancestors(write.rows(), to, scope);  // with the figures after the removal
  put_member(write, into, target, nullptr, &*member);
}

void rename_user(Write& write, const std::string& email, const std::string& new_email) {
  const auto memberships = write.authorizer().memberships_of(email);
  if (memberships.empty()) throw write.authorizer().no_such_user(email);
  const auto places = authorize_all(write, memberships);
  if (const auto taken = write.authorizer().find_email(new_email)) {
    throw Error::exists(fmt::format("there is a user {} already", quote(*taken)));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const GroupId group = memberships[i].first;
    const Membership& before = memberships[i].second;
    write.changes().rename_member(places[i].second, group, before.email, new_email, [&] {
      Membership after = before;
      after.email = new_email;
      return Change{Op::update, What::membership, places[i].first.to_string(), before.email, before, after};
    });
  }
}

}  // namespace allot
