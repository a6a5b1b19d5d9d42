#include "libcore/storage/postgresql/pg_store.hpp"

#include <fmt/format.h>

#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/schema.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"

namespace allot {
namespace {

/// The maximum wait for another process that creates the store.
constexpr std::chrono::milliseconds kCreateWait{10'000};

}  // namespace

PgStore::PgStore(std::unique_ptr<PgConnection> connection, std::chrono::milliseconds wait)
    : PgSnapshot(*connection), owned_connection_(std::move(connection)), ledger_(connection_), wait_(wait) {}

PgStore::~PgStore() {
  if (is_new_) connection_.roll_back();
}

std::unique_ptr<Store> PgStore::create(const std::string& location) {
  auto connection = std::make_unique<PgConnection>(location, kCreateWait);
  connection->begin(PgAccess::schema);
  create_schema(*connection);
  auto store = std::make_unique<PgStore>(std::move(connection), kCreateWait);
  store->is_new_ = true;
  return store;
}

std::unique_ptr<Store> PgStore::open(const std::string& location, std::chrono::milliseconds wait) {
  return std::make_unique<PgStore>(std::make_unique<PgConnection>(location, wait), wait);
}

void PgStore::save() {
  is_new_ = false;
  connection_.commit();
}

std::unique_ptr<Store> PgStore::open_again() { return nullptr; }

std::unique_ptr<Snapshot> PgStore::rows_as_of(std::int64_t revision) {
  auto rows = std::make_unique<PgSnapshot>(connection_, revision);
  if (revision > 0 && revision == write_.revision - 1) rows->know(cache().before_write());
  return rows;
}

void PgStore::require_writable() {
  expect_write({});
  const Transaction transaction{*this, Transaction::Kind::write};
}

/// The mails of a store are sent by the process that has this advisory lock, in a transaction of a connection of its
/// own, so that it holds behind a pooler too.
class PgSendingLock : public SendingLock {
 public:
  PgSendingLock(const std::string& location, std::chrono::milliseconds wait) : connection_(location, wait) {
    connection_.begin(PgAccess::write);
    try {
      connection_.ask_integer("SELECT 1 FROM pg_advisory_xact_lock(1634495599, 1)");
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::busy) throw;
      throw Error::busy("another process sends the mails of this store", "try again when it is done");
    }
  }
  ~PgSendingLock() override { connection_.roll_back(); }

 private:
  PgConnection connection_;
};

std::unique_ptr<SendingLock> PgStore::lock_sending(std::chrono::milliseconds wait) {
  if (is_in_transaction()) throw Error::internal("mails are sent while a transaction is open");
  return std::make_unique<PgSendingLock>(connection_.location(), wait);
}

StoreSize PgSnapshot::size_below(GroupId top) {
  if (top == kRootGroup) return size();
  PgQuery query(connection_,
                over_rows("WITH RECURSIVE below (id) AS (SELECT $1 UNION ALL SELECT g.id FROM groups g JOIN below"
                          " ON g.parent = below.id) SELECT (SELECT count(*) FROM below),"
                          " (SELECT count(*) FROM licenses WHERE group_id IN (SELECT id FROM below)),"
                          " (SELECT count(*) FROM memberships WHERE group_id IN (SELECT id FROM below))"));
  query.bind(top);
  query.step();
  return {query.integer(0), query.integer(1), query.integer(2)};
}

StoreSize PgSnapshot::size() {
  PgQuery query(connection_, over_rows("SELECT (SELECT count(*) FROM groups), (SELECT count(*) FROM licenses),"
                                       " (SELECT count(*) FROM memberships)"));
  query.step();
  return {query.integer(0), query.integer(1), query.integer(2)};
}

/// Only the owner of the tables can do this; other roles insert with the indexes.
void PgStore::drop_indexes() {
  has_indexes_ = !may_change_schema(connection_);
  if (!has_indexes_) connection_.run_script(postgresql_schema::kDropIndexes);
}

void PgStore::build_indexes() {
  if (has_indexes_) return;
  connection_.run_script(postgresql_schema::kIndexes);
  // A small sample, in a tenth of the time, until the server's autovacuum analyzes the tables, a minute later.
  connection_.run_script("SET LOCAL default_statistics_target = 10; ANALYZE groups, licenses, memberships, figures");
  has_indexes_ = true;
}

bool PgStore::is_empty() {
  return connection_.ask_integer(
             "SELECT NOT EXISTS (SELECT FROM groups WHERE parent IS NOT NULL) AND NOT EXISTS (SELECT FROM licenses)"
             " AND NOT EXISTS (SELECT FROM memberships)") != 0;
}

std::string PgStore::journal_mode() { return {}; }

}  // namespace allot
