#include "libcore/model/in_force.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace allot {
namespace {

constexpr ResourceId kSip = 0;
constexpr ResourceId kMobile = 1;
constexpr FeatureId kUkey2 = 0;

Day day(std::string_view text) { return Day::parse(text).value(); }

License license(std::int32_t sip, bool has_feature, const Period& period = {}) {
  License made;
  made.grant.counts.set(kSip, sip);
  if (has_feature) made.grant.features.add(kUkey2);
  made.grant.period = period;
  return made;
}

PathNode link(Restriction restriction, std::vector<License> licenses = {}, std::int64_t allotted = 0,
              const Period& period = {}) {
  PathNode made;
  made.name = "g";
  made.traits.restriction = restriction;
  made.licenses = std::move(licenses);
  made.allotted.edit(kSip).add(period, allotted);
  return made;
}

const Day kToday = day("2026-03-15");
const Period kYear{day("2026-01-01"), day("2026-12-31")};

struct Fixture {
  Catalogue catalogue = Catalogue::built_in();
  AncestorPath ancestors{catalogue};
};

TEST_CASE("a status follows from the period") {
  CHECK(status_on(day("2025-12-31"), kYear) == Status::pending);
  CHECK(status_on(day("2026-01-01"), kYear) == Status::active);
  CHECK(status_on(day("2026-12-31"), kYear) == Status::active);
  CHECK(status_on(day("2027-01-01"), kYear) == Status::expired);
  CHECK(status_on(Day::last(), Period{}) == Status::active);
  CHECK(status_on(kToday, license(1, false), Restriction::none) == Status::out_of_force);
  CHECK(status_on(kToday, license(1, false), Restriction::shared) == Status::active);
  CHECK(word_for(Status::active) == "active");
  CHECK(word_for(Status::pending) == "pending");
  CHECK(word_for(Status::expired) == "expired");
  CHECK(word_for(Status::out_of_force) == "out-of-force");
}

TEST_CASE_FIXTURE(Fixture, "a group reports why it blocks") {
  ancestors.push(link(Restriction::reserved, {license(1, false, {day("2026-05-01"), day("2026-05-31")}),
                                              license(1, false, {day("2026-07-01"), day("2026-07-31")}),
                                              license(1, false, {day("2026-06-15"), day("2026-06-20")})}));
  const auto block = [&](std::string_view on) { return find_block(ancestors, 0, Item::counted(kSip), day(on)); };
  CHECK_FALSE(block("2026-05-01"));
  CHECK_FALSE(block("2026-07-31"));
  CHECK(block("2026-04-30")->reason == BlockReason::not_yet_valid);
  CHECK(block("2026-04-30")->date == day("2026-05-01"));
  CHECK(block("2026-06-01")->reason == BlockReason::not_yet_valid);
  CHECK(block("2026-06-01")->date == day("2026-06-15"));
  CHECK(block("2026-08-01")->reason == BlockReason::expired);
  CHECK(block("2026-08-01")->date == day("2026-07-31"));
  const auto mobile = find_block(ancestors, 0, Item::counted(kMobile), kToday);
  CHECK(mobile->reason == BlockReason::not_licensed);
  CHECK_FALSE(mobile->date);
  CHECK(find_block(ancestors, 0, Item::feature(kUkey2), kToday)->reason == BlockReason::not_licensed);
  CHECK(word_for(BlockReason::suspended) == "suspended");
  CHECK(word_for(BlockReason::not_licensed) == "not-licensed");
  CHECK(word_for(BlockReason::not_yet_valid) == "not-yet-valid");
  CHECK(word_for(BlockReason::expired) == "expired");
}

TEST_CASE_FIXTURE(Fixture, "blocks come nearest first, and a suspension comes before other reasons") {
  ancestors.push(link(Restriction::reserved, {license(1, false)}));
  PathNode suspended = link(Restriction::reserved);
  suspended.traits.suspended = true;
  ancestors.push(std::move(suspended));
  ancestors.push(link(Restriction::none));
  ancestors.push(link(Restriction::shared));
  const auto blocks = find_blocks(ancestors, Item::counted(kSip), kToday);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].at == 3);
  CHECK(blocks[0].reason == BlockReason::not_licensed);
  CHECK(blocks[1].at == 1);
  CHECK(blocks[1].reason == BlockReason::suspended);
  CHECK_FALSE(blocks[1].date);
}

TEST_CASE_FIXTURE(Fixture, "an unlimited group shows its usage and no limit") {
  ancestors.push(link(Restriction::none, {license(5, false)}, 7));
  const CountedState state = state_of_counted(ancestors, kSip, kToday);
  CHECK_FALSE(state.limit);
  CHECK_FALSE(state.limited_by);
  CHECK_FALSE(state.remaining);
  CHECK_FALSE(state.available);
  CHECK(state.used == 7);
  CHECK_FALSE(find_tightest(ancestors, kSip, kToday));
  const FeatureState feature = state_of_feature(ancestors, kUkey2, kToday);
  CHECK(feature.is_enabled);
  CHECK_FALSE(feature.until);
}

TEST_CASE_FIXTURE(Fixture, "the available count is bounded by every ceiling up to the first reserved group") {
  ancestors.push(link(Restriction::reserved, {license(100, false)}, 100));
  ancestors.push(link(Restriction::reserved, {license(50, false)}, 45));
  ancestors.push(link(Restriction::shared, {license(40, false)}, 20));
  ancestors.push(link(Restriction::none, {}, 3));
  const CountedState state = state_of_counted(ancestors, kSip, kToday);
  CHECK(state.limited_by == 2);
  CHECK(state.limit == 40);
  CHECK(state.used == 3);
  CHECK(state.remaining == 20);
  CHECK(state.available == 5);
  CHECK(find_tightest(ancestors, kSip, kToday) == 1);
  CHECK(bound_of(ancestors, 2, kSip, kToday).free() == 20);
}

TEST_CASE_FIXTURE(Fixture, "the remaining count is never negative, and zero if blocked") {
  ancestors.push(link(Restriction::reserved, {license(5, false), license(4, false, kYear)}, 9));
  CHECK(state_of_counted(ancestors, kSip, kToday).remaining == 0);
  const CountedState later = state_of_counted(ancestors, kSip, day("2027-01-01"));
  CHECK(later.limit == 5);
  CHECK(later.used == 9);
  CHECK(later.remaining == 0);
  CHECK(later.available == 0);
  const CountedState blocked = state_of_counted(ancestors, kMobile, kToday);
  CHECK(blocked.limit == 0);
  CHECK(blocked.limited_by == 0);
  CHECK(blocked.available == 0);
  CHECK(blocked.blocked_by.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a suspended group without restriction allows nothing") {
  PathNode top = link(Restriction::none, {}, 2);
  top.traits.suspended = true;
  ancestors.push(std::move(top));
  const CountedState state = state_of_counted(ancestors, kSip, kToday);
  CHECK(state.limit == 0);
  CHECK(state.remaining == 0);
  CHECK(state.available == 0);
  CHECK_FALSE(state.limited_by);
  CHECK_FALSE(state_of_feature(ancestors, kUkey2, kToday).is_enabled);
}

TEST_CASE_FIXTURE(Fixture, "a feature is enabled to the end of its run of days") {
  ancestors.push(link(Restriction::reserved, {license(1, true, {day("2026-01-01"), day("2026-06-30")}),
                                              license(1, true, {day("2026-07-01"), day("2026-09-30")}),
                                              license(1, true, {day("2026-10-02"), Day::forever()})}));
  CHECK(state_of_feature(ancestors, kUkey2, kToday).until == day("2026-09-30"));
  CHECK_FALSE(state_of_feature(ancestors, kUkey2, day("2026-10-01")).is_enabled);
  CHECK(state_of_feature(ancestors, kUkey2, day("2026-10-02")).is_enabled);
  CHECK_FALSE(state_of_feature(ancestors, kUkey2, day("2026-10-02")).until);
  ancestors.push(link(Restriction::shared, {license(1, true, {Day::beginning(), day("2026-04-30")})}));
  CHECK(state_of_feature(ancestors, kUkey2, kToday).until == day("2026-04-30"));
  CHECK(state_of_feature(ancestors, kUkey2, day("2026-05-01")).blocked_by.front().at == 1);
}

TEST_CASE_FIXTURE(Fixture, "a timeline equals the state of each of its days") {
  std::mt19937 random{6};
  constexpr int kDays = 20;
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>{low, high}(random); };
  const auto period = [&] {
    const int from = pick(-1, kDays - 1);
    const int until = pick(0, kDays);
    return Period{from < 0 ? Day::beginning() : Day::from_number(from),
                  until >= kDays ? Day::forever() : Day::from_number(until)};
  };
  for (int round = 0; round < 60; ++round) {
    AncestorPath each{catalogue};
    for (int level = pick(1, 4); level > 0; --level) {
      std::vector<License> licenses;
      for (int i = pick(0, 3); i > 0; --i) licenses.push_back(license(pick(0, 9), pick(0, 1) == 1, period()));
      each.push(link(static_cast<Restriction>(pick(0, 2)), std::move(licenses), pick(0, 9), period()));
    }
    const Day first = Day::from_number(pick(0, 5));
    const std::vector<Span> spans = make_timeline(each, first);
    REQUIRE(!spans.empty());
    CHECK(spans.front().days.from == first);
    CHECK(spans.back().days.until == Day::forever());
    for (std::size_t i = 1; i < spans.size(); ++i) {
      REQUIRE(spans[i].days.from == spans[i - 1].days.until.next());
      REQUIRE((spans[i].counts != spans[i - 1].counts || spans[i].features != spans[i - 1].features));
    }
    for (Day on = first; on <= Day::from_number(kDays + 1); on = on.next()) {
      const auto span =
          std::find_if(spans.begin(), spans.end(), [&](const Span& candidate) { return candidate.days.contains(on); });
      REQUIRE(span != spans.end());
      const CountedState state = state_of_counted(each, kSip, on);
      REQUIRE(span->counts[kSip] == Span::Figures{state.limit, state.used, state.available});
      const FeatureState feature = state_of_feature(each, kUkey2, on);
      REQUIRE(span->features.has(kUkey2) == feature.is_enabled);
      if (!feature.is_enabled) continue;
      // `until` is the day before the first day on which the feature is not enabled.
      Day end = on;
      while (end < Day::from_number(kDays + 1) && state_of_feature(each, kUkey2, end.next()).is_enabled)
        end = end.next();
      REQUIRE(feature.until == (end == Day::from_number(kDays + 1) ? std::nullopt : std::optional{end}));
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "a timeline can begin on the last day of the calendar") {
  ancestors.push(link(Restriction::reserved, {license(3, true, {Day::beginning(), Day::last()})}));
  const std::vector<Span> spans = make_timeline(ancestors, Day::last());
  REQUIRE(spans.size() == 1);
  CHECK(spans[0].counts[kSip].limit == 3);
  CHECK(spans[0].features.has(kUkey2));
  CHECK_FALSE(state_of_feature(ancestors, kUkey2, Day::last()).until);
}

}  // namespace
}  // namespace allot
