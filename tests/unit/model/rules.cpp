#include "libcore/model/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

namespace allot {
namespace {

constexpr ResourceId kSip = 0;
constexpr ResourceId kMobile = 1;
constexpr FeatureId kUkey2 = 0;

const Catalogue& catalogue() {
  static const Catalogue built_in = Catalogue::built_in();
  return built_in;
}

Day day(std::string_view text) { return Day::parse(text).value(); }

Period period(std::string_view from, std::string_view until) {
  return {from.empty() ? Day::beginning() : day(from), until.empty() ? Day::forever() : day(until)};
}

Grant grant(std::int32_t sip, std::int32_t mobile, const Period& days, bool has_feature = false) {
  Grant made;
  made.counts.set(kSip, sip);
  made.counts.set(kMobile, mobile);
  made.period = days;
  if (has_feature) made.features.add(kUkey2);
  return made;
}

Capacity capacity_of(const std::vector<Grant>& grants, const Capacity* above = nullptr) {
  GrantList list;
  for (const Grant& each : grants) list.push_back(&each);
  return Capacity::of(list, above, catalogue());
}

Usage taken(const std::vector<Grant>& grants) {
  Usage usage;
  for (const Grant& each : grants) usage.add(each);
  return usage;
}

const Day kToday = day("2026-03-15");
const Period kYear = period("2026-01-01", "2026-12-31");

TEST_CASE("requires: the count of mobile may not exceed that of sip in one grant") {
  RuleViolations rule_violations;
  check_grant(grant(3, 3, kYear), catalogue(), rule_violations);
  check_grant(grant(3, 0, kYear), catalogue(), rule_violations);
  check_grant(Grant{}, catalogue(), rule_violations);
  CHECK(rule_violations.empty());
  check_grant(grant(2, 3, kYear), catalogue(), rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].rule == Rule::requires_);
  CHECK(rule_violations[0].item == Item::counted(kMobile));
  CHECK(rule_violations[0].limit == 2);
  CHECK(rule_violations[0].requested == 3);
  CHECK(rule_violations[0].accepted == 2);
  CHECK(rule_violations[0].span == kYear);
}

TEST_CASE("period: a grant must not end before it begins") {
  RuleViolations rule_violations;
  check_grant(grant(1, 0, period("2026-01-01", "2026-01-01")), catalogue(), rule_violations);
  CHECK(rule_violations.empty());
  check_grant(grant(1, 0, period("2026-01-02", "2026-01-01")), catalogue(), rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].rule == Rule::period);
  CHECK_FALSE(rule_violations[0].item);
}

TEST_CASE("a grant is live through its last day") {
  CHECK(is_live(grant(1, 0, period("", "2026-03-15")), kToday));
  CHECK(is_live(grant(1, 0, period("2030-01-01", "")), kToday));
  CHECK_FALSE(is_live(grant(1, 0, period("", "2026-03-14")), kToday));
}

TEST_CASE("a capacity sums the counts and spans the periods of licences") {
  const Capacity capacity = capacity_of(
      {grant(10, 0, period("2026-01-01", "2026-06-30"), true), grant(5, 0, period("2026-06-01", "2027-05-31"))});
  CHECK(capacity.limits[kSip].at(day("2026-05-31")) == 10);
  CHECK(capacity.limits[kSip].at(day("2026-06-15")) == 15);
  CHECK(capacity.limits[kSip].at(day("2026-07-01")) == 5);
  CHECK(capacity.limits[kMobile].is_zero());
  CHECK(capacity.hull(Item::counted(kSip)) == period("2026-01-01", "2027-05-31"));
  CHECK(capacity.hull(Item::feature(kUkey2)) == period("2026-01-01", "2026-06-30"));
  CHECK(capacity.hull(Item::counted(kMobile)).is_empty());
  CHECK(capacity.holds == std::vector<bool>{true, false});
  CHECK(capacity.listed.has(kUkey2));
}

TEST_CASE("a hull is clipped to that of the group above, a limit is not") {
  const Capacity above = capacity_of({grant(5, 0, kYear)});
  const Capacity below = capacity_of({grant(10, 0, period("2026-07-01", ""), true)}, &above);
  CHECK(below.hull(Item::counted(kSip)) == period("2026-07-01", "2026-12-31"));
  CHECK(below.hull(Item::feature(kUkey2)).is_empty());
  CHECK(below.limits[kSip].at(day("2030-01-01")) == 10);
  CHECK(below.listed.has(kUkey2));
}

TEST_CASE("limit: on no checked day the usage exceeds the limit") {
  const Capacity capacity = capacity_of({grant(5, 0, kYear), grant(5, 0, period("2026-01-01", "2026-06-30"))});
  RuleViolations rule_violations;
  check_limits(taken({grant(5, 0, kYear), grant(5, 0, period("", "2026-06-30"))}), capacity, kToday, rule_violations);
  CHECK(rule_violations.empty());
  check_limits(taken({grant(7, 0, period("", ""))}), capacity, kToday, rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].rule == Rule::limit);
  CHECK(rule_violations[0].item == Item::counted(kSip));
  CHECK(rule_violations[0].span == period("2026-07-01", "2026-12-31"));
  CHECK(rule_violations[0].limit == 5);
  CHECK(rule_violations[0].allotted == 7);
}

TEST_CASE("limit: days before today and days without a licence are not checked") {
  RuleViolations rule_violations;
  const Capacity halves =
      capacity_of({grant(5, 0, period("2026-01-01", "2026-04-30")), grant(9, 0, period("2026-07-01", ""))});
  check_limits(taken({grant(9, 0, period("", "2026-03-14")), grant(9, 0, period("2026-05-01", ""))}), halves, kToday,
               rule_violations);
  CHECK(rule_violations.empty());
  check_limits(taken({grant(9, 0, period("", "2026-03-15"))}), halves, kToday, rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].span == period("2026-03-15", "2026-03-15"));
}

TEST_CASE("limit: licences that have all ended keep the limit of their last day") {
  const Capacity ended = capacity_of({grant(9, 0, period("", "2025-06-30")), grant(5, 0, period("", "2025-12-31"))});
  RuleViolations rule_violations;
  check_limits(taken({grant(9, 0, period("", "2025-12-30"))}), ended, kToday, rule_violations);
  CHECK(rule_violations.empty());
  check_limits(taken({grant(6, 0, period("", ""))}), ended, kToday, rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].span == period("2025-12-31", "2025-12-31"));
  CHECK(rule_violations[0].limit == 5);
}

TEST_CASE("limit: a live grant needs some licence with the resource") {
  const Capacity capacity = capacity_of({grant(5, 0, kYear)});
  RuleViolations rule_violations;
  check_draw(grant(1, 0, kYear), capacity, kToday, rule_violations);
  check_draw(grant(1, 1, period("", "2026-03-14")), capacity, kToday, rule_violations);
  CHECK(rule_violations.empty());
  check_draw(grant(1, 1, kYear), capacity, kToday, rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].rule == Rule::limit);
  CHECK(rule_violations[0].item == Item::counted(kMobile));
  CHECK(rule_violations[0].span == period("2026-03-15", "2026-12-31"));
  CHECK(rule_violations[0].limit == 0);
  CHECK(rule_violations[0].requested == 1);
  CHECK(rule_violations[0].accepted == 0);
}

TEST_CASE("feature: a live grant lists only features that some licence lists") {
  RuleViolations rule_violations;
  check_draw(grant(0, 0, period("", ""), true), capacity_of({grant(0, 0, kYear, true)}), kToday, rule_violations);
  check_draw(grant(0, 0, period("", "2026-03-14"), true), capacity_of({}), kToday, rule_violations);
  CHECK(rule_violations.empty());
  check_draw(grant(0, 0, period("2026-05-01", ""), true), capacity_of({grant(5, 0, kYear)}), kToday, rule_violations);
  REQUIRE(rule_violations.size() == 1);
  CHECK(rule_violations[0].rule == Rule::feature);
  CHECK(rule_violations[0].item == Item::feature(kUkey2));
  CHECK(rule_violations[0].span == period("2026-05-01", ""));
}

TEST_CASE("period: explicit dates that still matter lie inside the hull") {
  const Capacity capacity = capacity_of({grant(5, 0, period("2026-03-20", "2026-12-31"))});
  const auto breaks = [&](const Period& days) {
    RuleViolations rule_violations;
    check_draw(grant(1, 0, days), capacity, kToday, rule_violations);
    if (rule_violations.empty()) return false;
    CHECK(rule_violations.size() == 1);
    CHECK(rule_violations[0].rule == Rule::period);
    CHECK(rule_violations[0].item == Item::counted(kSip));
    CHECK(rule_violations[0].span == period("2026-03-20", "2026-12-31"));
    CHECK(rule_violations[0].asked == days);
    return true;
  };
  CHECK_FALSE(breaks(period("", "")));
  CHECK_FALSE(breaks(period("2026-03-20", "2026-12-31")));
  CHECK_FALSE(breaks(period("2026-03-14", "")));
  CHECK_FALSE(breaks(period("2020-01-01", "2026-04-01")));
  CHECK(breaks(period("2026-03-15", "")));
  CHECK(breaks(period("2026-03-19", "2026-12-31")));
  CHECK(breaks(period("", "2027-01-01")));
  CHECK(breaks(period("", "2026-03-19")));
  CHECK(breaks(period("2027-01-01", "")));
}

TEST_CASE("period: an empty hull is silent") {
  const Capacity above = capacity_of({grant(5, 0, period("2027-01-01", ""))});
  RuleViolations rule_violations;
  check_draw(grant(1, 0, period("2026-04-01", "2026-05-01")), capacity_of({grant(5, 0, kYear)}, &above), kToday,
             rule_violations);
  CHECK(rule_violations.empty());
}

TEST_CASE("ceiling: the limit of a shared group is within the limit above on its checked days") {
  const Capacity above = capacity_of({grant(10, 0, kYear)});
  const auto check = [&](const std::vector<Grant>& grants) {
    GrantList list;
    for (const Grant& each : grants) list.push_back(&each);
    RuleViolations rule_violations;
    check_ceiling(list, Capacity::of(list, &above, catalogue()), above, kToday, rule_violations);
    return rule_violations;
  };
  CHECK(check({grant(10, 0, kYear)}).empty());
  CHECK(check({grant(10, 0, period("2026-01-01", "")), grant(5, 0, period("2027-01-01", ""))}).empty());
  CHECK(check({grant(99, 0, period("", "2026-03-14"))}).empty());
  CHECK(check({grant(0, 1, period("", "2026-03-14"))}).empty());
  const RuleViolations over = check({grant(8, 0, kYear), grant(4, 0, period("2026-05-01", "2026-05-31"))});
  REQUIRE(over.size() == 1);
  CHECK(over[0].rule == Rule::ceiling);
  CHECK(over[0].item == Item::counted(kSip));
  CHECK(over[0].span == period("2026-05-01", "2026-05-31"));
  CHECK(over[0].limit == 10);
  CHECK(over[0].requested == 12);
  const RuleViolations unlicensed = check({grant(3, 2, kYear)});
  REQUIRE(unlicensed.size() == 1);
  CHECK(unlicensed[0].item == Item::counted(kMobile));
  CHECK(unlicensed[0].limit == 0);
  CHECK(unlicensed[0].requested == 2);
  CHECK(unlicensed[0].accepted == 0);
}

TEST_CASE("headroom is the minimum that is left on the requested checked days") {
  const Usage limit = taken({grant(10, 0, kYear), grant(5, 0, period("2026-04-01", "2026-04-30"))});
  const Usage used = taken({grant(4, 0, kYear), grant(6, 0, period("2026-06-01", "2026-06-30"))});
  const auto room = [&](const Period& within) { return find_room(used[kSip], limit[kSip], within, kToday); };
  CHECK(room(period("", "")) == 0);
  CHECK(room(period("2026-04-10", "2026-05-10")) == 6);
  CHECK(room(period("2026-04-10", "2026-04-20")) == 11);
  CHECK(room(period("2026-06-30", "2026-06-30")) == 0);
  CHECK_FALSE(room(period("2027-01-01", "")));
  CHECK_FALSE(room(period("", "2026-03-14")));
  CHECK_FALSE(find_room(used[kSip], Timeline{}, Period{}, kToday));
}

TEST_CASE("usages add up by resource and cancel out") {
  Usage usage = taken({grant(3, 2, kYear)});
  CHECK(usage == taken({grant(1, 2, kYear), grant(2, 0, kYear)}));
  CHECK_FALSE(usage == taken({grant(3, 0, kYear)}));
  CHECK(usage[7].is_zero());
  usage.add(taken({grant(3, 2, kYear)}), -1);
  CHECK(usage.is_zero());
  CHECK(usage == Usage{});
  usage.add(grant(1, 0, kYear), -2);
  CHECK(usage[kSip].at(kToday) == -2);
}

TEST_CASE("grants below can break a rule when the capacity shrinks") {
  const Capacity before = capacity_of({grant(10, 5, kYear, true)});
  std::int64_t ceilings = 1;
  const auto breaks = [&](const std::vector<Grant>& after) {
    return may_break_below(before, capacity_of(after), ceilings, kToday);
  };
  CHECK_FALSE(breaks({grant(10, 5, kYear, true)}));
  CHECK_FALSE(breaks({grant(11, 5, kYear, true)}));
  CHECK(breaks({grant(11, 5, period("2026-01-01", ""), true)}));  // days that were not checked before are checked now
  CHECK(breaks({grant(9, 5, kYear, true)}));
  CHECK(breaks({grant(10, 0, kYear, true)}));
  CHECK(breaks({grant(10, 5, kYear, false)}));
  CHECK(breaks({grant(10, 5, period("2026-01-01", "2026-11-30"), true)}));
  CHECK(breaks({}));
  ceilings = 0;  // then no ceiling below depends on the limits
  CHECK_FALSE(breaks({grant(9, 5, kYear, true)}));
  CHECK(breaks({grant(10, 0, kYear, true)}));
  CHECK(breaks({grant(10, 5, kYear, false)}));
  CHECK(breaks({grant(10, 5, period("2026-01-01", "2026-11-30"), true)}));
}

TEST_CASE("a growing hull affects groups below if it reaches expired grants, or had ended itself") {
  const auto is_felt = [](const Period& before, const Period& after) {
    return may_break_below(capacity_of({grant(0, 0, before, true)}), capacity_of({grant(0, 0, after, true)}), 0,
                           kToday);
  };
  CHECK_FALSE(is_felt(period("2026-01-01", "2026-12-31"), period("2026-01-01", "2027-12-31")));  // a renewal
  CHECK(is_felt(period("2026-01-01", "2026-12-31"), period("2025-01-01", "2026-12-31")));
  CHECK(is_felt(period("2026-01-01", "2026-03-14"), period("2026-01-01", "2027-12-31")));
  CHECK_FALSE(is_felt(period("2026-01-01", "2026-03-15"), period("2026-01-01", "2027-12-31")));
  CHECK(is_felt(period("2026-01-01", "2026-12-31"), period("2026-01-02", "2026-12-31")));
}

TEST_CASE("a shared group is one ceiling, and only a group without restriction passes on the ceilings below it") {
  CHECK(pass_ceilings(Restriction::none, 3) == 3);
  CHECK(pass_ceilings(Restriction::reserved, 3) == 0);
  CHECK(pass_ceilings(Restriction::shared, 3) == 1);
}

constexpr int kDays = 16;

/// Licences for a brute-force comparison: over days 0 to kDays-1, without open ends.
Timeline random_limit(std::mt19937& random) {
  std::uniform_int_distribution<int> pick{0, kDays - 1};
  std::uniform_int_distribution<int> amounts{1, 4};
  Timeline limit;
  for (int i = pick(random) % 4; i > 0; --i) {
    limit.add({Day::from_number(pick(random)), Day::from_number(pick(random))}, amounts(random));
  }
  return limit;
}

/// The checked days by definition.
std::vector<Day> checked_days(const Timeline& limit, Day today) {
  std::vector<Day> days;
  std::optional<Day> last;
  for (int i = 0; i < kDays; ++i) {
    if (limit.at(Day::from_number(i)) > 0) last = Day::from_number(i);
  }
  for (int i = 0; i < kDays; ++i) {
    const Day each = Day::from_number(i);
    if (limit.at(each) > 0 && (each >= today || each == last)) days.push_back(each);
  }
  return days;
}

Capacity offer_with(const Timeline& limit) {
  Capacity capacity = capacity_of({});
  capacity.limits.edit(kSip) = limit;
  capacity.holds[kSip] = !limit.is_zero();
  return capacity;
}

TEST_CASE("limits and headroom agree with a count of every single day") {
  std::mt19937 random{4};
  std::uniform_int_distribution<int> pick{0, kDays - 1};
  for (int round = 0; round < 400; ++round) {
    const Timeline limit = random_limit(random);
    Usage used;
    used.edit(kSip) = random_limit(random);
    const Day today = Day::from_number(pick(random));
    const Period within{Day::from_number(pick(random)), Day::from_number(pick(random))};
    std::optional<Day> first_over;
    std::optional<std::int64_t> room;
    for (const Day each : checked_days(limit, today)) {
      const std::int64_t left = limit.at(each) - used[kSip].at(each);
      if (left < 0 && !first_over) first_over = each;
      if (within.contains(each)) room = std::min(room.value_or(left), left);
    }
    RuleViolations rule_violations;
    check_limits(used, offer_with(limit), today, rule_violations);
    REQUIRE(rule_violations.empty() == !first_over);
    if (first_over) REQUIRE(rule_violations[0].span.from == *first_over);
    REQUIRE(find_room(used[kSip], limit, within, today) == room);
  }
}

TEST_CASE("a change that is classified as harmless cannot break a limit") {
  std::mt19937 random{5};
  std::uniform_int_distribution<int> pick{0, kDays - 1};
  int harmless = 0;
  for (int round = 0; round < 3000; ++round) {
    const Timeline before = random_limit(random);
    const Timeline after = random_limit(random);
    const Day today = Day::from_number(pick(random));
    if (may_break_below(offer_with(before), offer_with(after), 1, today)) continue;
    ++harmless;
    // The maximum possible usage: the limit on the checked days, any number on the others.
    const std::vector<Day> checked = checked_days(before, today);
    Usage used;
    for (int i = -1; i <= kDays; ++i) {
      const Day each = Day::from_number(i);
      const bool is_checked = std::find(checked.begin(), checked.end(), each) != checked.end();
      const std::int64_t most = is_checked ? before.at(each) : 1000;
      if (before.is_zero()) continue;  // without a licence no live grant has a count
      used.edit(kSip).add({each, each}, most);
    }
    RuleViolations rule_violations;
    check_limits(used, offer_with(after), today, rule_violations);
    REQUIRE(rule_violations.empty());
  }
  CHECK(harmless > 20);
}

}  // namespace
}  // namespace allot
