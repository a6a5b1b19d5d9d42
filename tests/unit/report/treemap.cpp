#include "libcore/report/treemap.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

namespace allot::html {
namespace {

/// A report of groups with limits of one resource; each has its parent's index, or -1, its own limit and its usage.
struct Given {
  int parent = -1;
  std::int64_t limit = 0;
  std::int64_t used = 0;
};

Report report_of(const std::vector<Given>& groups) {
  Report report{{}, {}, Catalogue::built_in(), {}, {}};
  for (const Given& given : groups) {
    ReportGroup group;
    group.traits.restriction = given.limit > 0 ? Restriction::reserved : Restriction::none;
    group.counts.resize(2);
    group.counts[0].own_limit = given.limit;
    group.counts[0].used = given.used;
    if (given.parent >= 0) group.parent = static_cast<std::size_t>(given.parent);
    report.groups.push_back(std::move(group));
  }
  return report;
}

double area_of(const TreemapCell& cell) { return (cell.width + 1.0) * (cell.height + 1.0); }

bool overlap(const TreemapCell& a, const TreemapCell& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool contains(const TreemapCell& a, const TreemapCell& b) {
  return a.x <= b.x && a.y <= b.y && b.x + b.width <= a.x + a.width && b.y + b.height <= a.y + a.height;
}

}  // namespace

TEST_CASE("areas are proportional to limits, and what a parent has left stays empty") {
  const auto cells = make_treemap(report_of({{-1, 100, 0}, {0, 40, 0}, {0, 10, 0}}), 0, {1200, 560, 10});
  REQUIRE(cells.size() == 3);
  CHECK(cells[0].width == 1199);
  CHECK(cells[0].height == 559);
  CHECK(cells[1].group == 1);
  CHECK(area_of(cells[1]) / area_of(cells[2]) == doctest::Approx(4).epsilon(0.02));
  CHECK(area_of(cells[1]) / area_of(cells[0]) == doctest::Approx(0.4).epsilon(0.05));
}

TEST_CASE("a group without a limit has the area of its usage or of the groups below it; one with neither has none") {
  const auto cells = make_treemap(report_of({{-1, 0, 30}, {0, 0, 10}, {0, 0, 0}, {0, 20, 0}}), 0, {600, 400, 10});
  REQUIRE(cells.size() == 3);
  CHECK(cells[1].group == 3);
  CHECK(cells[2].group == 1);
  CHECK(area_of(cells[1]) / area_of(cells[2]) == doctest::Approx(2).epsilon(0.02));
}

TEST_CASE("ceilings that add up to more than the parent has are scaled into it") {
  const auto cells = make_treemap(report_of({{-1, 50, 0}, {0, 50, 0}, {0, 50, 0}}), 0, {600, 400, 10});
  REQUIRE(cells.size() == 3);
  CHECK(area_of(cells[1]) == doctest::Approx(area_of(cells[2])).epsilon(0.02));
  CHECK(contains(cells[0], cells[1]));
  CHECK(contains(cells[0], cells[2]));
}

TEST_CASE("cells of random trees lie in their parents and never overlap their siblings") {
  std::mt19937 random{20261124};
  for (int round = 0; round < 50; ++round) {
    std::vector<Given> groups{{-1, 0, 0}};
    for (int i = 1; i < 200; ++i) {
      groups.push_back({static_cast<int>(random() % static_cast<unsigned>(i)), static_cast<std::int64_t>(random() % 50),
                        static_cast<std::int64_t>(random() % 20)});
    }
    const Report report = report_of(groups);
    const auto cells = make_treemap(report, 0, {800, 500, 20});
    REQUIRE(!cells.empty());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      CHECK(cells[i].width >= 3);
      CHECK(cells[i].height >= 3);
      for (std::size_t j = i + 1; j < cells.size(); ++j) {
        const auto& above = report.groups[cells[j].group].parent;
        if (above == cells[i].group) CHECK(contains(cells[i], cells[j]));
        if (above == report.groups[cells[i].group].parent) CHECK(!overlap(cells[i], cells[j]));
      }
    }
  }
}

TEST_CASE("nothing is drawn where nothing has a limit or is used") {
  CHECK(make_treemap(report_of({{-1, 0, 0}, {0, 0, 0}}), 0, {600, 400, 10}).empty());
  CHECK(make_treemap(report_of({}), 0, {600, 400, 10}).empty());
}

}  // namespace allot::html
