#include "libcore/base/progress.hpp"
#include "libcore/query/backup.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "libcore/edit/groups.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/query/view.hpp"
#include "libcore/storage/location.hpp"

using namespace allot;

namespace {

/// The reports of a step: their number, whether they only increased up to the total, and the last value.
struct Told {
  int times = 0;
  bool grew = true;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct Listener {
  std::map<std::string, Told, std::less<>> steps;

  ReportProgress reader() {
    return [this](std::string_view step, std::uint64_t done, std::uint64_t total) {
      Told& told = steps[std::string{step}];
      told.grew = told.grew && done >= told.done && done <= total && (told.times == 0 || total == told.total);
      told.done = done;
      told.total = total;
      ++told.times;
    };
  }

  bool has_whole(const std::string& step, std::uint64_t total) {
    const Told& told = steps[step];
    return told.times > 0 && told.grew && told.done == total && told.total == total;
  }
};

/// A company with /a, /a/0 to /a/4 and a user in each of those five.
Engine make_company() {
  std::unique_ptr<Store> store = create_store("/tmp/allot-unit-store");
  {
    Store::Transaction transaction{*store, Store::Transaction::Kind::write};
    StoredEntry made;
    made.changes = 1;
    store->add_entry(made);
    transaction.commit();
  }
  Engine engine{std::move(store), *Day::parse("2026-11-24")};
  Write write{engine, DryRun::no};
  for (const char* name : {"0", "1", "2", "3", "4"}) {
    const Path path = Path::parse("/a").child(name);
    add_group(write, path, {}, Parents::create, IfExists::fail);
    add_member(write, path, "u@x.example", {}, IfExists::fail);
  }
  write.commit();
  return engine;
}

}  // namespace

TEST_CASE("a walk and an export report each group, with the number of groups in the included part") {
  Engine engine = make_company();
  View view{engine};
  Listener whole;
  view.on_progress(whole.reader());
  view.walk(Path{}, std::nullopt, [](const AncestorPath&) {});
  CHECK(whole.has_whole("groups", 7));
  Listener part;
  view.on_progress(part.reader());
  std::ostringstream out;
  view.export_hierarchy(Path::parse("/a"), out);
  CHECK(part.has_whole("groups", 6));
  view.on_progress({});
  view.walk(Path{}, std::nullopt, [](const AncestorPath&) {});
  CHECK(part.steps.at("groups").times == 6);
}

TEST_CASE("a check reports each row that it reads") {
  Engine engine = make_company();
  View view{engine};
  Listener listener;
  view.on_progress(listener.reader());
  CHECK(view.check().total == 0);
  CHECK(listener.has_whole("reading", 5));
}

TEST_CASE("a backup reports the bytes that it copies") {
  Engine engine = make_company();
  Listener listener;
  const std::string file = "/tmp/allot-unit-backup." + std::to_string(getpid());
  std::filesystem::remove(file);
  CHECK(back_up(engine, file, DryRun::no, listener.reader()) == 2);
  const std::uint64_t bytes = std::filesystem::file_size(file);
  std::filesystem::remove(file);
  CHECK(listener.has_whole("bytes", bytes));
}

TEST_CASE("a write on a subtree reports the rows that it reads and removes") {
  Engine engine = make_company();
  Write write{engine, DryRun::yes};
  Listener moving;
  write.on_progress(moving.reader());
  add_group(write, Path::parse("/b"), {}, Parents::must_exist, IfExists::fail);
  CHECK(moving.steps.empty());
  move_group(write, Path::parse("/a"), Path::parse("/b"));
  CHECK(moving.steps["reading"].done == 6);
  CHECK(moving.steps["reading"].total == 6);
  Listener removing;
  write.on_progress(removing.reader());
  remove_group(write, Path::parse("/b"), Recursive::yes);
  CHECK(removing.has_whole("reading", 7));
  CHECK(removing.has_whole("removing", 7));
}
