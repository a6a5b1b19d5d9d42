#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "libcore/edit/groups.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/query/view.hpp"
#include "tests/unit/support.hpp"

namespace allot {
namespace {

const Day kToday = *Day::parse("2026-11-24");

Engine make_engine(std::unique_ptr<Store> store, std::optional<std::string> actor = std::nullopt) {
  return Engine{std::move(store), kToday, std::move(actor), Origin{"tester", Via::command, "words"}};
}

Engine open_engine(const std::string& file, std::optional<std::string> actor = std::nullopt) {
  return make_engine(open_store(file, std::chrono::milliseconds{0}), std::move(actor));
}

void add_group(Engine& engine, const std::string& path) {
  Write write{engine, DryRun::no};
  add_group(write, Path::parse(path), {}, Parents::must_exist, IfExists::fail);
  write.commit();
}

/// The revisions that are read from `position` on, at most `most`.
std::vector<std::int64_t> read_on(Engine& engine, LogPosition& position, std::size_t most = SIZE_MAX) {
  std::vector<std::int64_t> revisions;
  View{engine}.read_on(position, [&](const LogEntry& entry, EntryChanges& changes) {
    CHECK_FALSE(changes.list().empty());
    revisions.push_back(entry.revision);
    return revisions.size() < most;
  });
  return revisions;
}

using Revisions = std::vector<std::int64_t>;

TEST_CASE("the log is read on from where reading stopped, oldest first, without a gap and without a repetition") {
  Engine engine = make_engine(create_store("/tmp/allot-unit-store"));
  for (const char* const path : {"/a", "/b", "/c"}) add_group(engine, path);
  LogPosition position;
  CHECK(read_on(engine, position, 2) == Revisions{1, 2});
  CHECK(position.revision == 2);
  CHECK(read_on(engine, position, 1) == Revisions{3});
  CHECK(read_on(engine, position) == Revisions{});
  add_group(engine, "/d");
  CHECK(read_on(engine, position) == Revisions{4});
  LogPosition later{3};
  CHECK(read_on(engine, later) == Revisions{4});
  LogPosition above{5};
  CHECK_THROWS_WITH_AS(read_on(engine, above), "the log has no revision 5", Error);
}

TEST_CASE("entries that were not read and are pruned are reported, others are not missed") {
  Engine engine = make_engine(create_store("/tmp/allot-unit-store"));
  for (const char* const path : {"/a", "/b"}) add_group(engine, path);
  LogPosition first{1};
  LogPosition last;
  read_on(engine, last);
  {
    Write write{engine, DryRun::no};
    write.prune_log(1'000'000);
  }
  CHECK_THROWS_WITH_AS(read_on(engine, first), "the entries after revision 1 were pruned, up to 2", Error);
  CHECK(read_on(engine, last) == Revisions{});
  add_group(engine, "/c");
  CHECK(read_on(engine, last) == Revisions{3});
}

TEST_CASE("another store in the place of the one that was read is noticed by its revision or by its entry") {
  Engine read = make_engine(create_store("/tmp/allot-unit-store"));
  for (const char* const path : {"/a", "/b"}) add_group(read, path);
  LogPosition position;
  read_on(read, position);
  Engine shorter = make_engine(create_store("/tmp/allot-unit-store"));
  add_group(shorter, "/a");
  CHECK_THROWS_AS(read_on(shorter, position), Error);
  Engine other{create_store("/tmp/allot-unit-store"), kToday, std::nullopt, Origin{"another", Via::command, "words"}};
  for (const char* const path : {"/a", "/b", "/c"}) add_group(other, path);
  CHECK_THROWS_WITH_AS(read_on(other, position), "the store was replaced: its revision 2 is not the one that was read",
                       Error);
}

TEST_CASE("an actor reads what it sees on the day, and its position passes over the rest") {
  const unit::Folder folder;
  const std::string file = folder.file("store");
  create_store(file)->save();
  Engine full = open_engine(file);
  for (const char* const path : {"/a", "/b", "/b/c"}) add_group(full, path);
  {
    Write write{full, DryRun::no};
    MembershipChange admin;
    admin.role = Role::admin;
    admin.grant.until = kToday;
    add_member(write, Path::parse("/b"), "ann@x.example", admin, IfExists::fail);
    write.commit();
  }
  add_group(full, "/d");
  Engine ann = open_engine(file, "ann@x.example");
  LogPosition position;
  CHECK(read_on(ann, position) == Revisions{2, 3, 4});
  CHECK(position.revision == 5);
  LogPosition hidden{5};
  CHECK_THROWS_WITH_AS(read_on(ann, hidden), "the log has no revision 5", Error);
  add_group(full, "/b/e");
  ann.set_today(*Day::parse("2026-11-25"));
  CHECK(read_on(ann, position) == Revisions{});
}

TEST_CASE("every commit changes the counter of an SQLite file, and another file in its place is noticed") {
  const unit::Folder folder;
  const std::string file = folder.file("store");
  create_store(file)->save();
  Engine reading = open_engine(file);
  Engine writing = open_engine(file);
  LogPosition position;
  read_on(reading, position);
  CHECK(reading.find_change_counter() == position.change_counter);
  add_group(writing, "/a");
  CHECK(reading.find_change_counter() != position.change_counter);
  read_on(reading, position);
  CHECK(reading.find_change_counter() == position.change_counter);
  for (const char* const path : {"/b", "/c"}) add_group(writing, path);
  CHECK(read_on(reading, position, 1) == Revisions{2});
  CHECK_FALSE(position.change_counter.has_value());  // the file stays as it is, and yet there is more
  CHECK(read_on(reading, position, 1) == Revisions{3});
  CHECK(position.change_counter.has_value());
  CHECK(reading.find_change_counter() == position.change_counter);
  create_store(folder.file("other"))->save();
  std::filesystem::rename(folder.file("other"), file);
  CHECK_THROWS_AS(reading.find_change_counter(), Error);
  std::filesystem::remove(file);
  CHECK_THROWS_AS(reading.find_change_counter(), Error);
}

}  // namespace
}  // namespace allot
