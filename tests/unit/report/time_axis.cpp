#include "libcore/report/time_axis.hpp"

#include <doctest/doctest.h>

namespace allot::html {
namespace {

Day day(const char* text) { return *Day::parse(text); }

const Period kTwoYears{day("2026-11-24"), day("2028-11-23")};

}  // namespace

TEST_CASE("days become positions from 0 to the width, days outside its ends") {
  const TimeAxis axis{kTwoYears};
  CHECK(axis.x_of(day("2026-11-24")) == 0);
  CHECK(axis.x_of(day("2028-11-24")) == TimeAxis::kWidth);
  CHECK(axis.x_of(day("2027-11-24")) == TimeAxis::kWidth / 2);
  CHECK(axis.x_of(day("2020-01-01")) == 0);
  CHECK(axis.x_of(Day::beginning()) == 0);
  CHECK(axis.x_of(Day::forever()) == TimeAxis::kWidth);
}

TEST_CASE("quarters are marked in two years, each January by its year; months in one, years in ten") {
  const auto ticks = TimeAxis{kTwoYears}.ticks();
  REQUIRE(ticks.size() == 8);
  CHECK(ticks[0].label == "2027");
  CHECK(ticks[0].is_year);
  CHECK(ticks[1].label == "Apr");
  CHECK(!ticks[1].is_year);
  CHECK(TimeAxis{{day("2026-11-24"), day("2027-11-23")}}.ticks().size() == 12);
  CHECK(TimeAxis{{day("2026-11-24"), day("2036-11-23")}}.ticks().size() == 10);
  CHECK(TimeAxis{{day("2026-11-01"), day("2026-11-30")}}.ticks().empty());
}

TEST_CASE("a bar is cut to the window, is at least a unit wide, and is not drawn outside") {
  const TimeAxis axis{kTwoYears};
  CHECK(axis.draw_bar({Day::beginning(), Day::forever()}, 5) == "M0,5H320");
  CHECK(axis.draw_bar({day("2026-01-01"), day("2027-11-23")}, 5) == "M0,5H160");
  CHECK(axis.draw_bar({day("2027-11-24"), day("2027-11-24")}, 5) == "M160,5H161");
  CHECK(axis.draw_bar({day("2020-01-01"), day("2026-11-23")}, 5) == std::nullopt);
}

TEST_CASE("curves go in steps; a limit is not drawn while there is none") {
  const TimeAxis axis{kTwoYears};
  const std::vector<ReportCount::Step> steps{
      {day("2026-11-24"), 10, 5}, {day("2027-11-24"), std::nullopt, 5}, {day("2028-05-24"), 5, 0}};
  const CurveFrame frame{100, 43, largest_of(steps)};
  CHECK(frame.largest == 10);
  CHECK(frame.y_of(10) == 102);
  CHECK(frame.y_of(0) == 142);
  CHECK(axis.draw_limit(steps, frame) == "M0,102H160M239,122H320");
  CHECK(axis.draw_used(steps, frame) == "M0,122H239V142H320");
  CHECK(axis.draw_limit({{day("2026-11-24"), std::nullopt, 5}}, frame) == std::nullopt);
}

}  // namespace allot::html
