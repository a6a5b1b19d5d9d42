#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/unit/support.hpp"

namespace allot::unit {
namespace {

using Transaction = Store::Transaction;
using Kind = Store::Transaction::Kind;

constexpr std::chrono::milliseconds kNoWait{0};

/// A saved store that can be opened more than once.
struct Saved {
  Saved() { create_store(file)->save(); }

  std::unique_ptr<Store> open(std::chrono::milliseconds wait = kNoWait) const { return open_store(file, wait); }

  /// Whether a new connection finds a group of that name below `/`.
  bool has_group(const char* name) const {
    const std::unique_ptr<Store> opened_store = open();
    Store& store = *opened_store;
    const Transaction transaction{store, Kind::read};
    return store.find_group(kRootGroup, name).has_value();
  }

  Folder folder;
  std::string file = folder.file("store.db");
};

void add_group(Store& store, const char* name) { store.insert_group(kRootGroup, name, {}); }

bool sees(Store& store, const char* name) { return store.find_group(kRootGroup, name).has_value(); }

}  // namespace

TEST_CASE_FIXTURE(Saved, "a write is visible after the commit, and not before") {
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  Transaction transaction{store, Kind::write};
  add_group(store, "a");
  CHECK(sees(store, "a"));
  CHECK_FALSE(has_group("a"));
  transaction.commit();
  CHECK(has_group("a"));
}

TEST_CASE_FIXTURE(Saved, "a rolled back write leaves no change, and the next write starts from the saved state") {
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  {
    const Transaction transaction{store, Kind::write};
    add_group(store, "a");
    store.add_feature("door");
    store.add_entry({});
    CHECK(store.revision() == 1);
    CHECK(store.catalogue().find_feature("door").has_value());
  }
  CHECK_FALSE(has_group("a"));
  Transaction transaction{store, Kind::write};
  CHECK_FALSE(sees(store, "a"));
  CHECK_FALSE(store.catalogue().find_feature("door").has_value());
  CHECK(store.revision() == 0);
  add_group(store, "b");
  transaction.commit();
  CHECK(has_group("b"));
}

TEST_CASE_FIXTURE(Saved, "an exception rolls a write back") {
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  const auto fail = [&] {
    Transaction transaction{store, Kind::write};
    add_group(store, "a");
    throw std::runtime_error{"no more"};
  };
  CHECK_THROWS_AS(fail(), std::runtime_error);
  CHECK_FALSE(has_group("a"));
  const std::unique_ptr<Store> opened_other = open();
  Store& other = *opened_other;
  CHECK_NOTHROW(Transaction(other, Kind::write));  // the lock is released too
}

TEST_CASE_FIXTURE(Saved, "an inner write sees the changes of the outer write, and is rolled back alone") {
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  Transaction outer{store, Kind::write};
  add_group(store, "a");
  const std::int64_t revision = store.next_revision();
  {
    Transaction inner{store, Kind::write};
    add_group(store, "b");
    store.add_feature("door");
    CHECK(store.catalogue().find_feature("door").has_value());
    CHECK(sees(store, "a"));
    CHECK(sees(store, "b"));
    CHECK(store.next_revision() == revision + 1);
    CHECK(error_of([&] { inner.commit(); }).kind() == ErrorKind::internal);
  }
  CHECK(sees(store, "a"));
  CHECK_FALSE(sees(store, "b"));
  CHECK_FALSE(store.catalogue().find_feature("door").has_value());
  CHECK(store.next_revision() == revision);
  add_group(store, "c");
  store.add_entry({});
  outer.commit();
  CHECK(has_group("a"));
  CHECK_FALSE(has_group("b"));
  CHECK(has_group("c"));
}

TEST_CASE_FIXTURE(Saved, "an inner read sees the changes of the outer write, and does not end it") {
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  Transaction outer{store, Kind::write};
  add_group(store, "a");
  {
    const Transaction inner{store, Kind::read};
    CHECK(sees(store, "a"));
  }
  CHECK(sees(store, "a"));
  outer.commit();
  CHECK(has_group("a"));
}

TEST_CASE_FIXTURE(Saved, "only one transaction writes at a time, and another that does not wait fails as busy") {
  const std::unique_ptr<Store> opened_first = open();
  Store& first = *opened_first;
  const std::unique_ptr<Store> opened_second = open();
  Store& second = *opened_second;
  {
    const Transaction transaction{first, Kind::write};
    CHECK(error_of([&] { Transaction(second, Kind::write); }).kind() == ErrorKind::busy);
  }
  Transaction transaction{second, Kind::write};
  add_group(second, "a");
  transaction.commit();
  CHECK(has_group("a"));
}

TEST_CASE_FIXTURE(Saved, "a reader sees the same data while another transaction writes") {
  const std::unique_ptr<Store> opened_reader = open();
  Store& reader = *opened_reader;
  const std::unique_ptr<Store> opened_writer = open();
  Store& writer = *opened_writer;
  Transaction writing{writer, Kind::write};
  {
    const Transaction reading{reader, Kind::read};
    CHECK_FALSE(sees(reader, "a"));
    add_group(writer, "a");
    CHECK(find_error([&] { writing.commit(); }).value().kind() == ErrorKind::busy);
    CHECK_FALSE(sees(reader, "a"));
  }
  writing.commit();
  const Transaction reading{reader, Kind::read};
  CHECK(sees(reader, "a"));
}

TEST_CASE_FIXTURE(Saved, "the lock of another process lasts until it ends, and its unsaved changes are lost") {
  Process other{[&] {
    static std::unique_ptr<Store> store;  // lives as long as the process
    static std::optional<Transaction> transaction;
    store = open();
    transaction.emplace(*store, Kind::write);
    add_group(*store, "a");
  }};
  const std::unique_ptr<Store> opened_store = open();
  Store& store = *opened_store;
  CHECK(error_of([&] { Transaction(store, Kind::write); }).kind() == ErrorKind::busy);
  other.end();
  Transaction transaction{store, Kind::write};
  CHECK_FALSE(sees(store, "a"));
  add_group(store, "b");
  transaction.commit();
  CHECK(has_group("b"));
}

TEST_CASE_FIXTURE(Saved, "a waiting writer gets the lock when it is released") {
  std::atomic<bool> is_trying = false;
  std::optional<Error> error;
  const std::unique_ptr<Store> opened_first = open();
  Store& first = *opened_first;
  Transaction transaction{first, Kind::write};
  std::thread waiter{[&] {
    const std::unique_ptr<Store> opened_second = open(std::chrono::minutes{5});
    Store& second = *opened_second;
    is_trying = true;
    error = find_error([&] {
      Transaction waited{second, Kind::write};
      add_group(second, sees(second, "a") ? "after" : "before");
      waited.commit();
    });
  }};
  while (!is_trying) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds{100});  // so that the other process is waiting, if it waits
  add_group(first, "a");
  first.add_entry({});
  transaction.commit();
  waiter.join();
  CHECK_MESSAGE(!error, error->message());
  CHECK(has_group("after"));
}

}  // namespace allot::unit
