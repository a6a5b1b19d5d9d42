#include "libcore/model/chain.hpp"

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

Link link(std::string name, Restriction restriction, std::vector<License> licenses = {}) {
  Link made;
  made.name = std::move(name);
  made.traits.restriction = restriction;
  made.licenses = std::move(licenses);
  return made;
}

Tally sip(std::int64_t count) {
  Tally tally;
  tally.edit(kSip).add(Period{}, count);
  return tally;
}

struct Fixture {
  Catalogue catalogue = Catalogue::built_in();
  Chain chain{catalogue};

  Fixture() {
    chain.push(link("", Restriction::reserved, {license(100)}));
    chain.push(link("north", Restriction::none));
    chain.push(link("tower", Restriction::shared, {license(60), license(20)}));
    chain.push(link("flat", Restriction::none));
  }
};

TEST_CASE_FIXTURE(Fixture, "a chain knows the paths of its groups") {
  CHECK(chain.path_of(0) == "/");
  CHECK(chain.path_of(1) == "/north");
  CHECK(chain.path() == "/north/tower/flat");
  chain.pop();
  CHECK(chain.path() == "/north/tower");
  CHECK(chain.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "a group draws on the nearest restricted one") {
  CHECK(chain.find_restricted(3) == 2);
  CHECK(chain.find_restricted(2) == 2);
  CHECK(chain.find_restricted(1) == 0);
  CHECK(chain.find_restricted(0) == 0);
  CHECK(chain.find_offer_above(0) == nullptr);
  CHECK(chain.find_offer_above(1) == &*chain[0].offer);
  CHECK(chain.find_offer_above(2) == &*chain[0].offer);
  CHECK(chain.find_offer_above(3) == &*chain[2].offer);
  CHECK(chain.find_offer() == &*chain[2].offer);
  CHECK_FALSE(chain[1].offer);
}

TEST_CASE("a chain without a restricted group is unlimited") {
  const Catalogue catalogue = Catalogue::built_in();
  Chain chain{catalogue};
  chain.push(link("", Restriction::none, {license(5)}));
  chain.push(link("north", Restriction::none));
  CHECK_FALSE(chain.find_restricted(1));
  CHECK(chain.find_offer() == nullptr);
  CHECK_FALSE(chain[0].offer);
}

TEST_CASE_FIXTURE(Fixture, "an offer is the sum of the licences, its hull cut by the offer above") {
  CHECK(chain[2].offer->limits == sip(80));
  const Day last = Day::from_number(100);
  chain.pop();
  chain.push(link("flat", Restriction::reserved, {license(7, {Day::beginning(), last})}));
  chain.push(link("room", Restriction::reserved, {license(3)}));
  CHECK(chain[4].offer->counted_hulls[kSip] == Period{Day::beginning(), last});
}

TEST_CASE_FIXTURE(Fixture, "what is allotted is felt up to the first reserved group") {
  std::vector<std::size_t> touched;
  const auto note = [&](std::size_t at) { touched.push_back(at); };
  chain.allot(3, sip(5), note);
  CHECK(touched == std::vector<std::size_t>{3, 2, 1, 0});
  for (std::size_t at = 0; at < 4; ++at) CHECK(chain[at].allotted == sip(5));
  chain.push(link("room", Restriction::reserved, {license(9)}));
  touched.clear();
  chain.allot(4, sip(2), note);
  CHECK(touched == std::vector<std::size_t>{4});
  CHECK(chain[4].allotted == sip(2));
  CHECK(chain[3].allotted == sip(5));
  touched.clear();
  chain.allot(3, Tally{}, note);
  CHECK(touched.empty());
  chain.allot(3, sip(-5), note);
  CHECK(chain[0].allotted.is_zero());
}

TEST_CASE_FIXTURE(Fixture, "a group takes its limit where it is reserved, else what is allotted in it") {
  chain.allot(2, sip(4), [](std::size_t) {});
  CHECK(chain[0].taken() == sip(100));
  CHECK(chain[1].taken() == sip(4));
  CHECK(chain[2].taken() == sip(4));
}

TEST_CASE_FIXTURE(Fixture, "a group that changes tells how much more it takes") {
  chain.allot(3, sip(4), [](std::size_t) {});
  GroupTraits traits;
  traits.restriction = Restriction::reserved;
  CHECK(chain.replace_last(traits, {license(10)}) == sip(6));
  CHECK(chain.back().offer->limits == sip(10));
  CHECK(chain.replace_last(traits, {license(3)}) == sip(-7));
  traits.restriction = Restriction::shared;
  CHECK(chain.replace_last(traits, {license(50)}) == sip(1));
  CHECK(chain.replace_last(traits, {license(60)}).is_zero());
  CHECK(chain.replace_last(GroupTraits{}, {license(60)}).is_zero());
  CHECK_FALSE(chain.back().offer);
}

TEST_CASE_FIXTURE(Fixture, "children and members are counted in the last group") {
  chain.count_children(2);
  chain.count_children(-1);
  chain.count_members(3);
  CHECK(chain.back().children == 1);
  CHECK(chain.back().members == 3);
  CHECK(chain[2].children == 0);
}

}  // namespace
}  // namespace allot
