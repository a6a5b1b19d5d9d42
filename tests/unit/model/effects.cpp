#include "libcore/model/effects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

namespace allot {
namespace {

using Change = Effect::Change;
using Side = EffectTrees::Side;

constexpr int kToday = 10;
constexpr int kEnd = 24;  // nothing changes after this day

Day day(int number) { return Day::from_number(number); }

struct TestGroup {
  EffectTrees::Group row;
  std::vector<Membership> members;
};
using TestTree = std::map<GroupId, TestGroup>;

bool has_item(const Grant& grant, const Item& item) {
  return item.kind == Item::Kind::counted ? grant.counts[item.id] > 0 : grant.features.has(item.id);
}

/// Both sides of a write in memory. Visits groups that are below another group on both sides.
class TestTrees : public EffectTrees {
 public:
  TestTrees(TestTree before, TestTree after, const Scope& scope)
      : trees_{std::move(before), std::move(after)}, scope_(scope) {}

  const TestTree& on(Side side) const { return trees_[side == Side::after]; }

  std::optional<Group> find(GroupId group, Side side) override {
    const auto found = on(side).find(group);
    return found == on(side).end() ? std::nullopt : std::optional{found->second.row};
  }
  std::string path_of(GroupId group, Side side) override {
    return level(group, side) == AccessLevel::none ? std::string{kAbove} : "/" + std::to_string(group);
  }
  AccessLevel access_in(GroupId group) override { return level(group, Side::after); }
  void for_each_child(GroupId group, const std::function<void(GroupId, const GroupTraits&)>& visit) override {
    for (const auto& [id, child] : on(Side::after)) {
      const auto before = on(Side::before).find(id);
      if (child.row.parent == group && before != on(Side::before).end()) visit(id, child.row.traits);
    }
  }
  std::vector<License> licenses_of(GroupId group) override { return on(Side::after).at(group).row.licenses; }
  void for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) override {
    for (const Membership& member : on(Side::after).at(group).members) visit(member);
  }

  /// The group that blocks an item nearest to `group` on a day; 0 if there is none.
  GroupId blocker(GroupId group, Side side, const Item& item, Day at) const {
    for (; group != 0; group = on(side).at(group).row.parent) {
      const Group& row = on(side).at(group).row;
      const bool is_licensed = std::any_of(row.licenses.begin(), row.licenses.end(), [&](const License& license) {
        return has_item(license.grant, item) && license.grant.period.contains(at);
      });
      if (row.traits.suspended || (row.traits.restriction != Restriction::none && !is_licensed)) return group;
    }
    return 0;
  }

 private:
  AccessLevel level(GroupId group, Side side) const {
    if (group == 0) return AccessLevel::none;
    return scope_.access_in(group, level(on(side).at(group).row.parent, side));
  }

  TestTree trees_[2];
  const Scope& scope_;
};

/// The effects by the definition: each group, item and day.
std::vector<Effect> enumerate(TestTrees& trees, const Catalogue& catalogue) {
  std::vector<Item> items{Item::counted(0), Item::counted(1), Item::feature(0)};
  std::map<std::tuple<std::size_t, Change, Day, Day, std::string>, std::pair<std::int64_t, std::int64_t>> found;
  for (const auto& [id, group] : trees.on(Side::after)) {
    if (!trees.on(Side::before).contains(id) || trees.access_in(id) == AccessLevel::none) continue;
    for (std::size_t item = 0; item < items.size(); ++item) {
      for (const Change change : {Change::blocked, Change::unblocked}) {
        const auto differs = [&, id = id](int at) {
          const bool was = trees.blocker(id, Side::before, items[item], day(at)) != 0;
          const bool is = trees.blocker(id, Side::after, items[item], day(at)) != 0;
          return change == Change::blocked ? is && !was : was && !is;
        };
        int from = kToday;
        while (from <= kEnd && !differs(from)) ++from;
        if (from > kEnd) continue;
        int until = from;
        while (until < kEnd && differs(until + 1)) ++until;
        const Period span{day(from), until == kEnd ? Day::forever() : day(until)};
        const Side side = change == Change::blocked ? Side::after : Side::before;
        const std::string by = trees.path_of(trees.blocker(id, side, items[item], day(from)), side);
        auto& counts = found[{item, change, span.from, span.until, by}];
        counts.first += 1;
        for (const Membership& member : group.members) {
          const bool inherits = items[item].kind == Item::Kind::feature && member.inherits_features;
          if (!inherits && !has_item(member.grant, items[item])) continue;
          counts.second += !member.grant.period.cut_to(span).is_empty();
        }
      }
    }
  }
  std::vector<Effect> effects;
  for (const auto& [key, counts] : found) {
    const auto& [item, change, from, until, by] = key;
    effects.push_back({name_of(catalogue, items[item]), change, counts.first, counts.second, {from, until}, by});
  }
  return effects;
}

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  int below(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }

  Period period() {
    Period period;
    if (below(2) == 0) period.from = day(kToday - 4 + below(12));
    if (below(2) == 0) period.until = day(kToday - 4 + below(14));
    return period;
  }

  Grant grant() {
    Grant grant;
    for (ResourceId id = 0; id < 2; ++id) grant.counts.set(id, below(3));
    if (below(2) == 0) grant.features.add(0);
    grant.period = period();
    return grant;
  }

  std::vector<License> licenses() {
    std::vector<License> licenses;
    for (int i = below(4); i > 0; --i) licenses.push_back({std::to_string(i), "plus", grant()});
    return licenses;
  }

  void set_traits(EffectTrees::Group& row) {
    row.traits.suspended = below(5) == 0;
    row.traits.restriction = static_cast<Restriction>(below(3));
    row.licenses = licenses();
    if (row.traits.restriction == Restriction::none) row.licenses.clear();
  }

  TestGroup group(GroupId parent) {
    TestGroup group;
    group.row.parent = parent;
    set_traits(group.row);
    for (int i = below(3); i > 0; --i) {
      Membership member;
      member.email = std::to_string(i) + "@x.example";
      member.inherits_features = below(2) == 0;
      member.grant = grant();
      group.members.push_back(std::move(member));
    }
    return group;
  }

 private:
  std::mt19937 random_;
};

bool is_below(const TestTree& tree, GroupId group, GroupId top) {
  while (group != 0 && group != top) group = tree.at(group).row.parent;
  return group == top;
}

/// Changes a tree at random as a write can; returns the changed groups.
std::vector<GroupId> change(TestTree& tree, Generator& generator, GroupId next) {
  std::vector<GroupId> changed;
  for (int i = 1 + generator.below(4); i > 0; --i) {
    auto at = std::next(tree.begin(), generator.below(static_cast<int>(tree.size())));
    const GroupId id = at->first;
    const GroupId other = std::next(tree.begin(), generator.below(static_cast<int>(tree.size())))->first;
    switch (generator.below(5)) {
      case 0:
        at->second.row.traits.suspended = !at->second.row.traits.suspended;
        break;
      case 1:
        generator.set_traits(at->second.row);
        break;
      case 2:
        if (id == kRootGroup || is_below(tree, other, id)) continue;
        at->second.row.parent = other;
        break;
      case 3:
        tree.emplace(next++, generator.group(id));
        continue;
      default:
        if (id == kRootGroup) continue;
        std::erase_if(tree, [copy = tree, id](const auto& each) { return is_below(copy, each.first, id); });
        continue;
    }
    changed.push_back(id);
    ++next;
  }
  return changed;
}

}  // namespace

TEST_CASE("effects are those that each group, item and day has") {
  const Catalogue catalogue = Catalogue::built_in();
  int some = 0;
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    Generator generator{seed};
    TestTree before;
    before.emplace(kRootGroup, generator.group(0));
    const GroupId groups = 2 + generator.below(8);
    for (GroupId id = 2; id <= groups; ++id) before.emplace(id, generator.group(1 + generator.below(int(id) - 1)));
    TestTree after = before;
    const std::vector<GroupId> changed = change(after, generator, 100);
    Scope scope;
    if (generator.below(2) == 0) {
      scope = Scope{{{1 + generator.below(int(groups)), AccessLevel::administer}, {2, AccessLevel::see}}};
    }
    TestTrees trees{before, after, scope};
    const auto expected = enumerate(trees, catalogue);
    some += static_cast<int>(!expected.empty());
    CHECK(find_effects(trees, changed, catalogue, scope, day(kToday)) == expected);
  }
  CHECK(some > 500);
}

TEST_CASE("only other periods, features, counts from or to 0, suspension and restriction can change blocks") {
  Grant before;
  before.counts.set(0, 5);
  before.features.add(0);
  Grant after = before;
  after.counts.set(0, 1);
  CHECK_FALSE(may_change_blocks(before, after));
  after.counts.set(0, 0);
  CHECK(may_change_blocks(before, after));
  after = before;
  after.counts.set(1, 1);
  CHECK(may_change_blocks(before, after));
  after = before;
  after.features.remove(0);
  CHECK(may_change_blocks(before, after));
  after = before;
  after.period.until = day(kToday);
  CHECK(may_change_blocks(before, after));
  GroupTraits traits;
  traits.kind = "site";
  CHECK_FALSE(may_change_blocks(GroupTraits{}, traits));
  traits.restriction = Restriction::shared;
  CHECK(may_change_blocks(GroupTraits{}, traits));
  GroupTraits reserved = traits;
  reserved.restriction = Restriction::reserved;
  CHECK_FALSE(may_change_blocks(traits, reserved));
  reserved.suspended = true;
  CHECK(may_change_blocks(traits, reserved));
}

}  // namespace allot
