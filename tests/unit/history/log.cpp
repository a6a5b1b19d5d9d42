#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "libcore/edit/catalogue.hpp"
#include "libcore/edit/groups.hpp"
#include "libcore/edit/licenses.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/query/view.hpp"
#include "tests/unit/support.hpp"

namespace allot {
namespace {

const Day kToday = *Day::parse("2026-11-24");

/// An engine with the clock `now`.
Engine make_engine(std::function<std::int64_t()> now, std::optional<std::string> actor = std::nullopt) {
  std::unique_ptr<Store> store = create_store("/tmp/allot-unit-store");
  return Engine{std::move(store), kToday, std::move(actor), Origin{"tester", Via::command, "words", std::move(now)}};
}

void add_group(Engine& engine, const char* path) {
  Write write{engine, DryRun::no};
  add_group(write, Path::parse(path), {}, Parents::must_exist, IfExists::fail);
  write.commit();
}

/// The entries of the log, newest first: their revisions and times.
std::vector<std::pair<std::int64_t, std::int64_t>> entries_of(Engine& engine) {
  std::vector<std::pair<std::int64_t, std::int64_t>> entries;
  View{engine}.for_each_entry({}, [&](const LogEntry& entry) { entries.emplace_back(entry.revision, entry.time); });
  return entries;
}

TEST_CASE("rows that one write creates and removes are not logged, and nothing is saved") {
  Engine engine = make_engine([] { return 0; });
  add_group(engine, "/first");
  {
    Write write{engine, DryRun::no};
    add_group(write, Path::parse("/a"), {}, Parents::must_exist, IfExists::fail);
    rename_group(write, Path::parse("/a"), "b");
    remove_group(write, Path::parse("/b"), Recursive::no);
    const Outcome outcome = write.commit();
    CHECK_FALSE(outcome.has_changes());
    CHECK(outcome.changes.empty());
    CHECK(outcome.revision == 1);
  }
  CHECK(entries_of(engine).size() == 1);
}

TEST_CASE("of thousands of groups created in a write the remaining groups are counted") {
  Engine engine = make_engine([] { return 0; });
  add_group(engine, "/old");
  {
    Write write{engine, DryRun::no};
    for (int i = 0; i < 1500; ++i) {
      add_group(write, Path::parse("/g" + std::to_string(i)), {}, Parents::must_exist, IfExists::fail);
    }
    GroupPatch kind;
    kind.kind = "site";
    set_group(write, Path::parse("/g1"), kind);
    set_group(write, Path::parse("/g1400"), kind);
    rename_group(write, Path::parse("/g1400"), "h");
    remove_group(write, Path::parse("/g2"), Recursive::no);
    move_group(write, Path::parse("/old"), Path::parse("/h"));
    rename_group(write, Path::parse("/h"), "i");
    const Outcome outcome = write.commit();
    CHECK(outcome.created.groups == 1499);
    CHECK(outcome.updated.groups == 1);
    CHECK(outcome.removed.total() == 0);
  }
  View view{engine};
  CHECK(view.entry(2).changes == 1500);
  EntryChanges changes = view.changes_of(2);
  std::size_t created = 0;
  std::vector<Change> others;
  changes.for_each([&](Change&& change) {
    if (change.op == Op::create) {
      ++created;
    } else {
      others.push_back(std::move(change));
    }
  });
  CHECK(created == 1499);
  REQUIRE(others.size() == 1);
  CHECK(std::get<GroupState>(others[0].before).path == "/old");
  CHECK(std::get<GroupState>(others[0].after).path == "/i/old");
}

TEST_CASE("a write that removes all of the thousands of groups that it created saves nothing") {
  Engine engine = make_engine([] { return 0; });
  add_group(engine, "/first");
  {
    Write write{engine, DryRun::no};
    add_group(write, Path::parse("/top"), {}, Parents::must_exist, IfExists::fail);
    for (int i = 0; i < 1500; ++i) {
      add_group(write, Path::parse("/top/g" + std::to_string(i)), {}, Parents::must_exist, IfExists::fail);
    }
    remove_group(write, Path::parse("/top"), Recursive::yes);
    CHECK_FALSE(write.commit().has_changes());
  }
  CHECK(entries_of(engine).size() == 1);
}

TEST_CASE("revisions increase if the clock goes back") {
  std::int64_t now = 1'000'000;
  Engine engine = make_engine([&] { return now; });
  add_group(engine, "/a");
  now = 500;
  add_group(engine, "/b");
  CHECK(entries_of(engine) == std::vector<std::pair<std::int64_t, std::int64_t>>{{2, 500}, {1, 1'000'000}});
  View view{engine};
  const LogEntry entry = view.entry(2);
  CHECK(entry.login == "tester");
  CHECK(entry.command == "words");
  CHECK(view.changes_of(2).list().size() == 1);
}

TEST_CASE("a dry run, and a write that changes nothing, leave no entry") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::yes};
    add_group(write, Path::parse("/a"), {}, Parents::must_exist, IfExists::fail);
    CHECK(write.commit().revision == 0);
  }
  CHECK(entries_of(engine).empty());
  {
    Write write{engine, DryRun::no};
    set_group(write, Path{}, {});
    CHECK(write.commit().revision == 0);
  }
  CHECK(entries_of(engine).empty());
}

TEST_CASE("each kind of change is read back from the versions of its row") {
  Engine engine = make_engine([] { return 0; });
  const auto write = [&](const std::function<void(Write&)>& subcommands) {
    Write writing{engine, DryRun::no};
    subcommands(writing);
    const Outcome outcome = writing.commit();
    View view{engine};
    const std::vector<Change> changes = view.changes_of(outcome.revision).list();
    REQUIRE(changes.size() == outcome.changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
      CAPTURE(i);
      CHECK(changes[i].op == outcome.changes[i].op);
      CHECK(changes[i].what == outcome.changes[i].what);
      CHECK(changes[i].path == outcome.changes[i].path);
      CHECK(changes[i].name == outcome.changes[i].name);
    }
    return changes;
  };
  write([](Write& open) {
    add_counted(open, "lift", std::nullopt);
    add_feature(open, "door");
    add_group(open, Path::parse("/a b"), {}, Parents::must_exist, IfExists::fail);
    add_license(open, Path{}, "main", unit::holding(5), std::nullopt, IfExists::fail);
  });
  const auto grown = write([](Write& open) { set_license(open, Path{}, "main", unit::holding(7)); });
  REQUIRE(grown.size() == 1);
  CHECK(std::get<License>(grown[0].before).grant.counts != std::get<License>(grown[0].after).grant.counts);
  write([](Write& open) { set_group(open, Path::parse("/a b"), unit::kind("dealer's")); });
  write([](Write& open) { remove_entry(open, "lift"); });
  const auto removed = write([](Write& open) {
    remove_license(open, Path{}, "main");
    remove_group(open, Path::parse("/a b"), Recursive::no);
  });
  REQUIRE(removed.size() == 2);
  CHECK(std::get<License>(removed[0].before).name == "main");
  CHECK(std::get<GroupState>(removed[1].before).traits.kind == "dealer's");
}

TEST_CASE("a row that a write changes and changes back keeps its version, and the write leaves no entry") {
  Engine engine = make_engine([] { return 0; });
  add_group(engine, "/a");
  {
    Write write{engine, DryRun::no};
    rename_group(write, Path::parse("/a"), "b");
    rename_group(write, Path::parse("/b"), "a");
    add_member(write, Path{}, "ann@x.example", {}, IfExists::fail);
    remove_member(write, Path{}, "ann@x.example");
    CHECK_FALSE(write.commit().has_changes());
  }
  CHECK(entries_of(engine).size() == 1);
  add_group(engine, "/c");
  CHECK(View{engine}.changes_of(2).list().size() == 1);
}

TEST_CASE("a row that is removed and created again by one write is updated") {
  Engine engine = make_engine([] { return 0; });
  {
    Write write{engine, DryRun::no};
    add_license(write, Path{}, "main", unit::holding(5), Restriction::reserved, IfExists::fail);
    write.commit();
  }
  {
    Write write{engine, DryRun::no};
    remove_license(write, Path{}, "main");
    add_license(write, Path{}, "main", unit::holding(6), std::nullopt, IfExists::fail);
    const Outcome outcome = write.commit();
    CHECK(outcome.updated.licenses == 1);
    CHECK(outcome.created.total() + outcome.removed.total() == 0);
  }
  const std::vector<Change> changes = View{engine}.changes_of(2).list();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].op == Op::update);
}

TEST_CASE("the log is pruned up to a day, and the later entries stay complete") {
  std::int64_t now = 0;
  Engine engine = make_engine([&] { return now; });
  add_group(engine, "/a");
  now = 86'400;
  add_group(engine, "/b");
  now = 2 * 86'400;
  add_group(engine, "/c");
  {
    Write write{engine, DryRun::no};
    const PrunedLog pruned = write.prune_log(2 * 86'400);
    CHECK(pruned.entries == 2);
    CHECK(pruned.first_kept == 3);
  }
  CHECK(entries_of(engine) == std::vector<std::pair<std::int64_t, std::int64_t>>{{3, 2 * 86'400}});
  CHECK(View{engine}.check().total == 0);
  add_group(engine, "/d");
  CHECK(entries_of(engine).front().first == 4);
}

}  // namespace
}  // namespace allot
