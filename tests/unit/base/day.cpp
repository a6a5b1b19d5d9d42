#include "libcore/base/day.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <string>

namespace allot {
namespace {

Day day(std::string_view text) {
  const auto parsed = Day::parse(text);
  REQUIRE_MESSAGE(parsed.has_value(), std::string{text});
  return *parsed;
}

std::string spell(int year, int month, int number) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, number);
  return text;
}

TEST_CASE("days are numbered from 1970-01-01") {
  CHECK(day("1970-01-01").number() == 0);
  CHECK(day("1969-12-31").number() == -1);
  CHECK(day("2000-03-01").number() == 11017);
  CHECK(day("0001-01-01") == Day::first());
  CHECK(day("9999-12-31") == Day::last());
  CHECK(Day::first().to_string() == "0001-01-01");
  CHECK(Day::last().to_string() == "9999-12-31");
}

TEST_CASE("every year of the calendar follows the one before without a gap") {
  std::int32_t number = Day::first().number();
  bool is_right = true;
  for (int year = 1; year <= 9999 && is_right; ++year) {
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    is_right = day(spell(year, 1, 1)).number() == number;
    is_right = is_right && day(spell(year, 2, 28)).number() == number + 58;
    is_right = is_right && Day::parse(spell(year, 2, 29)).has_value() == is_leap;
    is_right = is_right && day(spell(year, 3, 1)).number() == number + (is_leap ? 60 : 59);
    is_right = is_right && Day::from_number(number).to_string() == spell(year, 1, 1);
    number += is_leap ? 366 : 365;
    is_right = is_right && Day::from_number(number - 1).to_string() == spell(year, 12, 31);
    CHECK_MESSAGE(is_right, year);
  }
  CHECK(number == Day::last().number() + 1);
}

TEST_CASE("text that is not YYYY-MM-DD or not a day is not a date") {
  for (const char* text : {"",
                           "0000-12-31",
                           "10000-01-01",
                           "2026-00-01",
                           "2026-13-01",
                           "2026-01-00",
                           "2026-01-32",
                           "2026-04-31",
                           "2026-02-29",
                           "1900-02-29",
                           "2026-1-1",
                           "26-01-01",
                           "2026/01/01",
                           "20260101",
                           " 2026-01-01",
                           "2026-01-01 ",
                           "2026-01-01T00:00:00",
                           "+026-01-01",
                           "-001-01-01",
                           "2026-+1-01",
                           "2026-01- 1",
                           "2026-0x-01",
                           "today",
                           "\xD9\xA2\xD9\xA0-01-01"}) {
    CHECK_MESSAGE(!Day::parse(text), text);
  }
  CHECK_FALSE(Day::parse(std::string_view{"2026-01-0\0", 10}));
  CHECK(Day::parse("2000-02-29"));
  CHECK(Day::parse("2024-02-29"));
}

TEST_CASE("the infinities are outside the calendar and do not change") {
  CHECK(Day::beginning() < Day::first());
  CHECK(Day::last() < Day::forever());
  for (const Day end : {Day::beginning(), Day::forever()}) {
    CHECK_FALSE(end.is_finite());
    CHECK(end.next() == end);
    CHECK(end.previous() == end);
    CHECK(end.plus(7) == end);
    CHECK(end.plus(-7) == end);
  }
  CHECK(Day::first().is_finite());
  CHECK(Day::last().is_finite());
}

TEST_CASE("days are added within the calendar") {
  CHECK(day("2026-12-31").next() == day("2027-01-01"));
  CHECK(day("2024-03-01").previous() == day("2024-02-29"));
  CHECK(day("2026-01-01").plus(365) == day("2027-01-01"));
  CHECK(day("2026-01-01").plus(-1) == day("2025-12-31"));
  CHECK(day("2026-01-01").plus(0) == day("2026-01-01"));
  CHECK(Day::last().plus(1) == Day::last());
  CHECK(Day::last().plus(INT32_MAX) == Day::last());
  CHECK(Day::first().plus(-1) == Day::first());
  CHECK(Day::first().plus(INT32_MIN) == Day::first());
}

TEST_CASE("a period has both its ends") {
  const Period year{day("2026-01-01"), day("2026-12-31")};
  CHECK(year.contains(day("2026-01-01")));
  CHECK(year.contains(day("2026-12-31")));
  CHECK_FALSE(year.contains(day("2025-12-31")));
  CHECK_FALSE(year.contains(day("2027-01-01")));
  CHECK_FALSE(year.is_empty());
  CHECK_FALSE(Period{day("2026-01-01"), day("2026-01-01")}.is_empty());
  CHECK(Period{day("2026-01-02"), day("2026-01-01")}.is_empty());
  CHECK(Period{}.contains(Day::first()));
  CHECK(Period{}.contains(Day::last()));
}

TEST_CASE("an intersection contains the days in both periods") {
  const Period year{day("2026-01-01"), day("2026-12-31")};
  const Period late{day("2026-07-01"), Day::forever()};
  CHECK(year.cut_to(late) == Period{day("2026-07-01"), day("2026-12-31")});
  CHECK(late.cut_to(year) == year.cut_to(late));
  CHECK(year.cut_to(Period{}) == year);
  CHECK(year.cut_to({day("2027-01-01"), Day::forever()}).is_empty());
  CHECK(kNoDays.is_empty());
  CHECK(year.cut_to(kNoDays).is_empty());
  CHECK(kNoDays.cut_to(Period{}).is_empty());
}

TEST_CASE("a period is written without its open ends") {
  CHECK(Period{day("2026-01-01"), day("2026-12-31")}.to_string() == "2026-01-01..2026-12-31");
  CHECK(Period{day("2026-01-01"), Day::forever()}.to_string() == "2026-01-01..");
  CHECK(Period{Day::beginning(), day("2026-12-31")}.to_string() == "..2026-12-31");
  CHECK(Period{}.to_string() == "..");
}

}  // namespace
}  // namespace allot
