#include "libcore/model/schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace allot {
namespace {

constexpr ResourceId kSip = 0;
constexpr FeatureId kUkey2 = 0;

Day day(const char* text) { return *Day::parse(text); }

License license(std::string name, std::int32_t sip, const Period& period, bool has_feature = false) {
  License made;
  made.name = std::move(name);
  made.grant.counts.set(kSip, sip);
  if (has_feature) made.grant.features.add(kUkey2);
  made.grant.period = period;
  return made;
}

/// `/` with 100 SIP numbers and UKEY2 for ever, and /north below it.
struct Fixture {
  Catalogue catalogue = Catalogue::built_in();
  AncestorPath ancestors{catalogue};

  Fixture() {
    PathNode root;
    root.id = 1;
    root.traits.restriction = Restriction::reserved;
    root.licenses = {license("main", 100, {}, true)};
    ancestors.push(root);
  }

  void push_north(std::vector<License> licenses, Reminder reminder = {{14}, Repeat::weekly, false}) {
    PathNode north;
    north.id = 2;
    north.name = "north";
    north.traits.restriction = Restriction::reserved;
    north.traits.reminder = reminder;
    north.licenses = std::move(licenses);
    ancestors.push(north);
  }
};

TEST_CASE("slots begin with the window and repeat within it") {
  const Day last = day("2026-12-31");
  const auto slot = [&](Repeat repeat, const char* today) { return slot_on({{14}, repeat, false}, last, day(today)); };
  CHECK(window_on({14}, last, last) == Period{day("2026-12-17"), last});
  CHECK_FALSE(slot(Repeat::daily, "2026-12-16"));
  CHECK_FALSE(slot(Repeat::daily, "2027-01-01"));
  CHECK(slot(Repeat::once, "2026-12-17") == day("2026-12-17"));
  CHECK(slot(Repeat::once, "2026-12-31") == day("2026-12-17"));
  CHECK(slot(Repeat::daily, "2026-12-20") == day("2026-12-20"));
  CHECK(slot(Repeat::weekly, "2026-12-23") == day("2026-12-17"));
  CHECK(slot(Repeat::weekly, "2026-12-24") == day("2026-12-24"));
  CHECK(slot(Repeat::weekly, "2026-12-31") == day("2026-12-31"));
  CHECK(slot_on({{45}, Repeat::monthly, false}, last, day("2026-12-16")) == day("2026-12-16"));
  CHECK(slot_on({{45}, Repeat::monthly, false}, last, day("2026-12-15")) == day("2026-11-16"));
}

TEST_CASE("each lead time begins a window, which ends the day before the next one begins") {
  const Day last = day("2026-12-31");
  const LeadTimes before{7, 60, 30};
  const auto window = [&](const char* today) { return window_on(before, last, day(today)); };
  CHECK_FALSE(window("2026-10-31"));
  CHECK(window("2026-11-01") == Period{day("2026-11-01"), day("2026-11-30")});
  CHECK(window("2026-11-30") == Period{day("2026-11-01"), day("2026-11-30")});
  CHECK(window("2026-12-01") == Period{day("2026-12-01"), day("2026-12-23")});
  CHECK(window("2026-12-24") == Period{day("2026-12-24"), last});
  CHECK(window("2026-12-31") == Period{day("2026-12-24"), last});
  CHECK_FALSE(window("2027-01-01"));
  CHECK_FALSE(window_on({}, last, last));
  const auto slot = [&](Repeat repeat, const char* today) { return slot_on({before, repeat}, last, day(today)); };
  CHECK(slot(Repeat::once, "2026-12-23") == day("2026-12-01"));
  CHECK(slot(Repeat::weekly, "2026-11-30") == day("2026-11-29"));  // a slot that the window cuts
  CHECK(slot(Repeat::weekly, "2026-12-01") == day("2026-12-01"));
  CHECK(slot(Repeat::monthly, "2026-12-31") == day("2026-12-24"));
}

TEST_CASE("lead times are different, descending and at most 5") {
  LeadTimes times{30, 7};
  CHECK(times.text(" ") == "30 7");
  CHECK_FALSE(times.add(7));
  for (const int days : {60, 1, 3650}) CHECK(times.add(days));
  CHECK(times.is_full());
  CHECK(times.text(",") == "3650,60,30,7,1");
  CHECK(LeadTimes::parse("3650 60 30 7 1") == times);
  CHECK(LeadTimes::parse("7") == LeadTimes{7});
  for (const char* text : {"", " ", "7 ", " 7", "7  1", "7 30", "7 7", "0", "3651", "x", "6 5 4 3 2 1", "-7", "07"}) {
    CHECK_FALSE_MESSAGE(LeadTimes::parse(text), text);
  }
}

TEST_CASE("a slot is due once, again if its mail was not accepted, and not for a refused address") {
  const Day first = day("2026-12-17");
  const Slot slot{2, "main", day("2026-12-31"), first};
  CHECK(is_due(slot, {}));
  CHECK_FALSE(is_due(slot, {{first, MailState::delivered}}));
  CHECK_FALSE(is_due(slot, {{first, MailState::begun}}));
  CHECK(is_due(slot, {{first, MailState::deferred}, {first, MailState::withdrawn}}));
  CHECK(is_due(slot, {{day("2026-12-10"), MailState::delivered}, {day("2026-12-10"), MailState::begun}}));
  CHECK_FALSE(is_due(slot, {{day("2026-12-10"), MailState::refused}}));
}

TEST_CASE("a window is clipped to the calendar") {
  CHECK(window_on({3650}, day("0001-02-01"), day("0001-01-02"))->from == Day::first());
  CHECK(slot_on({{3650}, Repeat::daily, false}, day("0001-02-01"), day("0001-01-02")) == day("0001-01-02"));
}

TEST_CASE_FIXTURE(Fixture, "an ending license is due, with the decreasing counts and the blocked items") {
  push_north({license("main", 40, {Day::beginning(), day("2026-12-01")}, true), license("next", 10, {})});
  const auto endings = find_expiring(ancestors, day("2026-11-24"));
  REQUIRE(endings.size() == 1);
  CHECK(endings[0].slot == Slot{2, "main", day("2026-12-01"), day("2026-11-24")});
  CHECK(endings[0].reductions == std::vector<Reduction>{{Item::counted(kSip), 50, 10}, {Item::feature(kUkey2), 1, 0}});
  CHECK(endings[0].blocked == std::vector<Item>{Item::feature(kUkey2)});
  CHECK(find_expiring(ancestors, day("2026-11-16")).empty());
}

TEST_CASE_FIXTURE(Fixture, "a license that is followed by the same counts is not due") {
  push_north({license("main", 40, {Day::beginning(), day("2026-12-01")}, true),
              license("next", 40, {day("2026-12-02"), Day::forever()}, true)});
  const ExpiringLicense followed = find_expiring(ancestors, day("2026-11-24")).at(0);
  CHECK_FALSE(followed.is_spoken_of());
  Membership member{"bob@x.example", "Bob", Role::user, true, {}};
  member.grant.counts.set(kSip, 1);
  CHECK_FALSE(find_access_end(ancestors, followed, member, day("2026-11-24")));
  member.grant.period.until = day("2026-11-30");  // this ends before the following licence
  CHECK(find_access_end(ancestors, followed, member, day("2026-11-24")));
  ancestors.pop();
  push_north({license("main", 40, {Day::beginning(), day("2026-12-01")}, true),
              license("next", 40, {day("2026-12-03"), Day::forever()}, true)});
  CHECK(find_expiring(ancestors, day("2026-11-24")).at(0).is_spoken_of());
}

TEST_CASE_FIXTURE(Fixture, "suspended groups, and groups without restriction or reminder, have nothing due") {
  const License ending = license("main", 40, {Day::beginning(), day("2026-12-01")});
  push_north({ending});
  PathNode north = ancestors.back();
  REQUIRE(find_expiring(ancestors, day("2026-11-24")).size() == 1);
  const auto count = [&] {
    ancestors.pop();
    ancestors.push(north);
    const auto endings = find_expiring(ancestors, day("2026-11-24"));
    return std::count_if(endings.begin(), endings.end(),
                         [](const ExpiringLicense& each) { return each.is_spoken_of(); });
  };
  north.traits.suspended = true;
  CHECK(count() == 0);
  north.traits.suspended = false;
  north.traits.restriction = Restriction::none;
  CHECK(count() == 0);
  north.traits.restriction = Restriction::reserved;
  north.traits.reminder.reset();
  CHECK(count() == 0);
}

TEST_CASE("a license with an open end ends with the capacity above") {
  const Catalogue catalogue = Catalogue::built_in();
  AncestorPath ancestors{catalogue};
  PathNode root;
  root.id = 1;
  root.traits.restriction = Restriction::reserved;
  root.licenses = {license("main", 100, {Day::beginning(), day("2026-12-05")})};
  ancestors.push(root);
  PathNode north;
  north.id = 2;
  north.name = "north";
  north.traits.restriction = Restriction::reserved;
  north.traits.reminder = Reminder{{30}, Repeat::once, false};
  north.licenses = {license("main", 40, {}), license("empty", 0, {})};
  ancestors.push(north);
  const auto endings = find_expiring(ancestors, day("2026-11-24"));
  REQUIRE(endings.size() == 1);
  CHECK(endings[0].slot.last == day("2026-12-05"));
  CHECK(endings[0].reductions == std::vector<Reduction>{{Item::counted(kSip), 40, 0}});
}

TEST_CASE_FIXTURE(Fixture, "access ends with the license or with the membership's own end") {
  push_north({license("main", 40, {Day::beginning(), day("2026-12-01")}, true), license("next", 10, {})});
  const ExpiringLicense ending = find_expiring(ancestors, day("2026-11-24"))[0];
  const auto end_of = [&](const Membership& member) {
    return find_access_end(ancestors, ending, member, day("2026-11-24"));
  };
  Membership member{"bob@x.example", "Bob", Role::user, false, {}};
  member.grant.counts.set(kSip, 1);
  CHECK_FALSE(end_of(member));  // the next license continues it
  member.grant.period.until = day("2026-12-02");
  CHECK_FALSE(end_of(member));
  member.grant.period.until = day("2026-11-30");
  auto end = end_of(member);
  REQUIRE(end);
  CHECK(end->is_own);
  CHECK(end->last == day("2026-11-30"));
  CHECK(end->reductions == std::vector<Reduction>{{Item::counted(kSip), 1, 0}});
  member.grant.period.until = day("2026-11-23");
  CHECK_FALSE(end_of(member));
  member.grant.period = {day("2026-11-25"), Day::forever()};
  member.inherits_features = true;
  CHECK_FALSE(end_of(member));
  member.grant.period = {};
  end = end_of(member);
  REQUIRE(end);
  CHECK_FALSE(end->is_own);
  CHECK(end->last == day("2026-12-01"));
  CHECK(end->reductions == std::vector<Reduction>{{Item::feature(kUkey2), 1, 0}});
}

TEST_CASE_FIXTURE(Fixture, "groups and users that an end blocks are counted at and below the group, users once") {
  push_north({license("main", 40, {Day::beginning(), day("2026-12-01")})});
  const ExpiringLicense ending = find_expiring(ancestors, day("2026-11-24"))[0];
  Tree tree;
  const auto top = tree.add_group(Tree::kNone, "north", ancestors.back().traits, 2);
  tree.add_license(top, ending.license);
  const auto below = tree.add_group(top, "a", {}, 3);
  GroupTraits restricted;
  restricted.restriction = Restriction::reserved;
  const auto without = tree.add_group(top, "b", restricted, 4);
  const auto add = [&](Tree::Row group, const char* email, std::int32_t sip, Day until = Day::forever()) {
    Membership member{email, "", Role::user, false, {}};
    member.grant.counts.set(kSip, sip);
    member.grant.period.until = until;
    tree.add_member(group, member);
  };
  add(top, "ann@x.example", 2);
  add(below, "Ann@x.example", 3);
  add(below, "bob@x.example", 0);
  add(below, "old@x.example", 5, day("2026-11-30"));
  add(without, "cy@x.example", 7);
  const Blocked blocked = count_blocked(tree, ending, catalogue);
  CHECK(blocked.groups == 1);  // /north/b had no count before
  CHECK(blocked.users == 1);
  CHECK(blocked.granted[kSip] == 5);
}

TEST_CASE_FIXTURE(Fixture, "a resource is low at or below the percentage of a limit above 0") {
  CHECK(supply_of(10, 100, 10) == Supply::low);
  CHECK(supply_of(11, 100, 10) == Supply::ample);
  CHECK(supply_of(0, 1, 1) == Supply::low);
  CHECK(supply_of(1, 1, 100) == Supply::low);
  CHECK(supply_of(0, 0, 100) == Supply::none);
  CHECK(supply_of(2147483647, 2147483647, 99) == Supply::ample);
  push_north({license("main", 40, {})});
  const auto supplies = [&] {
    std::vector<Supply> found;
    for (const ResourceSupply& each : find_supplies(ancestors, 100, day("2026-11-24"))) found.push_back(each.supply);
    return found;
  };
  const std::vector<Supply> nothing{Supply::none, Supply::none};
  CHECK(supplies() == std::vector<Supply>{Supply::low, Supply::none});  // no mobile
  PathNode north = ancestors.back();
  ancestors.pop();
  north.traits.suspended = true;
  ancestors.push(north);
  CHECK(supplies() == nothing);
  ancestors.pop();
  north.traits.suspended = false;
  north.traits.restriction = Restriction::none;
  ancestors.push(north);
  CHECK(supplies().empty());
}

}  // namespace
}  // namespace allot
