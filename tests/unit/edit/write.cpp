#include "libcore/edit/groups.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/members.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <sstream>

#include "libcore/query/view.hpp"
#include "libcore/storage/location.hpp"

using namespace allot;

namespace {

const Day kToday = *Day::parse("2026-11-24");

/// An engine on an unnamed store, which is removed with the engine.
Engine make_engine() { return Engine{create_store("/tmp/allot-unit-store"), kToday}; }

LicenseChange holding(std::int32_t sip, std::int32_t mobile = 0) {
  LicenseChange specified;
  specified.grant.counts = {{"sip", sip}, {"mobile", mobile}};
  return specified;
}

MembershipChange taking(std::int32_t sip) {
  MembershipChange specified;
  specified.grant.counts = {{"sip", sip}};
  return specified;
}

/// Runs `subcommands` as one write.
template <typename Verbs>
Outcome run(Engine& engine, DryRun dry_run, Verbs subcommands) {
  Write write{engine, dry_run};
  subcommands(write);
  return write.commit();
}

template <typename Verbs>
Outcome save(Engine& engine, Verbs subcommands) {
  return run(engine, DryRun::no, subcommands);
}

/// The export of the store.
std::string text_of(Engine& engine) {
  View view{engine};
  std::ostringstream out;
  view.export_hierarchy(Path{}, out);
  return out.str();
}

std::size_t count_entries(Engine& engine) {
  std::size_t count = 0;
  View{engine}.for_each_entry({}, [&](const LogEntry&) { ++count; });
  return count;
}

/// A reserved company with 10 sip and a shared group /a whose ceiling is 6.
Engine make_company() {
  Engine engine = make_engine();
  save(engine, [](Write& write) {
    add_license(write, Path{}, "main", holding(10), Restriction::reserved, IfExists::fail);
    add_group(write, Path::parse("/a/b"), {}, Parents::create, IfExists::fail);
    add_license(write, Path::parse("/a"), "ceiling", holding(6), Restriction::shared, IfExists::fail);
  });
  return engine;
}

Violations refusal_of(Engine& engine, const std::function<void(Write&)>& subcommands) {
  try {
    save(engine, subcommands);
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::refused);
    return error.violations();
  }
  FAIL("it was not refused");
  return {};
}

}  // namespace

TEST_CASE("a grant beyond a limit is refused with the most that would have been accepted, and nothing is saved") {
  Engine engine = make_company();
  const Path place = Path::parse("/a/b");
  save(engine, [&](Write& write) { add_member(write, place, "one@x.example", taking(4), IfExists::fail); });
  const Violations violations =
      refusal_of(engine, [&](Write& write) { add_member(write, place, "two@x.example", taking(3), IfExists::fail); });
  REQUIRE(violations.total() == 1);
  const Violation& violation = violations.listed().front();
  CHECK(violation.rule == "limit");
  CHECK(violation.group == "/a");
  CHECK(violation.item == "sip");
  CHECK(violation.limit == 6);
  CHECK(violation.requested == 3);
  CHECK(violation.accepted == 2);
  CHECK(violation.allotted == 7);
  CHECK(violation.by == "/a/b user two@x.example");
  CHECK(violation.span == Period{kToday, Day::forever()});
  CHECK(View{engine}.ancestors(place).back().members == 1);
  save(engine, [&](Write& write) { add_member(write, place, "two@x.example", taking(2), IfExists::fail); });
  CHECK(View{engine}.check().total == 0);
}

TEST_CASE("a refusal to lower a limit below its usage names the users of the limit") {
  Engine engine = make_company();
  save(engine,
       [](Write& write) { add_member(write, Path::parse("/a/b"), "one@x.example", taking(4), IfExists::fail); });
  const Violations violations =
      refusal_of(engine, [](Write& write) { set_license(write, Path::parse("/a"), "ceiling", holding(3)); });
  REQUIRE(violations.total() == 1);
  const Violation& violation = violations.listed().front();
  CHECK(violation.limit == 3);
  CHECK(violation.allotted == 4);
  CHECK_FALSE(violation.accepted.has_value());
  REQUIRE(violation.holders.total == 1);
  CHECK(violation.holders.listed.front().by == "/a/b");
  CHECK(violation.holders.listed.front().count == 4);
}

TEST_CASE("a dry run has the outcome of the real run and changes nothing") {
  Engine engine = make_company();
  const auto remove = [](Write& write) { remove_group(write, Path::parse("/a"), Recursive::yes); };
  const std::string before = text_of(engine);
  const Outcome outcome = run(engine, DryRun::yes, remove);
  CHECK(outcome.is_dry_run);
  CHECK(text_of(engine) == before);
  CHECK(count_entries(engine) == 1);
  const Outcome real = run(engine, DryRun::no, remove);
  CHECK_FALSE(real.is_dry_run);
  CHECK(text_of(engine) != before);
  for (const Outcome& each : {outcome, real}) {
    CHECK(each.removed.groups == 2);
    CHECK(each.removed.licenses == 1);
    CHECK(each.removed.total() == 3);
    CHECK(each.changes.size() == 3);
  }
}

TEST_CASE("a write without a change creates no revision") {
  Engine engine = make_company();
  const Outcome outcome = save(engine, [](Write& write) { set_group(write, Path::parse("/a"), {}); });
  CHECK(outcome.unchanged.groups == 1);
  CHECK_FALSE(outcome.has_changes());
  CHECK(outcome.revision == 1);
  CHECK(count_entries(engine) == 1);
}

TEST_CASE("the stored figures match the rows after any operation, and a failed operation changes nothing") {
  Engine engine = make_company();
  std::mt19937 random{20261124};  // NOLINT: the same operations in every run
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::vector<std::string> paths{"/", "/a", "/a/b", "/a/b/c", "/d", "/d/e"};
  const auto place = [&] { return Path::parse(paths[static_cast<std::size_t>(pick(6))]); };
  std::map<ErrorKind, int> ends;
  int saved = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string email = "u" + std::to_string(pick(6)) + "@x.example";
    const std::string before = text_of(engine);
    const std::size_t entries = count_entries(engine);
    try {
      save(engine, [&](Write& write) {
        switch (pick(9)) {
          case 0:
            return add_group(write, place(), {}, Parents::create, IfExists::fail);
          case 1:
            return move_group(write, place(), place());
          case 2:
            return remove_group(write, place(), pick(3) == 0 ? Recursive::yes : Recursive::no);
          case 3:
            return add_license(write, place(), "l", holding(pick(8)), std::nullopt, IfExists::fail);
          case 4:
            return set_license(write, place(), "l", holding(pick(8)));
          case 5:
            return add_member(write, place(), email, taking(pick(4)), IfExists::fail);
          case 6:
            return set_member(write, place(), email, taking(pick(4)));
          case 7:
            return remove_member(write, place(), email);
          default: {
            GroupPatch specified;
            specified.restriction = static_cast<Restriction>(pick(3));
            return set_group(write, place(), specified);
          }
        }
      });
      ++saved;
    } catch (const Error& error) {
      ++ends[error.kind()];
      REQUIRE(text_of(engine) == before);
      REQUIRE(count_entries(engine) == entries);
    }
    const CheckReport report = View{engine}.check();
    REQUIRE_MESSAGE(report.total == 0, report.faults.front().what << " " << report.faults.front().group);
  }
  CHECK(saved > 60);
  int failed = 0;
  for (const ErrorKind kind :
       {ErrorKind::usage, ErrorKind::refused, ErrorKind::not_found, ErrorKind::exists, ErrorKind::not_empty}) {
    CHECK(ends[kind] > 0);
    failed += ends[kind];
  }
  CHECK(saved + failed == 400);  // no other error
}
