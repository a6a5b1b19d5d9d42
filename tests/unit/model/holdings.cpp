#include "libcore/model/holdings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace allot {
namespace {

constexpr std::size_t kResources = 2;
const Day kDay = Day::from_number(5);

struct TestGroup {
  Restriction restriction = Restriction::none;
  std::vector<Grant> licenses;
  std::vector<Grant> members;
  std::vector<TestGroup> children;
};

Grant random_grant(std::mt19937& random) {
  Grant grant;
  for (ResourceId id = 0; id < kResources; ++id) grant.counts.set(id, static_cast<std::int32_t>(random() % 9));
  if (random() % 3 == 0) grant.period.from = Day::from_number(static_cast<int>(random() % 9));
  if (random() % 3 == 0) grant.period.until = Day::from_number(static_cast<int>(random() % 9));
  return grant;
}

TestGroup random_tree(std::mt19937& random, int depth) {
  TestGroup group;
  group.restriction = static_cast<Restriction>(random() % 3);
  if (group.restriction != Restriction::none) {
    for (auto i = random() % 3; i > 0; --i) group.licenses.push_back(random_grant(random));
  }
  for (auto i = random() % 3; i > 0; --i) group.members.push_back(random_grant(random));
  for (auto i = depth > 0 ? random() % 4 : 0; i > 0; --i) group.children.push_back(random_tree(random, depth - 1));
  return group;
}

std::int64_t sum_on_day(const std::vector<Grant>& grants, ResourceId id) {
  std::int64_t sum = 0;
  for (const Grant& grant : grants) sum += grant.period.contains(kDay) ? grant.counts[id] : 0;
  return sum;
}

std::int64_t held_in(const TestGroup& group, ResourceId id) {
  std::int64_t held = sum_on_day(group.members, id);
  for (const TestGroup& child : group.children) held += held_in(child, id);
  return held;
}

std::int64_t idle_in(const TestGroup& group, ResourceId id) {
  std::int64_t idle = 0;
  for (const TestGroup& child : group.children) {
    const std::int64_t unused = sum_on_day(child.licenses, id) - held_in(child, id);
    idle += child.restriction == Restriction::reserved ? std::max<std::int64_t>(unused, 0) : idle_in(child, id);
  }
  return idle;
}

Usage taken_by(const TestGroup& group);

Usage allotted_in(const TestGroup& group) {
  Usage usage;
  for (const Grant& grant : group.members) usage.add(grant);
  for (const TestGroup& child : group.children) usage.add(taken_by(child));
  return usage;
}

Usage taken_by(const TestGroup& group) {
  if (group.restriction != Restriction::reserved) return allotted_in(group);
  Usage usage;
  for (const Grant& grant : group.licenses) usage.add(grant);
  return usage;
}

/// Calls `visit` for each group with its depth, a parent before its children.
void walk(const TestGroup& group, AncestorPath& ancestors,
          const std::function<void(const TestGroup&, const AncestorPath&)>& visit) {
  PathNode node;
  node.traits.restriction = group.restriction;
  for (const Grant& grant : group.licenses) node.licenses.push_back({"m", "plus", grant});
  node.allotted = allotted_in(group);
  ancestors.push(std::move(node));
  visit(group, ancestors);
  for (const TestGroup& child : group.children) walk(child, ancestors, visit);
  ancestors.pop();
}

}  // namespace

TEST_CASE("what is held and idle follows from what is allotted") {
  const Catalogue catalogue = Catalogue::built_in();
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    const TestGroup tree = random_tree(random, 4);
    const std::size_t depth = random() % 5;
    AncestorPath ancestors{catalogue};
    for (auto i = random() % 3; i > 0; --i) ancestors.push(PathNode{});  // the top need not be `/`
    const std::size_t top = ancestors.size() + 1;
    HoldingCount count{kResources, kDay};
    std::vector<std::vector<Holding>> expected;
    walk(tree, ancestors, [&](const TestGroup& group, const AncestorPath& each) {
      count.add(each);
      if (each.size() - top > depth) return;
      expected.emplace_back();
      for (ResourceId id = 0; id < kResources; ++id)
        expected.back().push_back({held_in(group, id), idle_in(group, id)});
    });
    CHECK(count.finish(depth) == expected);
  }
  CHECK(HoldingCount{kResources, kDay}.finish(0).empty());
}

}  // namespace allot
