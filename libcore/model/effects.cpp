#include "libcore/model/effects.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace allot {
namespace {

using Side = EffectTrees::Side;

bool has_item(const Grant& grant, const Item& item) {
  return item.kind == Item::Kind::counted ? grant.counts[item.id] > 0 : grant.features.has(item.id);
}

bool holds_item(const MembershipView& member, const Item& item) {
  return (item.kind == Item::Kind::feature && member.inherits_features) || has_item(member.grant, item);
}

/// The items of a catalogue in the order in which they are shown.
std::vector<Item> items_of(const Catalogue& catalogue) {
  std::vector<Item> items;
  for (const ResourceId id : catalogue.counted_in_order()) items.push_back(Item::counted(id));
  for (const FeatureId id : catalogue.features_in_order()) items.push_back(Item::feature(id));
  return items;
}

class EffectSearch {
 public:
  EffectSearch(EffectTrees& trees, const Catalogue& catalogue, const Scope& scope, Day today)
      : trees_(trees), catalogue_(catalogue), scope_(scope), today_(today), items_(items_of(catalogue)) {}

  std::vector<Effect> run(const std::vector<GroupId>& changed) {
    changed_.insert(changed.begin(), changed.end());
    std::vector<GroupId> tops;
    for (const GroupId group : changed_) {
      if (is_top(group)) tops.push_back(group);
    }
    tops_.insert(tops.begin(), tops.end());
    for (const GroupId top : tops) search_below(top);
    std::vector<Effect> effects;
    for (const auto& [key, counted] : found_) {
      const auto& [item, change, from, last, by] = key;
      if (counted.groups == 0) continue;
      const Day until = last == Day::last() ? Day::forever() : last;
      effects.push_back(
          {name_of(catalogue_, items_[item]), change, counted.groups, counted.memberships, Period{from, until}, by});
    }
    return effects;
  }

 private:
  /// One group on one side of the write: for each item the days on which it blocks itself, and on which anything at or
  /// above it does.
  struct Blocks {
    GroupId parent = 0;
    std::vector<DaySet> own;
    std::vector<DaySet> all;
  };

  /// A change of one item that reaches a group from the groups above.
  struct Reaching {
    std::size_t item = 0;
    Effect::Change change = Effect::Change::blocked;
    DaySet days;
  };
  using Changes = std::vector<Reaching>;

  using Key = std::tuple<std::size_t, Effect::Change, Day, Day, std::string>;
  struct Counted {
    std::int64_t groups = 0;
    std::int64_t memberships = 0;
  };
  using Entries = std::vector<Counted*>;

  std::vector<DaySet> own_blocks(const EffectTrees::Group& group) const {
    std::vector<DaySet> own;
    own.reserve(items_.size());
    for (const Item& item : items_) own.push_back(blocked_days(group.traits, group.licenses, item, today_));
    return own;
  }

  /// Whether a changed group begins a subtree with effects of its own: it exists on one side only, was moved, or blocks
  /// differently.
  bool is_top(GroupId group) {
    const auto before = trees_.find(group, Side::before);
    const auto after = trees_.find(group, Side::after);
    if (!before || !after) return true;
    return before->parent != after->parent || own_blocks(*before) != own_blocks(*after);
  }

  /// Returns the blocks of a group that exists on that side. A group that the write did not change is read as it is
  /// after the write.
  const Blocks& blocks_of(GroupId group, Side side) {
    auto& known = known_[side == Side::after];
    if (const auto found = known.find(group); found != known.end()) return found->second;
    auto row = side == Side::before && changed_.contains(group) ? std::nullopt : trees_.find(group, Side::after);
    if (!row) row = trees_.find(group, Side::before);
    Blocks blocks;
    if (row) {
      blocks.parent = row->parent;
      blocks.own = own_blocks(*row);
      blocks.all = blocks.own;
    }
    if (blocks.parent != 0) {
      const Blocks& above = blocks_of(blocks.parent, side);
      for (std::size_t item = 0; item < items_.size(); ++item) {
        blocks.all[item] = blocks.all[item].with(above.all[item]);
      }
    }
    return known.emplace(group, std::move(blocks)).first->second;
  }

  /// Returns the path of the nearest group at or above `group` that blocks `item` on `day`.
  std::string find_blocker(GroupId group, Side side, std::size_t item, Day day) {
    while (group != 0 && !blocks_of(group, side).own[item].contains(day)) group = blocks_of(group, side).parent;
    return trees_.path_of(group, side);
  }

  void search_below(GroupId top) {
    if (!trees_.find(top, Side::before) || !trees_.find(top, Side::after)) return;
    Changes changes;
    for (std::size_t item = 0; item < items_.size(); ++item) {
      const DaySet& before = blocks_of(top, Side::before).all[item];
      const DaySet& after = blocks_of(top, Side::after).all[item];
      if (before == after) continue;
      if (DaySet days = after.without(before); !days.is_empty()) {
        changes.push_back({item, Effect::Change::blocked, std::move(days)});
      }
      if (DaySet days = before.without(after); !days.is_empty()) {
        changes.push_back({item, Effect::Change::unblocked, std::move(days)});
      }
    }
    if (!changes.empty()) visit(top, top, changes, entries_for(top, changes), trees_.access_in(top));
  }

  /// Counts a group that `changes` reach from `top` in their `entries` and visits the groups below it.
  void visit(GroupId group, GroupId top, const Changes& changes, const Entries& entries, AccessLevel access) {
    if (access != AccessLevel::none) count(group, changes, entries);
    trees_.for_each_child(group, [&](GroupId child, const GroupTraits& traits) {
      if (tops_.contains(child)) return;
      const AccessLevel level = scope_.access_in(child, access);
      const bool blocks_nothing = traits.restriction == Restriction::none && !traits.suspended;
      if (blocks_nothing) return visit(child, top, changes, entries, level);
      const Changes left = reduce(changes, child, traits);
      if (!left.empty()) visit(child, top, left, entries_for(top, left), level);
    });
  }

  /// Returns the changes without the days on which a group blocks the item itself.
  Changes reduce(const Changes& changes, GroupId group, const GroupTraits& traits) {
    Changes left;
    if (traits.suspended) return left;
    const std::vector<License> licenses = trees_.licenses_of(group);
    for (const Reaching& each : changes) {
      DaySet days = each.days.without(blocked_days(traits, licenses, items_[each.item], today_));
      if (!days.is_empty()) left.push_back({each.item, each.change, std::move(days)});
    }
    return left;
  }

  /// Returns for each of `changes` the counters of its effect.
  Entries entries_for(GroupId top, const Changes& changes) {
    Entries entries;
    for (const Reaching& each : changes) {
      const Period& span = each.days.periods().front();
      const Side side = each.change == Effect::Change::blocked ? Side::after : Side::before;
      const auto [by, is_new] = blockers_.try_emplace({top, each.item, side, span.from});
      if (is_new) by->second = find_blocker(top, side, each.item, span.from);
      entries.push_back(&found_[{each.item, each.change, span.from, span.until, by->second}]);
    }
    return entries;
  }

  void count(GroupId group, const Changes& changes, const Entries& entries) {
    for (Counted* const entry : entries) entry->groups += 1;
    trees_.for_each_member(group, [&](const MembershipView& member) {
      for (std::size_t i = 0; i < changes.size(); ++i) {
        const Period& span = changes[i].days.periods().front();
        if (span.cut_to(member.grant.period).is_empty()) continue;
        if (holds_item(member, items_[changes[i].item])) entries[i]->memberships += 1;
      }
    });
  }

  EffectTrees& trees_;
  const Catalogue& catalogue_;
  const Scope& scope_;
  const Day today_;
  const std::vector<Item> items_;
  std::unordered_set<GroupId> changed_;
  std::unordered_set<GroupId> tops_;  // where the search of another subtree begins
  std::unordered_map<GroupId, Blocks> known_[2];
  std::map<std::tuple<GroupId, std::size_t, Side, Day>, std::string> blockers_;
  std::map<Key, Counted> found_;
};

}  // namespace

bool may_change_blocks(const GroupTraits& before, const GroupTraits& after) {
  const bool was_restricted = before.restriction != Restriction::none;
  return before.suspended != after.suspended || was_restricted != (after.restriction != Restriction::none);
}

bool may_change_blocks(const Grant& before, const Grant& after) {
  if (before.period != after.period || before.features != after.features) return true;
  for (ResourceId id = 0; id < std::max(before.counts.end(), after.counts.end()); ++id) {
    if ((before.counts[id] > 0) != (after.counts[id] > 0)) return true;
  }
  return false;
}

DaySet blocked_days(const GroupTraits& traits, const std::vector<License>& licenses, const Item& item, Day today) {
  DaySet ahead{{Period{today, Day::last()}}};
  if (traits.suspended) return ahead;
  if (traits.restriction == Restriction::none) return {};
  std::vector<Period> licensed;
  for (const License& license : licenses) {
    if (has_item(license.grant, item)) licensed.push_back(license.grant.period);
  }
  return ahead.without(DaySet{std::move(licensed)});
}

std::vector<Effect> find_effects(EffectTrees& trees, const std::vector<GroupId>& changed, const Catalogue& catalogue,
                                 const Scope& scope, Day today) {
  if (changed.empty()) return {};
  return EffectSearch{trees, catalogue, scope, today}.run(changed);
}

}  // namespace allot
