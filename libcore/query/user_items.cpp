#include "libcore/query/user_items.hpp"

#include "libcore/query/view.hpp"

namespace allot {
namespace {

using Reason = NotGiven::Reason;

/// Adds the reasons in the membership itself.
void add_own_reasons(const Membership& membership, Day day, UserItem& result) {
  const Grant& grant = membership.grant;
  const Item& item = result.item;
  if (item.kind == Item::Kind::counted) {
    if (grant.counts[item.id] == 0) result.reasons.push_back({Reason::not_granted, result.group, {}, {}});
  } else if (!membership.inherits_features && !grant.features.has(item.id)) {
    result.reasons.push_back({Reason::not_listed, result.group, {}, {}});
  }
  const Status status = status_on(day, grant.period);
  if (status == Status::pending) result.reasons.push_back({Reason::pending, result.group, grant.period.from, {}});
  if (status == Status::expired) result.reasons.push_back({Reason::expired, result.group, grant.period.until, {}});
}

}  // namespace

std::string_view word_for(const NotGiven& reason) {
  static constexpr std::string_view kWords[] = {"not-granted", "not-listed", "membership-pending",
                                                "membership-expired"};
  if (reason.reason == Reason::blocked) return word_for(reason.block);
  return kWords[static_cast<std::size_t>(reason.reason)];
}

UserItem make_user_item(const AncestorPath& ancestors, const std::string& group, const Membership& membership,
                        const Item& item, Day day) {
  UserItem result{group, item, 0, {}};
  add_own_reasons(membership, day, result);
  for (std::size_t at = ancestors.size(); at-- > 0;) {
    const auto block = find_block(ancestors, at, item, day);
    if (!block) continue;
    const bool is_own = at + 1 == ancestors.size();
    result.reasons.push_back({Reason::blocked, is_own ? group : ancestors.path_of(at), block->date, block->reason});
    if (!is_own && !ancestors.is_visible(at)) break;
  }
  if (result.reasons.empty()) result.gives = item.kind == Item::Kind::counted ? membership.grant.counts[item.id] : 1;
  return result;
}

std::vector<UserItem> View::user_items(const UserState& user, const std::optional<std::string>& name, Day day) {
  std::vector<Item> items;
  if (name) {
    items.push_back(get_item(catalogue(), *name));
  } else {
    for (const ResourceId id : catalogue().counted_in_order()) items.push_back(Item::counted(id));
    for (const FeatureId id : catalogue().features_in_order()) items.push_back(Item::feature(id));
  }
  std::vector<UserItem> result;
  for (const PlacedMembership& placed : user.memberships) {
    const AncestorPath ancestors = get_ancestors(rows(), placed.group, authorizer_.scope());
    for (const Item& item : items) {
      result.push_back(make_user_item(ancestors, placed.group.to_string(), placed.membership, item, day));
    }
  }
  return result;
}

}  // namespace allot
