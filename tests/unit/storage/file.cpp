#include <sqlite3.h>
#include <sys/stat.h>

#include "libcore/storage/store_copy.hpp"
#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

/// Sets a umask for its lifetime.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  ~Umask() { umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

/// Opens the store in `path` and reads from it.
std::int64_t read_revision(const std::string& path) {
  const std::unique_ptr<Store> store = open_store(path, kNoWait);
  const Store::Transaction transaction{*store, Store::Transaction::Kind::read};
  return store->revision();
}

/// Adds entries to the log of the store in `path` up to a revision.
void write_revision(const std::string& path, std::int64_t revision) {
  const std::unique_ptr<Store> store = open_store(path, kNoWait);
  do {
    Store::Transaction transaction{*store, Store::Transaction::Kind::write};
    store->add_entry({});
    transaction.commit();
  } while (read_revision(path) < revision);
}

/// Runs SQL on the file itself.
void run_sql(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

/// Checks that readers and writers refuse the file as not a store, and do not change it.
void check_refused(const std::string& path, const std::string& message) {
  const std::string before = read_file(path);
  for (const auto& work :
       std::vector<std::function<void()>>{[&] { read_revision(path); }, [&] { write_revision(path, 3); }}) {
    const Error error = error_of(work);
    CHECK(error.kind() == ErrorKind::store);
    CHECK_MESSAGE(error.message().find(message) != std::string::npos, error.message());
  }
  CHECK(read_file(path) == before);
}

void copy_store(Store& store, const std::string& file) {
  const std::unique_ptr<StoreCopy> copy = store.begin_copy(file);
  copy->copy({});
  {
    const Store::Transaction transaction{store, Store::Transaction::Kind::read};
    store.revision();
    copy->correct();
  }
  copy->save();
}

}  // namespace

TEST_CASE("a new store gets its name when it is saved, and is complete") {
  const Folder folder;
  const std::unique_ptr<Store> store = create_store(folder.file("a.db"));
  CHECK_FALSE(std::filesystem::exists(folder.file("a.db")));
  store->save();
  CHECK(folder.list() == std::vector<std::string>{"a.db"});
  CHECK(read_revision(folder.file("a.db")) == 0);
}

TEST_CASE("a new store that is not saved leaves no file") {
  const Folder folder;
  {
    const std::unique_ptr<Store> store = create_store(folder.file("a.db"));
    Store::Transaction transaction{*store, Store::Transaction::Kind::write};
    store->insert_group(kRootGroup, "north", {});
    transaction.commit();
    CHECK(folder.list().size() == 1);
  }
  CHECK(folder.list().empty());
}

TEST_CASE("if two processes create a store, the second fails with exists, and the store of the first is kept") {
  const Folder folder;
  const std::unique_ptr<Store> slow = create_store(folder.file("a.db"));
  create_store(folder.file("a.db"))->save();
  write_revision(folder.file("a.db"), 7);
  CHECK(error_of([&] { slow->save(); }).kind() == ErrorKind::exists);
  CHECK(read_revision(folder.file("a.db")) == 7);
  CHECK(folder.list() == std::vector<std::string>{"a.db"});
}

TEST_CASE("a store and its backups have mode 0600, whatever the umask") {
  const Folder folder;
  const Umask open{0};
  create_store(folder.file("a.db"))->save();
  CHECK(mode_of(folder.file("a.db")) == 0600);
  const std::unique_ptr<Store> store = open_store(folder.file("a.db"), kNoWait);
  copy_store(*store, folder.file("b.db"));
  CHECK(mode_of(folder.file("b.db")) == 0600);
}

TEST_CASE("a store is created only where a regular file of that name can be created") {
  const Folder folder;
  for (const std::string& path :
       {std::string{}, std::string{":memory:"}, std::string{"file:a.db"}, folder.file("no/such/folder/a.db")}) {
    CAPTURE(path);
    CHECK(error_of([&] { create_store(path); }).kind() == ErrorKind::store);
    CHECK(error_of([&] { open_store(path, kNoWait); }).kind() == ErrorKind::store);
  }
  CHECK(folder.list().empty());
}

TEST_CASE("a missing path, a folder and an empty file are not a store") {
  const Folder folder;
  CHECK(error_of([&] { read_revision(folder.file("a.db")); }).message().starts_with("there is no store"));
  CHECK(error_of([&] { read_revision(folder.file("")); }).message().ends_with("is a folder, not a store"));
  CHECK(error_of([&] { read_revision("/dev/null"); }).message().ends_with("is not a plain file"));
  CHECK(folder.list().empty());
  write_file(folder.file("empty.db"), "");
  check_refused(folder.file("empty.db"), "is empty, not a store");
}

TEST_CASE("a foreign file is not a store, and does not change") {
  const Folder folder;
  write_file(folder.file("text.db"), std::string(5000, 'x'));
  check_refused(folder.file("text.db"), "is not a store of allot");
  run_sql(folder.file("other.db"), "CREATE TABLE letters (text)");
  check_refused(folder.file("other.db"), "is an SQLite file, but not a store of allot");
}

TEST_CASE("a store of a newer program is refused, and does not change") {
  const Folder folder;
  create_store(folder.file("a.db"))->save();
  run_sql(folder.file("a.db"), "PRAGMA user_version = 9999");
  check_refused(folder.file("a.db"), "made by a newer allot");
}

TEST_CASE("a file that is longer or shorter than its pages is damaged, and does not change") {
  const Folder folder;
  create_store(folder.file("a.db"))->save();
  const std::string whole = read_file(folder.file("a.db"));
  REQUIRE(whole.size() > 8192);
  for (const std::size_t size :
       {whole.size() - 1, whole.size() - 4096, std::size_t{8192}, std::size_t{4096}, std::size_t{100}}) {
    CAPTURE(size);
    write_file(folder.file("a.db"), whole.substr(0, size));
    check_refused(folder.file("a.db"), "is damaged");
  }
  write_file(folder.file("a.db"), whole + "x");
  check_refused(folder.file("a.db"), "is damaged");
  write_file(folder.file("a.db"), whole);
  CHECK(read_revision(folder.file("a.db")) == 0);
}

TEST_CASE("a backup has the content of the store, and replaces no file") {
  const Folder folder;
  create_store(folder.file("a.db"))->save();
  write_revision(folder.file("a.db"), 5);
  const std::unique_ptr<Store> store = open_store(folder.file("a.db"), kNoWait);
  copy_store(*store, folder.file("b.db"));
  CHECK(read_revision(folder.file("b.db")) == 5);
  write_revision(folder.file("a.db"), 6);
  CHECK(read_revision(folder.file("b.db")) == 5);
  CHECK(error_of([&] { copy_store(*store, folder.file("b.db")); }).kind() == ErrorKind::exists);
  CHECK(read_revision(folder.file("b.db")) == 5);
  CHECK(error_of([&] { copy_store(*store, folder.file("no/b.db")); }).kind() == ErrorKind::output);
  CHECK(folder.list() == std::vector<std::string>{"a.db", "b.db"});
}

TEST_CASE("a copy includes writes that are made during the copy, and has no name before it is saved") {
  const Folder folder;
  create_store(folder.file("a.db"))->save();
  const std::unique_ptr<Store> store = open_store(folder.file("a.db"), kNoWait);
  {
    const std::unique_ptr<StoreCopy> copy = store->begin_copy(folder.file("b.db"));
    copy->copy({});
    write_revision(folder.file("a.db"), 8);
    CHECK_FALSE(std::filesystem::exists(folder.file("b.db")));
    {
      const Store::Transaction transaction{*store, Store::Transaction::Kind::read};
      CHECK(store->revision() == 8);
      copy->correct();
    }
    copy->save();
  }
  CHECK(read_revision(folder.file("b.db")) == 8);
  store->begin_copy(folder.file("c.db")).reset();
  CHECK(folder.list() == std::vector<std::string>{"a.db", "b.db"});
}

TEST_CASE("the library changes no process-wide setting of SQLite") {
  const Folder folder;
  create_store(folder.file("a.db"))->save();
  const std::unique_ptr<Store> store = open_store(folder.file("a.db"), kNoWait);
  const Store::Transaction transaction{*store, Store::Transaction::Kind::read};
  CHECK(store->revision() == 0);
  CHECK(sqlite3_memory_used() > 0);  // SQLite counts its memory by default
  CHECK_FALSE(tune_process());       // SQLite was used already
  CHECK(sqlite3_memory_used() > 0);
}

}  // namespace allot::unit
