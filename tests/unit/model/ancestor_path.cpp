#include "libcore/model/ancestor_path.hpp"

#include <doctest/doctest.h>

namespace allot {
namespace {

constexpr ResourceId kSip = 0;

License license(std::int32_t sip, const Period& period = {}) {
  License made;
  made.name = "main";
  made.grant.counts.set(kSip, sip);
  made.grant.period = period;
  return made;
}

PathNode link(std::string name, Restriction restriction, std::vector<License> licenses = {}) {
  PathNode made;
  made.name = std::move(name);
  made.traits.restriction = restriction;
  made.licenses = std::move(licenses);
  return made;
}

Usage sip(std::int64_t count) {
  Usage usage;
  usage.edit(kSip).add(Period{}, count);
  return usage;
}

struct Fixture {
  Catalogue catalogue = Catalogue::built_in();
  AncestorPath ancestors{catalogue};

  Fixture() {
    ancestors.push(link("", Restriction::reserved, {license(100)}));
    ancestors.push(link("north", Restriction::none));
    ancestors.push(link("tower", Restriction::shared, {license(60), license(20)}));
    ancestors.push(link("flat", Restriction::none));
  }
};

TEST_CASE_FIXTURE(Fixture, "an ancestor path returns the paths of its groups") {
  CHECK(ancestors.path_of(0) == "/");
  CHECK(ancestors.path_of(1) == "/north");
  CHECK(ancestors.path() == "/north/tower/flat");
  ancestors.pop();
  CHECK(ancestors.path() == "/north/tower");
  CHECK(ancestors.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "a group draws on the nearest restricted group") {
  CHECK(ancestors.find_restricted(3) == 2);
  CHECK(ancestors.find_restricted(2) == 2);
  CHECK(ancestors.find_restricted(1) == 0);
  CHECK(ancestors.find_restricted(0) == 0);
  CHECK(ancestors.find_capacity_above(0) == nullptr);
  CHECK(ancestors.find_capacity_above(1) == &*ancestors[0].capacity);
  CHECK(ancestors.find_capacity_above(2) == &*ancestors[0].capacity);
  CHECK(ancestors.find_capacity_above(3) == &*ancestors[2].capacity);
  CHECK(ancestors.find_capacity() == &*ancestors[2].capacity);
  CHECK_FALSE(ancestors[1].capacity);
}

TEST_CASE("an ancestor path without a restricted group is unlimited") {
  const Catalogue catalogue = Catalogue::built_in();
  AncestorPath ancestors{catalogue};
  ancestors.push(link("", Restriction::none, {license(5)}));
  ancestors.push(link("north", Restriction::none));
  CHECK_FALSE(ancestors.find_restricted(1));
  CHECK(ancestors.find_capacity() == nullptr);
  CHECK_FALSE(ancestors[0].capacity);
}

TEST_CASE_FIXTURE(Fixture, "a capacity is the sum of the licences, its hull clipped to that of the capacity above") {
  CHECK(ancestors[2].capacity->limits == sip(80));
  const Day last = Day::from_number(100);
  ancestors.pop();
  ancestors.push(link("flat", Restriction::reserved, {license(7, {Day::beginning(), last})}));
  ancestors.push(link("room", Restriction::reserved, {license(3)}));
  CHECK(ancestors[4].capacity->counted_hulls[kSip] == Period{Day::beginning(), last});
}

TEST_CASE_FIXTURE(Fixture, "an allotted count affects the groups up to the first reserved group") {
  std::vector<std::size_t> touched;
  const auto note = [&](std::size_t at) { touched.push_back(at); };
  ancestors.allot(3, sip(5), note);
  CHECK(touched == std::vector<std::size_t>{3, 2, 1, 0});
  for (std::size_t at = 0; at < 4; ++at) CHECK(ancestors[at].allotted == sip(5));
  ancestors.push(link("room", Restriction::reserved, {license(9)}));
  touched.clear();
  ancestors.allot(4, sip(2), note);
  CHECK(touched == std::vector<std::size_t>{4});
  CHECK(ancestors[4].allotted == sip(2));
  CHECK(ancestors[3].allotted == sip(5));
  touched.clear();
  ancestors.allot(3, Usage{}, note);
  CHECK(touched.empty());
  ancestors.allot(3, sip(-5), note);
  CHECK(ancestors[0].allotted.is_zero());
}

TEST_CASE_FIXTURE(Fixture, "a reserved group takes its limit, any other group its allotted count") {
  ancestors.allot(2, sip(4), [](std::size_t) {});
  CHECK(ancestors[0].taken() == sip(100));
  CHECK(ancestors[1].taken() == sip(4));
  CHECK(ancestors[2].taken() == sip(4));
}

TEST_CASE_FIXTURE(Fixture, "a changed group returns the difference of its usage") {
  ancestors.allot(3, sip(4), [](std::size_t) {});
  GroupTraits traits;
  traits.restriction = Restriction::reserved;
  CHECK(ancestors.replace_last(traits, {license(10)}) == sip(6));
  CHECK(ancestors.back().capacity->limits == sip(10));
  CHECK(ancestors.replace_last(traits, {license(3)}) == sip(-7));
  traits.restriction = Restriction::shared;
  CHECK(ancestors.replace_last(traits, {license(50)}) == sip(1));
  CHECK(ancestors.replace_last(traits, {license(60)}).is_zero());
  CHECK(ancestors.replace_last(GroupTraits{}, {license(60)}).is_zero());
  CHECK_FALSE(ancestors.back().capacity);
}

TEST_CASE_FIXTURE(Fixture, "children and members are counted in the last group") {
  ancestors.count_children(2);
  ancestors.count_children(-1);
  ancestors.count_members(3);
  CHECK(ancestors.back().children == 1);
  CHECK(ancestors.back().members == 3);
  CHECK(ancestors[2].children == 0);
}

}  // namespace
}  // namespace allot
