#include <sqlite3.h>

#include "libcore/store/schema.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

/// A file that holds a store as an earlier version of the schema had it.
class Earlier {
 public:
  explicit Earlier(int version) {
    REQUIRE(sqlite3_open(file.c_str(), &database_) == SQLITE_OK);
    run(schema::kTables);
    run(schema::kIndexes);
    if (version > 1) run(schema::kLog);
    run("INSERT INTO store (id, revision) VALUES (1, 7);"
        "INSERT INTO catalog VALUES (1, 'sip', 1, NULL), (2, 'mobile', 1, 1), (3, 'ukey2', 0, NULL);"
        "INSERT INTO groups VALUES (1, NULL, '', NULL, 0, 0, NULL, NULL, NULL),"
        " (5, 1, 'north', 'dealer', 0, 0, NULL, NULL, NULL);"
        "INSERT INTO memberships VALUES (5, 'ann@n.example', 'Ann', 2, '', NULL, NULL, NULL);"
        "INSERT INTO figures VALUES (1, 1, 0, 0, x''), (5, 0, 1, 0, x'')");
    if (version > 1) run("UPDATE store SET logged_from = 7, logged_groups = 6");
    run("PRAGMA application_id = 1634495599");
    run(("PRAGMA user_version = " + std::to_string(version)).c_str());
    sqlite3_close(database_);
  }

  Engine engine() const { return {Store::open(file, std::chrono::milliseconds{0}), day(kToday)}; }

  /// The version that the file says it has.
  std::int64_t version() const { return static_cast<unsigned char>(read_file(file)[63]); }

  Folder folder;
  std::string file = folder.file("store.db");

 private:
  void run(const char* sql) {
    char* fault = nullptr;
    sqlite3_exec(database_, sql, nullptr, nullptr, &fault);
    REQUIRE_MESSAGE(fault == nullptr, fault);
  }

  sqlite3* database_ = nullptr;
};

const std::string kText = R"(allot: 1
groups:
  north:
    kind: dealer
    users:
      ann@n.example: {name: Ann, role: admin}
)";

void add_group(Write& write, const char* path) {
  write.add_group(Path::parse(path), {}, Parents::must_exist, IfExists::fail);
}

}  // namespace

TEST_CASE("a store of an earlier version is read as it is, and reading changes nothing") {
  for (const int version : {1, 2}) {
    CAPTURE(version);
    const Earlier earlier{version};
    const std::string before = read_file(earlier.file);
    Engine engine = earlier.engine();
    CHECK(Company::text_in(engine) == kText);
    {
      View view{engine};
      CHECK(view.check().total == 0);
      Engine other = earlier.engine();
      CHECK_NOTHROW(Write(other, DryRun::yes));  // a reader takes no lock of a writer
    }
    CHECK(read_file(earlier.file) == before);
  }
}

TEST_CASE("a write brings a store of an earlier version up to date, with all that was in it") {
  for (const int version : {1, 2}) {
    CAPTURE(version);
    const Earlier earlier{version};
    Engine engine = earlier.engine();
    {
      Write write{engine, DryRun::no};
      add_group(write, "/north/a");
      CHECK(write.commit().revision == 8);
    }
    CHECK(earlier.version() == schema::kVersion);
    CHECK(Company::text_in(engine) == kText + "    groups:\n      a: {}\n");
    Engine again = earlier.engine();
    View view{again};
    CHECK(view.check().total == 0);
    std::vector<std::int64_t> revisions;
    view.for_each_entry({}, [&](const LogEntry& entry) { revisions.push_back(entry.revision); });
    CHECK(revisions == std::vector<std::int64_t>{8});
  }
}

TEST_CASE("a write that is rolled back leaves a store of an earlier version as it was, and the next one succeeds") {
  const Earlier earlier{1};
  const std::string before = read_file(earlier.file);
  Engine engine = earlier.engine();
  {
    Write write{engine, DryRun::yes};
    add_group(write, "/north/a");
    write.commit();
  }
  {
    Write write{engine, DryRun::no};
    CHECK(error_of([&] { add_group(write, "/north"); }).kind() == ErrorKind::exists);
  }
  CHECK(read_file(earlier.file) == before);
  CHECK(View{engine}.check().total == 0);
  Write write{engine, DryRun::no};
  add_group(write, "/north/a");
  write.commit();
  CHECK(earlier.version() == schema::kVersion);
}

}  // namespace allot::unit
