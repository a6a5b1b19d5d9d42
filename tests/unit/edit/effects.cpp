#include "libcore/edit/effects.hpp"

#include "libcore/edit/licenses.hpp"
#include "libcore/edit/undo.hpp"
#include "libcore/storage/location.hpp"
#include "tests/unit/support.hpp"

using namespace allot;
using namespace allot::unit;

namespace {

Engine make_engine() { return Engine{create_store("/tmp/allot-unit-store"), day(kToday)}; }

template <typename Verbs>
Outcome save(Engine& engine, Verbs subcommands, DryRun dry_run = DryRun::no) {
  Write write{engine, dry_run};
  subcommands(write);
  return write.commit();
}

GroupPatch suspend(bool suspended) {
  GroupPatch patch;
  patch.suspended = suspended;
  return patch;
}

/// /a/b with a user who holds sip, in a company without restriction.
Engine make_tree() {
  Engine engine = make_engine();
  save(engine, [](Write& write) {
    add_group(write, Path::parse("/a/b"), {}, Parents::create, IfExists::fail);
    MembershipChange member;
    member.grant.counts = {{"sip", 1}};
    member.drops_features = true;
    add_member(write, Path::parse("/a/b"), "ann@x.example", member, IfExists::fail);
  });
  return engine;
}

Effect effect(const char* item, Effect::Change change, std::int64_t groups, std::int64_t memberships, const char* by) {
  return {item, change, groups, memberships, {day(kToday), Day::forever()}, by};
}

}  // namespace

TEST_CASE("a suspension blocks every item in the group and below, and undo unblocks them") {
  Engine engine = make_tree();
  const auto suspend_a = [](Write& write) { set_group(write, Path::parse("/a"), suspend(true)); };
  const std::vector<Effect> expected{effect("sip", Effect::Change::blocked, 2, 1, "/a"),
                                     effect("mobile", Effect::Change::blocked, 2, 0, "/a"),
                                     effect("ukey2", Effect::Change::blocked, 2, 0, "/a")};
  CHECK(save(engine, suspend_a, DryRun::yes).effects == expected);
  CHECK(save(engine, suspend_a).effects == expected);
  std::vector<Effect> undone = expected;
  for (Effect& each : undone) each.change = Effect::Change::unblocked;
  CHECK(save(engine, [](Write& write) { undo(write, std::nullopt); }).effects == undone);
}

TEST_CASE("the effects of several changes are net") {
  Engine engine = make_tree();
  const Outcome nothing = save(engine, [](Write& write) {
    set_group(write, Path::parse("/a"), suspend(true));
    set_group(write, Path::parse("/a"), suspend(false));
    add_group(write, Path::parse("/new"), {}, Parents::must_exist, IfExists::fail);
    set_group(write, Path::parse("/new"), suspend(true));
  });
  CHECK(nothing.effects.empty());
  const Outcome moved = save(engine, [](Write& write) {
    move_group(write, Path::parse("/a/b"), Path::parse("/new"));
    remove_group(write, Path::parse("/a"), Recursive::yes);
  });
  CHECK(moved.effects == std::vector<Effect>{effect("sip", Effect::Change::blocked, 1, 1, "/new"),
                                             effect("mobile", Effect::Change::blocked, 1, 0, "/new"),
                                             effect("ukey2", Effect::Change::blocked, 1, 0, "/new")});
}

TEST_CASE("a write that cannot block anything records no groups") {
  Engine engine = make_tree();
  Write write{engine, DryRun::no};
  LicenseChange license;
  license.grant.counts = {{"sip", 5}};
  add_license(write, Path{}, "main", license, Restriction::reserved, IfExists::fail);
  CHECK(write.changes().blocking_groups() == std::vector<GroupId>{kRootGroup});
  license.grant.counts = {{"sip", 6}};
  set_license(write, Path{}, "main", license);
  GroupPatch kind;
  kind.kind = "site";
  set_group(write, Path::parse("/a"), kind);
  add_group(write, Path::parse("/a/c"), {}, Parents::must_exist, IfExists::fail);
  rename_group(write, Path::parse("/a/c"), "d");
  add_member(write, Path::parse("/a/d"), "bo@x.example", {}, IfExists::fail);
  CHECK(write.changes().blocking_groups() == std::vector<GroupId>{kRootGroup});
}

TEST_CASE("a user of a blocked group is noted") {
  Engine engine = make_tree();
  save(engine, [](Write& write) { set_group(write, Path::parse("/a"), suspend(true)); });
  const Outcome added =
      save(engine, [](Write& write) { add_member(write, Path::parse("/a/b"), "bo@x.example", {}, IfExists::fail); });
  CHECK(added.effects.empty());
  CHECK(added.notes == std::vector<std::string>{"everything is blocked in /a/b: /a is suspended"});
}
