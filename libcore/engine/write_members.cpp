#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/engine/write.hpp"

namespace allot {
namespace {

/// Applies what a command says to a membership; throws not_found where a feature is dropped from no list.
void apply(const MembershipChange& said, const Catalogue& catalogue, Membership& membership) {
  if (said.name) membership.name = *said.name;
  if (said.role) membership.role = *said.role;
  if (membership.inherits_features && !said.grant.dropped_features.empty()) {
    throw Error::not_found(fmt::format("{} has no list of features to drop {} from: it has all that its group has",
                                       membership.email, quote(said.grant.dropped_features.front())),
                           "give it a list with --feature or --no-features");
  }
  if (said.inherits_features || said.drops_features) membership.grant.features = Features{};
  const bool lists = said.drops_features || !said.grant.added_features.empty();
  if (said.inherits_features) membership.inherits_features = true;
  if (lists) membership.inherits_features = false;
  apply(said.grant, catalogue, membership.grant);
}

}  // namespace

/// Puts `after` (null: nothing) in place of `before` (null: nothing) in the last group of `chain` and checks it.
void Write::put_member(Chain& chain, const Membership* before, const Membership* after) {
  Verdict verdict{catalogue()};
  const std::string path = chain.path();
  const Grant nothing;
  const Grant& grant = after == nullptr ? nothing : after->grant;
  Allowance allowance =
      after == nullptr ? Allowance{today()} : Allowance{describe_member(path, after->email), grant, today()};
  Findings findings;
  check_grant(grant, catalogue(), findings);
  for (const Finding& finding : findings) verdict.add(finding, path, allowance.by());
  findings.clear();
  if (const Offer* const offer = chain.find_offer(); offer != nullptr) {
    check_draw(grant, *offer, today(), findings);
    const std::string offer_path = chain.path_of(*chain.find_restricted(chain.size() - 1));
    for (const Finding& finding : findings) verdict.add(finding, offer_path, allowance.by());
  }
  const GroupId group = chain.back().id;
  if (before == nullptr) store().insert_membership(group, *after);
  if (after == nullptr) store().remove_membership(group, before->email);
  if (before != nullptr && after != nullptr) store().update_membership(group, *after);
  Tally change;
  if (after != nullptr) change.add(after->grant);
  if (before != nullptr) change.add(before->grant, -1);
  if (before == nullptr || after == nullptr) {
    chain.count_members(after == nullptr ? -1 : 1);
    save_figures(chain.back());
  }
  allot(chain, chain.size() - 1, change, allowance, verdict);
  verdict.enforce();
}

/// A membership of `email` spelled as the user is known and, where nothing is said, named as another one is.
Membership Write::new_member(const std::string& email, const MembershipChange& said) {
  Membership member;
  member.email = sight_.find_email(email).value_or(email);
  if (!said.name) {
    std::vector<std::pair<Path, std::string>> names;
    for (const auto& [group, other] : sight_.memberships_of(email)) {
      if (!other.name.empty()) names.emplace_back(path_of(store(), group), other.name);
    }
    const auto first = std::min_element(names.begin(), names.end());
    if (first != names.end()) member.name = first->second;
  }
  apply(said, catalogue(), member);
  return member;
}

void Write::add_member(const Path& path, const std::string& email, const MembershipChange& said, IfExists if_exists) {
  Chain chain = chain_to(path);
  const Membership member = new_member(email, said);
  const Permit permit = sight_.permit(chain, Right::inside);
  if (store().find_membership(chain.back().id, email)) {
    if (if_exists == IfExists::fail) {
      throw Error::exists(fmt::format("{} has a user {} already", path.to_string(), quote(member.email)),
                          "change the membership with `allot user set`");
    }
    keep(What::membership);
    return;
  }
  put_member(chain, nullptr, &member);
  record(permit, Op::create, What::membership, chain.back().id,
         [&] { return Change{Op::create, What::membership, path.to_string(), member.email, {}, member}; });
}

void Write::set_member(const Path& path, const std::string& email, const MembershipChange& said) {
  Chain chain = chain_to(path);
  const auto before = store().find_membership(chain.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  Grant named;
  apply(said.grant, catalogue(), named);  // what is not in the catalogue comes before what is denied
  const Permit permit = sight_.permit(chain, Right::inside);
  Membership after = *before;
  apply(said, catalogue(), after);
  if (after == *before) {
    keep(What::membership);
    return;
  }
  put_member(chain, &*before, &after);
  record(permit, Op::update, What::membership, chain.back().id,
         [&] { return Change{Op::update, What::membership, path.to_string(), after.email, *before, after}; });
}

void Write::remove_member(const Path& path, const std::string& email) {
  Chain chain = chain_to(path);
  const auto before = store().find_membership(chain.back().id, email);
  if (!before) throw no_such_member(path.to_string(), email);
  remove_member(chain, *before, sight_.permit(chain, Right::inside));
}

void Write::remove_member(Chain& chain, const Membership& before, const Permit& permit) {
  put_member(chain, &before, nullptr);
  record(permit, Op::remove, What::membership, chain.back().id,
         [&] { return Change{Op::remove, What::membership, chain.path(), before.email, before, {}}; });
}

/// Leave to change each of `memberships`, with its group's path; for all of them first, as the actor may be changing
/// its own rights.
std::vector<std::pair<Path, Permit>> Write::permit_all(const std::vector<std::pair<GroupId, Membership>>& memberships) {
  std::vector<std::pair<Path, Permit>> places;
  for (const auto& [group, membership] : memberships) {
    const Path path = path_of(store(), group);
    places.emplace_back(path, sight_.permit(sight_.chain(path), Right::inside));
  }
  return places;
}

void Write::remove_user(const std::string& email) {
  const auto memberships = sight_.memberships_of(email);
  if (memberships.empty()) throw sight_.no_such_user(email);
  const auto places = permit_all(memberships);
  const auto scope = sight_.scope();
  for (std::size_t i = 0; i < places.size(); ++i) {
    Chain chain = get_chain(store(), places[i].first, scope);
    remove_member(chain, memberships[i].second, places[i].second);
  }
}

void Write::move_member(const std::string& email, const Path& from, const Path& to) {
  Chain old_chain = chain_to(from);
  const auto member = store().find_membership(old_chain.back().id, email);
  if (!member) throw no_such_member(from.to_string(), email);
  const Chain target = chain_to(to);
  const Permit permit = sight_.permit(old_chain, Right::inside);
  sight_.permit(target, Right::inside);
  if (store().find_membership(target.back().id, email)) {
    throw Error::exists(fmt::format("{} has a user {} already", to.to_string(), quote(member->email)));
  }
  put_member(old_chain, &*member, nullptr);
  Chain new_chain = chain_to(to);
  put_member(new_chain, nullptr, &*member);
  record(permit, Op::remove, What::membership, old_chain.back().id,
         [&] { return Change{Op::remove, What::membership, from.to_string(), member->email, *member, {}}; });
  record(permit, Op::create, What::membership, new_chain.back().id,
         [&] { return Change{Op::create, What::membership, to.to_string(), member->email, {}, *member}; });
}

void Write::rename_user(const std::string& email, const std::string& new_email) {
  const auto memberships = sight_.memberships_of(email);
  if (memberships.empty()) throw sight_.no_such_user(email);
  const auto places = permit_all(memberships);
  if (const auto taken = sight_.find_email(new_email)) {
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
