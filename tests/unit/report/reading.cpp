#include <sstream>

#include "libcore/report/page.hpp"
#include "libcore/report/report.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

constexpr const char* kHierarchy = R"(allot: 1
licenses: {main: {sip: 100, mobile: 100, features: [ukey2]}}
groups:
  north:
    licenses: {old: {sip: 10, features: [ukey2], until: 2027-01-31}, next: {sip: 4, from: 2027-02-01, until: 2027-12-31}}
    users: {ann@x.example: {role: admin, sip: 3}, bob@x.example: {sip: 6, until: 2027-01-31}}
    groups: {flat: {}}
  south: {licenses: {main: {sip: 5, from: 2027-06-01}}, users: {sue@x.example: {role: admin}}}
  west: {suspended: true}
)";

Report report_of(const Company& company, const ReportOptions& options, const char* path = "/",
                 const std::optional<std::string>& actor = std::nullopt) {
  Engine engine = company.engine(actor);
  View view{engine};
  return read_report(view, {Path::parse(path)}, options);
}

ReportOptions options_on(const char* date, int months = 24) { return {day(date), months, std::nullopt, std::nullopt}; }

}  // namespace

TEST_CASE("a report covers calendar months, to the end of a shorter one") {
  Company company;
  CHECK(report_of(company, options_on("2026-11-24")).window == Period{day("2026-11-24"), day("2028-11-23")});
  CHECK(report_of(company, options_on("2027-01-31", 1)).window == Period{day("2027-01-31"), day("2027-02-27")});
  CHECK(report_of(company, options_on("9999-12-01", 120)).window.until == Day::last());
}

TEST_CASE("a report has the groups in path order, with steps, ends and what blocks them") {
  Company company;
  company.import(kHierarchy);
  const Report report = report_of(company, options_on(kToday));
  REQUIRE(report.groups.size() == 5);
  CHECK(report.resources == std::vector<ResourceId>{0, 1});
  const ReportGroup& north = report.groups[1];
  CHECK(north.path == "/north");
  CHECK(north.parent == 0);
  CHECK(report.groups[2].parent == 1);
  CHECK(report.groups[2].depth == 2);
  CHECK(north.is_near(0));
  REQUIRE(north.counts[0].steps.size() == 3);
  CHECK(north.counts[0].steps[1].from == day("2027-02-01"));
  CHECK(north.counts[0].steps[1].limit == 4);
  CHECK(north.counts[0].steps[1].used == 3);
  CHECK(north.counts[0].steps[2].limit == 0);
  REQUIRE(north.licenses[1].changes.size() == 2);
  CHECK(north.licenses[1].changes[0].before == 10);
  CHECK(north.licenses[1].changes[0].after == 4);
  CHECK(north.licenses[1].changes[1].item == Item::feature(0));
  CHECK(north.licenses[1].last == day("2027-01-31"));
  CHECK(!north.is_notably_blocked());  // mobile was never licensed, and nobody uses it
  const ReportGroup& south = report.groups[3];
  CHECK(south.is_notably_blocked(Item::counted(0)));
  CHECK(!south.is_notably_blocked(Item::feature(0)));
  CHECK(south.counts[0].own_limit == 5);  // the area of a group whose licence has not begun
  REQUIRE(report.groups[4].blocks.size() == 1);
  CHECK(report.groups[4].blocks[0].is_of_all);
}

TEST_CASE("a report of a part knows which groups it can link; an actor reads `above` of the others") {
  Company company;
  company.import(kHierarchy);
  company.write([](Write& write) {
    GroupPatch suspended;
    suspended.suspended = true;
    set_group(write, Path::parse("/north"), suspended);
  });
  const Report part = report_of(company, options_on(kToday), "/north/flat");
  REQUIRE(part.groups.size() == 1);
  CHECK(part.groups[0].blocks[0].by == "/north");
  CHECK(!part.groups[0].blocks[0].is_in_report);
  CHECK(part.groups[0].depth == 0);
  CHECK(part.groups[0].name == "/north/flat");
  company.write([](Write& write) {
    add_member(write, Path::parse("/north/flat"), "eve@x.example", in_role(Role::admin), IfExists::fail);
  });
  const Report seen = report_of(company, options_on(kToday), "/north/flat", "eve@x.example");
  CHECK(seen.groups[0].blocks[0].by == kAbove);
  CHECK(seen.groups[0].limited_by == kAbove);
  std::ostringstream page;
  write_report(seen, page);
  CHECK(page.str().find("above") != std::string::npos);
  CHECK(page.str().find("\"/north\"") == std::string::npos);
}

TEST_CASE("the templates of the page escape every value") {
  for (const std::string_view text : {report_page::kHead, report_page::kGroup, report_page::kFoot}) {
    CHECK(text.find("{{{") == std::string_view::npos);
    CHECK(text.find("{{&") == std::string_view::npos);
    CHECK(text.find('@' + std::string{"content:"}) == std::string_view::npos);
  }
}

}  // namespace allot::unit
