#include "cli/output/dates.hpp"

#include <doctest/doctest.h>

namespace allot::cli {
namespace {

Day day(const char* text) { return Day::parse(text).value(); }

const Day kToday = day("2026-11-24");

TEST_CASE("an end relative to today") {
  CHECK(describe_until(day("2026-12-31"), kToday) == "2026-12-31 (37 days left)");
  CHECK(describe_until(day("2026-11-25"), kToday) == "2026-11-25 (1 day left)");
  CHECK(describe_until(day("2026-11-24"), kToday) == "2026-11-24 (last day)");
  CHECK(describe_until(day("2026-11-23"), kToday) == "2026-11-23 (ended 1 day ago)");
  CHECK(describe_until(day("2026-10-31"), kToday) == "2026-10-31 (ended 24 days ago)");
}

TEST_CASE("the ends of the calendar and beyond") {
  CHECK(describe_until(Day::forever(), kToday) == "open");
  CHECK(describe_until(Day::beginning(), kToday) == "never");
  CHECK(describe_until(Day::last(), Day::first()) == "9999-12-31 (3652058 days left)");
  CHECK(describe_until(Day::first(), Day::last()) == "0001-01-01 (ended 3652058 days ago)");
}

TEST_CASE("a period relative to today") {
  const Day start = day("2026-01-01");
  const Day end = day("2026-12-31");
  CHECK(describe_period({start, end}, kToday) == "2026-01-01..2026-12-31 (37 days left)");
  CHECK(describe_period({start, kToday}, kToday) == "2026-01-01..2026-11-24 (last day)");
  CHECK(describe_period({start, day("2026-10-31")}, kToday) == "2026-01-01..2026-10-31 (ended 24 days ago)");
  CHECK(describe_period({kToday, end}, kToday) == "2026-11-24..2026-12-31 (37 days left)");
  CHECK(describe_period({kToday.next(), end}, kToday) == "2026-11-25..2026-12-31 (starts in 1 day)");
}

TEST_CASE("open periods and the empty one") {
  CHECK(describe_period({}, kToday) == "open");
  CHECK(describe_period({day("2026-01-01"), Day::forever()}, kToday) == "from 2026-01-01");
  CHECK(describe_period({day("2027-01-01"), Day::forever()}, kToday) == "from 2027-01-01 (starts in 38 days)");
  CHECK(describe_period({Day::beginning(), day("2026-12-31")}, kToday) == "until 2026-12-31 (37 days left)");
  CHECK(describe_period(kNoDays, kToday) == "no days");
  CHECK(describe_period({day("2026-02-01"), day("2026-01-01")}, kToday) == "no days");
}

}  // namespace
}  // namespace allot::cli
