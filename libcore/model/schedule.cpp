#include "libcore/model/schedule.hpp"

#include <algorithm>
#include <unordered_set>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// Returns the number of days between the starts of two slots; nothing if the whole window is one slot.
std::optional<int> days_between(Repeat repeat) {
  switch (repeat) {
    case Repeat::once:
      return std::nullopt;
    case Repeat::daily:
      return 1;
    case Repeat::weekly:
      return 7;
    case Repeat::monthly:
      return 30;
  }
  return std::nullopt;
}

bool is_blocked(const AncestorPath& ancestors, const Item& item, Day day) {
  return !find_blocks(ancestors, item, day).empty();
}

std::int64_t limit_on(const AncestorPath& ancestors, ResourceId id, Day day) {
  return state_of_counted(ancestors, id, day).limit.value_or(0);
}

/// Adds the reductions in the group of `ending` after its last day.
void add_reductions(const AncestorPath& ancestors, ExpiringLicense& ending) {
  const Catalogue& catalogue = ancestors.catalogue();
  const Day last = ending.slot.last;
  const auto add = [&](const Reduction& reduction) {
    if (reduction.from <= reduction.to) return;
    ending.reductions.push_back(reduction);
    if (is_blocked(ancestors, reduction.item, last.next())) ending.blocked.push_back(reduction.item);
  };
  for (const ResourceId id : catalogue.counted_in_order()) {
    add({Item::counted(id), limit_on(ancestors, id, last), limit_on(ancestors, id, last.next())});
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (!ending.license.grant.features.has(id)) continue;
    const Item item = Item::feature(id);
    add({item, is_blocked(ancestors, item, last) ? 0 : 1, is_blocked(ancestors, item, last.next()) ? 0 : 1});
  }
}

/// Returns the items of `given` that are missing or smaller in `left`.
std::vector<Reduction> compare(const Grant& given, const Grant& left, const Catalogue& catalogue) {
  std::vector<Reduction> reductions;
  for (const ResourceId id : catalogue.counted_in_order()) {
    if (left.counts[id] < given.counts[id])
      reductions.push_back({Item::counted(id), given.counts[id], left.counts[id]});
  }
  for (const FeatureId id : catalogue.features_in_order()) {
    if (given.features.has(id) && !left.features.has(id)) reductions.push_back({Item::feature(id), 1, 0});
  }
  return reductions;
}

/// Returns whether the group at `row` itself blocks `item` on `day`.
bool blocks_itself(const Tree& tree, Tree::Row row, const Item& item, Day day) {
  const GroupTraits& traits = tree.traits(row);
  if (traits.suspended) return true;
  if (traits.restriction == Restriction::none) return false;
  bool has_it = false;
  tree.for_each_license(row, [&](Tree::Row license) {
    const Grant& grant = tree.grant(tree.licenses()[license].grant);
    const bool holds = item.kind == Item::Kind::counted ? grant.counts[item.id] > 0 : grant.features.has(item.id);
    has_it = has_it || (holds && grant.period.contains(day));
  });
  return !has_it;
}

/// Returns whether a membership with `grant` has any of `items`, and adds its counts to `blocked`.
bool has_any(const Tree::Member& member, const Grant& grant, const std::vector<Item>& items, Blocked& blocked) {
  bool has_one = false;
  for (const Item& item : items) {
    if (item.kind == Item::Kind::counted) {
      blocked.granted[item.id] += grant.counts[item.id];
      has_one = has_one || grant.counts[item.id] > 0;
    } else {
      has_one = has_one || member.inherits_features || grant.features.has(item.id);
    }
  }
  return has_one;
}

}  // namespace

std::optional<Day> last_day_of(const AncestorPath& ancestors, const License& license) {
  const Grant& grant = license.grant;
  if (grant.period.until.is_finite()) return grant.period.until;
  if (!ancestors.back().is_restricted()) return std::nullopt;
  const Capacity& capacity = *ancestors.back().capacity;
  Period latest = kNoDays;
  const auto look_at = [&](const Period& hull) {
    if (!hull.is_empty() && (latest.is_empty() || hull.until > latest.until)) latest = hull;
  };
  for (ResourceId id = 0; id < grant.counts.end(); ++id) {
    if (grant.counts[id] > 0) look_at(capacity.counted_hulls[id]);
  }
  for (FeatureId id = 0; id < grant.features.end(); ++id) {
    if (grant.features.has(id)) look_at(capacity.feature_hulls[id]);
  }
  if (latest.is_empty() || !latest.until.is_finite()) return std::nullopt;
  return latest.until;
}

std::optional<Period> window_on(const LeadTimes& before, Day last, Day day) {
  Day end = last;
  for (auto days = before.days().rbegin(); days != before.days().rend(); ++days) {
    const Period window{last.plus(-*days), end};
    if (window.contains(day)) return window;
    end = last.plus(-*days - 1);
  }
  return std::nullopt;
}

std::optional<Day> slot_on(const Reminder& reminder, Day last, Day day) {
  const auto window = window_on(reminder.before, last, day);
  if (!window) return std::nullopt;
  const auto length = days_between(reminder.repeat);
  if (!length) return window->from;
  const int past = day.number() - window->from.number();
  return window->from.plus(past - past % *length);
}

std::string_view word_for(MailState state) {
  static constexpr std::string_view kWords[] = {"begun", "delivered", "deferred", "refused", "withdrawn"};
  return kWords[static_cast<std::size_t>(state)];
}

bool is_due(const Slot& slot, const std::vector<DeliveryRecord>& deliveries) {
  return std::none_of(deliveries.begin(), deliveries.end(), [&](const DeliveryRecord& each) {
    const bool has_gone = each.state == MailState::begun || each.state == MailState::delivered;
    return each.state == MailState::refused || (has_gone && each.first == slot.first);
  });
}

std::vector<ExpiringLicense> find_expiring(const AncestorPath& ancestors, Day day) {
  std::vector<ExpiringLicense> endings;
  const PathNode& group = ancestors.back();
  if (!group.traits.reminder || !group.is_restricted()) return endings;
  for (const License& license : group.licenses) {
    const auto last = last_day_of(ancestors, license);
    if (!last || *last == Day::last()) continue;
    const auto first = slot_on(*group.traits.reminder, *last, day);
    if (!first) continue;
    ExpiringLicense ending{{group.id, license.name, *last, *first}, license, {}, {}};
    add_reductions(ancestors, ending);
    endings.push_back(std::move(ending));
  }
  return endings;
}

Grant given_by(const AncestorPath& ancestors, const MembershipView& member, Day day) {
  const Catalogue& catalogue = ancestors.catalogue();
  Grant given;
  given.period = member.grant.period;
  if (status_on(day, member.grant.period) != Status::active) return given;
  for (ResourceId id = 0; id < member.grant.counts.end(); ++id) {
    const std::int32_t count = member.grant.counts[id];
    if (count > 0 && !is_blocked(ancestors, Item::counted(id), day)) given.counts.set(id, count);
  }
  for (FeatureId id = 0; id < catalogue.features().size(); ++id) {
    const bool has_it = member.inherits_features || member.grant.features.has(id);
    if (has_it && !is_blocked(ancestors, Item::feature(id), day)) given.features.add(id);
  }
  return given;
}

std::optional<AccessEnd> find_access_end(const AncestorPath& ancestors, const ExpiringLicense& ending,
                                         const MembershipView& member, Day day) {
  if (status_on(day, member.grant.period) != Status::active) return std::nullopt;
  const Day own = member.grant.period.until;
  const bool is_own = own <= ending.slot.last;
  if (!is_own && !ending.is_spoken_of()) return std::nullopt;
  const Day last = is_own ? own : ending.slot.last;
  std::vector<Reduction> reductions =
      compare(given_by(ancestors, member, last), given_by(ancestors, member, last.next()), ancestors.catalogue());
  if (reductions.empty() && !is_own) return std::nullopt;
  return AccessEnd{last, is_own, std::move(reductions)};
}

Supply supply_of(std::int64_t available, std::int64_t limit, int percent) {
  if (limit <= 0) return Supply::none;
  return available * 100 <= limit * percent ? Supply::low : Supply::ample;
}

std::vector<ResourceSupply> find_supplies(const AncestorPath& ancestors, int percent, Day day) {
  std::vector<ResourceSupply> supplies;
  if (!ancestors.back().is_restricted()) return supplies;
  for (const ResourceId id : ancestors.catalogue().counted_in_order()) {
    const CountedState state = state_of_counted(ancestors, id, day);
    const std::int64_t limit = state.limit.value_or(0);
    const std::int64_t available = state.available.value_or(0);
    supplies.push_back({id, limit, available, supply_of(available, limit, percent)});
  }
  return supplies;
}

Blocked count_blocked(const Tree& tree, const ExpiringLicense& ending, const Catalogue& catalogue) {
  Blocked blocked;
  blocked.granted.resize(catalogue.counted().size());
  const Day last = ending.slot.last;
  std::vector<std::vector<Item>> ends{ending.blocked};  // by row: the items that were not blocked before
  std::unordered_set<std::string> users;
  for (Tree::Row row = 0; row < tree.groups().size(); ++row) {
    if (row > 0) {
      ends.push_back(ends[tree.groups()[row].parent]);
      std::erase_if(ends[row], [&](const Item& item) { return blocks_itself(tree, row, item, last); });
      if (!ends[row].empty()) blocked.groups += 1;
    }
    if (ends[row].empty()) continue;
    tree.for_each_member(row, [&](Tree::Row at) {
      const Tree::Member& member = tree.members()[at];
      const Grant& grant = tree.grant(member.grant);
      if (!grant.period.contains(last)) return;
      if (has_any(member, grant, ends[row], blocked)) users.insert(fold_ascii(member.email.view()));
    });
  }
  blocked.users = static_cast<std::int64_t>(users.size());
  return blocked;
}

bool is_administrator_on(Day day, const MembershipView& member) {
  return member.role == Role::admin && status_on(day, member.grant.period) == Status::active;
}

}  // namespace allot
