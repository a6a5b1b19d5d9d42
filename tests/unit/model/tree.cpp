#include "libcore/model/tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace allot {
namespace {

constexpr ResourceId kSip = 0;

GroupTraits traits(Restriction restriction) {
  GroupTraits made;
  made.restriction = restriction;
  return made;
}

License license(std::string name, std::int32_t sip, const Period& period = {}) {
  License made;
  made.name = std::move(name);
  made.grant.counts.set(kSip, sip);
  made.grant.period = period;
  return made;
}

Membership member(std::string email, std::int32_t sip, const Period& period = {}) {
  Membership made;
  made.email = std::move(email);
  made.grant.counts.set(kSip, sip);
  made.grant.period = period;
  return made;
}

template <typename Each>
std::vector<Tree::Row> rows_of(Each each) {
  std::vector<Tree::Row> rows;
  each([&](Tree::Row row) { rows.push_back(row); });
  return rows;
}

using Rows = std::vector<Tree::Row>;

TEST_CASE("a tree returns the inserted data") {
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "", traits(Restriction::reserved), 1);
  const auto north =
      tree.add_group(top, "north", {"dealer", Restriction::shared, true, Reminder{{14}, Repeat::weekly, true}}, 2);
  License plus = license("main", 5);
  License trial = license("more", 7, {Day::from_number(3), Day::from_number(9)});
  trial.type = "trial";
  const auto first = tree.add_license(north, plus);
  const auto second = tree.add_license(north, trial);
  Membership ann = member("Ann@x.example", 2);
  ann.name = "Ann";
  ann.role = Role::admin;
  ann.inherits_features = false;
  ann.grant.features.add(0);
  const auto user = tree.add_member(north, ann);
  CHECK(tree.license_at(first) == plus);
  CHECK(tree.license_at(second) == trial);
  CHECK(tree.membership_at(user) == ann);
  CHECK(tree.traits(north).reminder->before == LeadTimes{14});
  CHECK(tree.group(north).id == 2);
  CHECK(tree.group(north).parent == top);
  plus.type = "basic";
  plus.grant = trial.grant;
  tree.replace(first, plus);
  CHECK(tree.license_at(first) == plus);
  CHECK(tree.license_at(second) == trial);
  ann.name.clear();
  ann.grant = Grant{};
  tree.replace(user, ann);
  CHECK(tree.membership_at(user) == ann);
}

TEST_CASE("equal grants are kept once") {
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "", {}, 1);
  const auto a = tree.add_member(top, member("a@x", 2));
  const auto b = tree.add_member(top, member("b@x", 2));
  const auto c = tree.add_member(top, member("c@x", 3));
  CHECK(tree.member(a).grant == tree.member(b).grant);
  CHECK(tree.member(a).grant != tree.member(c).grant);
}

TEST_CASE("children, licences and members are returned in order, without removed rows") {
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "", {}, 1);
  const auto a = tree.add_group(top, "a", {}, 0);
  const auto below = tree.add_group(a, "x", {}, 0);
  const auto b = tree.add_group(top, "b", {}, 0);
  const auto c = tree.add_group(top, "c", {}, 0);
  CHECK(rows_of([&](auto visit) { tree.for_each_child(top, visit); }) == Rows{a, b, c});
  CHECK(rows_of([&](auto visit) { tree.for_each_child(a, visit); }) == Rows{below});
  CHECK(rows_of([&](auto visit) { tree.for_each_child(c, visit); }).empty());
  tree.group(b).is_removed = true;
  CHECK(rows_of([&](auto visit) { tree.for_each_child(top, visit); }) == Rows{a, c});
  const auto first = tree.add_license(top, license("1", 1));
  const auto second = tree.add_license(top, license("2", 2));
  tree.license(first).is_removed = true;
  CHECK(rows_of([&](auto visit) { tree.for_each_license(top, visit); }) == Rows{second});
  CHECK(tree.grants_of(top).size() == 1);
  const auto ann = tree.add_member(top, member("ann@x", 1));
  const auto bob = tree.add_member(top, member("bob@x", 1));
  tree.member(bob).is_removed = true;
  CHECK(rows_of([&](auto visit) { tree.for_each_member(top, visit); }) == Rows{ann});
}

TEST_CASE("a path begins with that of the root of the tree") {
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "", {}, 1);
  const auto a = tree.add_group(top, "a", {}, 0);
  const auto b = tree.add_group(a, "b", {}, 0);
  CHECK(tree.path_of(top, "/") == "/");
  CHECK(tree.path_of(b, "/") == "/a/b");
  CHECK(tree.path_of(top, "/north/x") == "/north/x");
  CHECK(tree.path_of(b, "/north/x") == "/north/x/a/b");
}

TEST_CASE("a reserved child takes its limit, a shared child its allotted count") {
  const Catalogue catalogue = Catalogue::built_in();
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "", traits(Restriction::reserved), 1);
  tree.add_license(top, license("main", 100));
  tree.add_member(top, member("root@x", 1));
  const auto reserved = tree.add_group(top, "reserved", traits(Restriction::reserved), 0);
  tree.add_license(reserved, license("main", 30));
  tree.add_member(reserved, member("a@x", 4));
  const auto shared = tree.add_group(top, "shared", traits(Restriction::shared), 0);
  tree.add_license(shared, license("main", 50));
  tree.add_member(shared, member("b@x", 6));
  const auto open = tree.add_group(top, "open", traits(Restriction::none), 0);
  tree.add_license(open, license("kept", 999));
  tree.add_member(open, member("c@x", 2));
  const Usages usages{tree, catalogue};
  const Day today = Day::from_number(0);
  CHECK(usages[top][kSip].at(today) == 1 + 30 + 6 + 2);
  CHECK(usages[reserved][kSip].at(today) == 4);
  CHECK(usages[shared][kSip].at(today) == 6);
  CHECK(usages[open][kSip].at(today) == 2);
  CHECK(used_by(tree, usages, reserved, catalogue)[kSip].at(today) == 30);
  CHECK(used_by(tree, usages, shared, catalogue)[kSip].at(today) == 6);
  CHECK(used_by(tree, usages, open, catalogue)[kSip].at(today) == 2);
}

/// The allotted count in `group` on `day` by definition.
std::int64_t allotted(const Tree& tree, Tree::Row group, Day day) {
  std::int64_t sum = 0;
  for (const Tree::Member& each : tree.members()) {
    const Grant& grant = tree.grant(each.grant);
    if (each.group == group && !each.is_removed && grant.period.contains(day)) sum += grant.counts[kSip];
  }
  for (Tree::Row child = 0; child < tree.groups().size(); ++child) {
    const Tree::Group& row = tree.groups()[child];
    if (row.parent != group || row.is_removed) continue;
    if (tree.restriction(child) != Restriction::reserved) {
      sum += allotted(tree, child, day);
      continue;
    }
    for (const Tree::License& each : tree.licenses()) {
      const Grant& grant = tree.grant(each.grant);
      if (each.group == child && !each.is_removed && grant.period.contains(day)) sum += grant.counts[kSip];
    }
  }
  return sum;
}

TEST_CASE("usages equal the sums of the definition, day by day") {
  std::mt19937 random{7};
  constexpr int kDays = 8;
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>{low, high}(random); };
  const auto period = [&] {
    const int from = pick(-1, kDays - 1);
    const int until = pick(0, kDays);
    return Period{from < 0 ? Day::beginning() : Day::from_number(from),
                  until >= kDays ? Day::forever() : Day::from_number(until)};
  };
  const Catalogue catalogue = Catalogue::built_in();
  for (int round = 0; round < 40; ++round) {
    Tree tree;
    for (Tree::Row row = 0; row < 10; ++row) {
      const Tree::Row parent = row == 0 ? Tree::kNone : static_cast<Tree::Row>(pick(0, static_cast<int>(row) - 1));
      tree.add_group(parent, std::to_string(row), traits(static_cast<Restriction>(pick(0, 2))), 0);
      const bool is_below_removed = parent != Tree::kNone && tree.group(parent).is_removed;
      tree.group(row).is_removed = is_below_removed || (row > 0 && pick(0, 7) == 0);
      for (int i = pick(0, 2); i > 0; --i) {
        const auto added = tree.add_license(row, license(std::to_string(i), pick(0, 9), period()));
        tree.license(added).is_removed = pick(0, 4) == 0;
      }
      for (int i = pick(0, 2); i > 0; --i) {
        const auto added = tree.add_member(row, member(std::to_string(i) + "@x", pick(0, 9), period()));
        tree.member(added).is_removed = pick(0, 4) == 0;
      }
    }
    const Usages usages{tree, catalogue};
    for (Tree::Row row = 0; row < 10; ++row) {
      if (tree.group(row).is_removed) continue;
      for (int i = -1; i <= kDays; ++i) {
        const Day day = Day::from_number(i);
        REQUIRE(usages[row][kSip].at(day) == allotted(tree, row, day));
      }
    }
  }
}

}  // namespace
}  // namespace allot
