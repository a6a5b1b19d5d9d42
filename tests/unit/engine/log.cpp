#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "libcore/engine/entry_text.hpp"
#include "libcore/engine/net_changes.hpp"
#include "libcore/engine/view.hpp"
#include "libcore/engine/write.hpp"
#include "tests/unit/support.hpp"

namespace allot {
namespace {

using unit::error_of;

const Day kToday = *Day::parse("2026-11-24");

/// An engine whose clock says what `now` does.
Engine make_engine(std::function<std::int64_t()> now, std::optional<std::string> actor = std::nullopt) {
  Store store = Store::create("/tmp/allot-unit-store");
  return Engine{std::move(store), kToday, std::move(actor), Origin{"tester", Via::command, "words", std::move(now)}};
}

void add_group(Engine& engine, const char* path) {
  Write write{engine, DryRun::no};
  write.add_group(Path::parse(path), {}, Parents::must_exist, IfExists::fail);
  write.commit();
}

/// The entries of the log, newest first: their revisions and times.
std::vector<std::pair<std::int64_t, std::int64_t>> entries_of(Engine& engine) {
  std::vector<std::pair<std::int64_t, std::int64_t>> entries;
  View{engine}.for_each_entry({}, [&](const LogEntry& entry) { entries.emplace_back(entry.revision, entry.time); });
  return entries;
}

Change change_of(Membership before, Membership after) {
  return {Op::update, What::membership, "/a", before.email, before, after, {1, 2}};
}

Membership member(const char* email, const char* name) {
  Membership membership;
  membership.email = email;
  membership.name = name;
  return membership;
}

TEST_CASE("every kind of change is read back as it was written") {
  Catalogue catalogue;
  const ResourceId lift = catalogue.add_counted("lift", std::nullopt);
  const FeatureId door = catalogue.add_feature("door");
  License license;
  license.name = "main";
  license.type = "";
  license.grant.counts.set(lift, 2147483647);
  license.grant.features.add(door);
  license.grant.period = {*Day::parse("0001-01-01"), Day::forever()};
  Membership user = member("bob@x.example", "Bob O'Hara, \"B\"");
  user.inherits_features = false;
  user.role = Role::concierge;
  GroupTraits traits;
  traits.kind = "dealer's";
  traits.suspended = true;
  traits.restriction = Restriction::shared;
  traits.reminder = Reminder{14, Repeat::monthly, true};
  const std::vector<Change> changes{
      {Op::create, What::catalog, {}, "lift", {}, EntryState{true, ""}, {}},
      {Op::remove, What::license, "/a b", "main", license, {}, {1, 2}},
      {Op::create, What::membership, "/a b", user.email, {}, user, {1, 2}},
      {Op::create, What::mail_template, {}, "user", {}, Letter{"a\tb", "\\n\n\\", {}}, {}},
      {Op::update, What::mail_template, {}, "user", Letter{"", "x", ""}, Letter{"s", "", "<p>\n</p>\n"}, {}},
      {Op::update, What::group, "/a b", {}, GroupState{"/a b", {}, 1}, GroupState{"/c", traits, 1}, {1, 2}},
  };
  std::string content;
  for (const Change& change : changes) append_change(change, catalogue, content);
  append_mark({1, 2}, content);
  const EntryContent read = read_content(content, catalogue);
  REQUIRE(read.changes.size() == changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    CHECK(read.changes[i].op == changes[i].op);
    CHECK(read.changes[i].path == changes[i].path);
    CHECK(read.changes[i].name == changes[i].name);
    CHECK(read.changes[i].way == changes[i].way);
    CHECK(read.changes[i].before == changes[i].before);
    CHECK(read.changes[i].after == changes[i].after);
  }
  CHECK(read.marked == std::vector<std::vector<std::int64_t>>{{1, 2}});
}

TEST_CASE("a catalogue learns what an entry names and it does not have") {
  Catalogue full;
  License license;
  license.name = "main";
  license.grant.counts.set(full.add_counted("lift", std::nullopt), 3);
  std::string content;
  append_change({Op::create, What::license, "/a", "main", {}, license, {1, 2}}, full, content);
  Catalogue empty;
  const EntryContent read = read_content(content, empty);
  CHECK(empty.find_counted("lift").has_value());
  CHECK(std::get<License>(read.changes[0].after).grant.counts[*empty.find_counted("lift")] == 3);
}

TEST_CASE("content that was cut is told as damage") {
  Catalogue catalogue;
  std::string content;
  append_change(change_of(member("a@x.example", ""), member("a@x.example", "A")), catalogue, content);
  for (std::size_t size = 1; size < content.size(); ++size) {
    CAPTURE(size);
    CHECK(error_of([&] { read_content(content.substr(0, size), catalogue); }).kind() == ErrorKind::store);
  }
}

TEST_CASE("changes of one thing come to one, and none where it is as it was") {
  const Membership a = member("a@x.example", "A");
  const Membership b = member("a@x.example", "B");
  const Membership c = member("a@x.example", "C");
  const NetChanges net = net_of({change_of(a, b), change_of(b, c)});
  REQUIRE(net.size() == 1);
  CHECK(net.begin()->second.before == ItemState{a});
  CHECK(net.begin()->second.after == ItemState{c});
  CHECK(net_of({change_of(a, b), change_of(b, a)}).empty());
}

TEST_CASE("another e-mail is one membership that goes and one that comes") {
  const NetChanges net = net_of({change_of(member("a@x.example", "A"), member("b@x.example", "A"))});
  REQUIRE(net.size() == 2);
  CHECK(net.begin()->second.removes());
  CHECK(net.rbegin()->second.makes());
}

TEST_CASE("a user renamed twice is one, and one whose e-mail another had is not") {
  const auto rename = [](const char* from, const char* to) { return change_of(member(from, "A"), member(to, "A")); };
  const NetChanges net = net_of({rename("a@x.example", "t@x.example"), rename("t@x.example", "b@x.example")});
  REQUIRE(net.size() == 2);
  CHECK(net.begin()->second.other_email == "b@x.example");
  CHECK(net.rbegin()->second.other_email == "a@x.example");
  const Membership b = member("b@x.example", "B");
  const Change removal{Op::remove, What::membership, "/a", b.email, b, {}, {1, 2}};
  for (const auto& [key, change] : net_of({removal, rename("a@x.example", "b@x.example")})) {
    CHECK(change.other_email.empty());
  }
}

TEST_CASE("what is made and removed in one write is nothing, and saves nothing") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::no};
    write.add_group(Path::parse("/a"), {}, Parents::must_exist, IfExists::fail);
    write.rename_group(Path::parse("/a"), "b");
    write.remove_group(Path::parse("/b"), Recursive::no);
    const Outcome outcome = write.commit();
    CHECK_FALSE(outcome.has_changes());
    CHECK(outcome.changes.empty());
    CHECK(outcome.revision == 0);
  }
  CHECK(entries_of(engine).empty());
}

TEST_CASE("of thousands of groups made in a write those count that are left") {
  Engine engine = make_engine([] { return 0; });
  add_group(engine, "/old");
  {
    Write write{engine, DryRun::no};
    for (int i = 0; i < 1500; ++i) {
      write.add_group(Path::parse("/g" + std::to_string(i)), {}, Parents::must_exist, IfExists::fail);
    }
    GroupPatch kind;
    kind.kind = "site";
    write.set_group(Path::parse("/g1"), kind);
    write.set_group(Path::parse("/g1400"), kind);
    write.rename_group(Path::parse("/g1400"), "h");
    write.remove_group(Path::parse("/g2"), Recursive::no);
    write.move_group(Path::parse("/old"), Path::parse("/h"));
    write.rename_group(Path::parse("/h"), "i");
    const Outcome outcome = write.commit();
    CHECK(outcome.created.groups == 1499);
    CHECK(outcome.updated.groups == 1);
    CHECK(outcome.removed.total() == 0);
  }
  View view{engine};
  const WholeEntry whole = view.entry(2);
  CHECK(whole.entry.changes == 1500);
  REQUIRE(whole.changes.size() == 1);
  CHECK(std::get<GroupState>(whole.changes[0].after).path == "/i/old");
  std::size_t told = 0;
  view.for_each_untold(whole, [&](const Change&) { ++told; });
  CHECK(told == 1499);
}

TEST_CASE("a write that removes again all of the thousands of groups that it made saves nothing") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::no};
    write.add_group(Path::parse("/top"), {}, Parents::must_exist, IfExists::fail);
    for (int i = 0; i < 1500; ++i) {
      write.add_group(Path::parse("/top/g" + std::to_string(i)), {}, Parents::must_exist, IfExists::fail);
    }
    write.remove_group(Path::parse("/top"), Recursive::yes);
    CHECK_FALSE(write.commit().has_changes());
  }
  CHECK(entries_of(engine).empty());
}

TEST_CASE("revisions grow where the clock goes back") {
  std::int64_t now = 1'000'000;
  Engine engine = make_engine([&] { return now; });
  add_group(engine, "/a");
  now = 500;
  add_group(engine, "/b");
  CHECK(entries_of(engine) == std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 500}, {1, 1'000'000}});
  View view{engine};
  const WholeEntry whole = view.entry(2);
  CHECK(whole.entry.login == "tester");
  CHECK(whole.entry.command == "words");
  CHECK(whole.changes.size() == 1);
}

TEST_CASE("a dry run, and a write that changes nothing, leave no entry") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::yes};
    write.add_group(Path::parse("/a"), {}, Parents::must_exist, IfExists::fail);
    CHECK(write.commit().revision == 0);
  }
  CHECK(entries_of(engine).empty());
  {
    Write write{engine, DryRun::no};
    write.set_group(Path{}, {});
    CHECK(write.commit().revision == 0);
  }
  CHECK(entries_of(engine).empty());
}

TEST_CASE("an entry of thousands of groups that were made keeps none of them, and tells of each") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::no};
    for (int i = 0; i < 3000; ++i) {
      write.add_group(Path::parse("/g" + std::to_string(i)), {}, Parents::must_exist, IfExists::fail);
    }
    write.commit();
  }
  View view{engine};
  const WholeEntry whole = view.entry(1);
  CHECK(whole.entry.changes == 3000);
  CHECK(whole.changes.empty());
  REQUIRE(whole.fresh.has_value());
  std::size_t told = 0;
  view.for_each_untold(whole, [&](const Change&) { ++told; });
  CHECK(told == 3000);
}

}  // namespace
}  // namespace allot
