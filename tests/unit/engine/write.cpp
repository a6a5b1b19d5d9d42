#include "libcore/engine/write.hpp"

#include <doctest/doctest.h>

#include <random>

#include "libcore/engine/view.hpp"

using namespace allot;

namespace {

const Day kToday = *Day::parse("2026-11-24");

/// An engine on a store that has no name yet and vanishes with it.
Engine make_engine() { return Engine{Store::create("/tmp/allot-unit-store"), kToday}; }

LicenseChange holding(std::int32_t sip, std::int32_t mobile = 0) {
  LicenseChange said;
  said.grant.counts = {{"sip", sip}, {"mobile", mobile}};
  return said;
}

MembershipChange taking(std::int32_t sip) {
  MembershipChange said;
  said.grant.counts = {{"sip", sip}};
  return said;
}

/// Runs `verbs` as one saved write.
template <typename Verbs>
Outcome save(Engine& engine, Verbs verbs) {
  Write write{engine, DryRun::no};
  verbs(write);
  return write.commit();
}

/// A reserved company with 10 sip and a shared group /a whose ceiling is 6.
Engine make_company() {
  Engine engine = make_engine();
  save(engine, [](Write& write) {
    write.add_license(Path{}, "main", holding(10), Restriction::reserved, IfExists::fail);
    write.add_group(Path::parse("/a/b"), {}, Parents::create, IfExists::fail);
    write.add_license(Path::parse("/a"), "ceiling", holding(6), Restriction::shared, IfExists::fail);
  });
  return engine;
}

Violations refusal_of(Engine& engine, const std::function<void(Write&)>& verbs) {
  try {
    save(engine, verbs);
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::refused);
    return error.violations();
  }
  return {};
}

}  // namespace

TEST_CASE("a grant beyond a limit is refused with the most that would have been accepted, and nothing is saved") {
  Engine engine = make_company();
  const Path place = Path::parse("/a/b");
  save(engine, [&](Write& write) { write.add_member(place, "one@x.example", taking(4), IfExists::fail); });
  const Violations violations =
      refusal_of(engine, [&](Write& write) { write.add_member(place, "two@x.example", taking(3), IfExists::fail); });
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
  CHECK(View{engine}.chain(place).back().members == 1);
  save(engine, [&](Write& write) { write.add_member(place, "two@x.example", taking(2), IfExists::fail); });
  CHECK(View{engine}.check().total == 0);
}

TEST_CASE("a limit that is lowered below its use names who uses it") {
  Engine engine = make_company();
  save(engine, [](Write& write) { write.add_member(Path::parse("/a/b"), "one@x.example", taking(4), IfExists::fail); });
  const Violations violations =
      refusal_of(engine, [](Write& write) { write.set_license(Path::parse("/a"), "ceiling", holding(3)); });
  REQUIRE(violations.total() == 1);
  const Violation& violation = violations.listed().front();
  CHECK(violation.limit == 3);
  CHECK(violation.allotted == 4);
  CHECK_FALSE(violation.accepted.has_value());
  REQUIRE(violation.holders.size() == 1);
  CHECK(violation.holders.front().by == "/a/b");
  CHECK(violation.holders.front().count == 4);
}

TEST_CASE("a dry run answers as the real one and changes nothing") {
  Engine engine = make_company();
  Write write{engine, DryRun::yes};
  write.remove_group(Path::parse("/a"), Recursive::yes);
  const Outcome outcome = write.commit();
  CHECK(outcome.is_dry_run);
  CHECK(outcome.removed.groups == 2);
  CHECK(outcome.removed.licenses == 1);
}

TEST_CASE("what changes nothing makes no revision") {
  Engine engine = make_company();
  const Outcome first = save(engine, [](Write& write) { write.set_group(Path::parse("/a"), {}); });
  CHECK(first.unchanged.groups == 1);
  const Outcome second = save(engine, [](Write& write) { write.set_group(Path::parse("/a"), {}); });
  CHECK(second.revision == first.revision);
}

TEST_CASE("figures that are kept stay those of the rows, whatever is done") {
  Engine engine = make_company();
  std::mt19937 random{20261124};  // NOLINT: the same operations in every run
  const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  const std::vector<std::string> paths{"/", "/a", "/a/b", "/a/b/c", "/d", "/d/e"};
  const auto place = [&] { return Path::parse(paths[static_cast<std::size_t>(pick(6))]); };
  int saved = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string email = "u" + std::to_string(pick(6)) + "@x.example";
    try {
      save(engine, [&](Write& write) {
        switch (pick(9)) {
          case 0:
            return write.add_group(place(), {}, Parents::create, IfExists::fail);
          case 1:
            return write.move_group(place(), place());
          case 2:
            return write.remove_group(place(), pick(3) == 0 ? Recursive::yes : Recursive::no);
          case 3:
            return write.add_license(place(), "l", holding(pick(8)), std::nullopt, IfExists::fail);
          case 4:
            return write.set_license(place(), "l", holding(pick(8)));
          case 5:
            return write.add_member(place(), email, taking(pick(4)), IfExists::fail);
          case 6:
            return write.set_member(place(), email, taking(pick(4)));
          case 7:
            return write.remove_member(place(), email);
          default: {
            GroupPatch said;
            said.restriction = static_cast<Restriction>(pick(3));
            return write.set_group(place(), said);
          }
        }
      });
      ++saved;
    } catch (const Error&) {
      // refused or impossible: then nothing may have changed either
    }
    const CheckReport report = View{engine}.check();
    REQUIRE_MESSAGE(report.total == 0, report.faults.front().what << " " << report.faults.front().group);
  }
  CHECK(saved > 60);
}
