// How a write begins, takes its revision, and ends. README.md describes its locks.

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/locks.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kReadCounter =
    "SELECT revision, pruned, spellings, has_table_privilege('store', 'UPDATE') AND has_table_privilege('log', "
    "'INSERT')"
    " FROM store";
constexpr const char* kSetCounter = "UPDATE store SET revision = revision + 1 RETURNING revision";

constexpr std::string_view kStatementTimeout = "57014";

/// The pause before the next attempt to reach a server that cannot be reached.
constexpr std::chrono::milliseconds kPause{200};

/// Returns the time until `deadline`, but at least a millisecond, as 0 is no limit.
std::chrono::milliseconds until(Clock::time_point deadline) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()), std::chrono::milliseconds{1});
}

}  // namespace

void PgStore::begin(TransactionKind kind) {
  const WriteScope scope = std::exchange(expected_write_, WriteScope::everything());
  lock_deadline_ = Clock::now() + wait_;
  has_all_locks_ = is_new_ || scope.is_everything();
  if (kind == TransactionKind::read && !is_new_) connection_.begin(PgAccess::read);
  if (kind == TransactionKind::read || is_new_) return prepare_transaction();
  try {
    while (!try_begin_write(scope)) {
      connection_.roll_back();
      if (Clock::now() >= lock_deadline_) throw stayed_locked(connection_.location());
    }
  } catch (const Error&) {
    connection_.roll_back();
    throw;
  }
}

/// Resets the state of the transaction and queues what every one reads.
void PgStore::prepare_transaction() {
  counter_.reset();
  setting_.reset();
  number_.reset();
  write_key_.reset();
  entry_key_.reset();
  catalogue_.reset();
  keys_ = {};
  notes_spellings_ = false;
  has_figures_ = true;
  connection_.read_ahead(PgQuery{connection_, kReadCounter});
  connection_.read_ahead(PgQuery{connection_, kReadCatalogue});
  queue_expected();
}

/// Requests the locks of a write; returns false if that failed and another attempt may succeed: another program caused
/// a deadlock, or the groups of the scope were changed during the wait.
bool PgStore::try_begin_write(const WriteScope& scope) {
  connection_.begin(PgAccess::write, until(lock_deadline_));
  const std::int64_t key = new_write_key();
  queue_key_lock(connection_, key);
  WriteLocks locks{connection_, scope, until(lock_deadline_)};
  std::optional<PgQuery> blocks;
  if (scope.creates_groups && group_ids_.first == group_ids_.end) {
    blocks.emplace(connection_, kReserveGroups).bind(std::int64_t{1}).queue();
  }
  prepare_transaction();
  try {
    connection_.sync();
  } catch (const Error&) {
    if (connection_.is_lost() || !locks.have_failed()) throw;
    if (is_conflict(connection_.failure_code())) return false;
    if (connection_.failure_code() == kStatementTimeout) throw stayed_locked(connection_.location());
    throw;
  }
  if (!counter().may_write) throw connection_.may_not_write();
  if (!locks.are_current(*this)) return false;
  if (blocks && blocks->step()) take_blocks(*blocks);
  write_key_ = key;
  return true;
}

PgStore::Counter& PgStore::counter() {
  if (counter_) return *counter_;
  PgQuery query(connection_, kReadCounter);
  if (!query.step())
    throw Error::store(fmt::format("the store {} is damaged: it lacks a row", quote_whole(connection_.location())),
                       "restore a backup");
  counter_ = Counter{query.integer(0), query.integer(1), query.integer(2) != 0, query.integer(3) != 0};
  return *counter_;
}

/// Sets the revision of the write in `store` before its first change of a row; all other writes then wait for its end.
void PgStore::set_counter() {
  if (setting_) return;
  if (!has_all_locks_ && until(lock_deadline_) + kPause < wait_) connection_.set_wait(until(lock_deadline_));
  setting_.emplace(connection_, kSetCounter).run();
}

/// Returns the revision of the write for a statement that changes rows. It is known if nobody else writes meanwhile.
PgRevision PgStore::new_revision() {
  set_counter();
  if (has_all_locks_) return {write_.revision};
  return {number_};
}

std::int64_t PgStore::next_revision() {
  if (has_all_locks_ || write_.revision == 0) return write_.revision;
  if (number_) return *number_;
  set_counter();
  setting_->step();
  number_ = setting_->integer(0);
  return *number_;
}

void PgStore::commit() {
  if (is_new_) return;
  try {
    connection_.commit();
  } catch (const Error& error) {
    if (!connection_.is_lost() || !entry_key_) throw;
    find_out(error);
  }
}

/// Finds out whether a write was saved whose connection was lost during its commit. The lock of its key is granted when
/// the server has ended its transaction. Throws `loss` if the server cannot be asked for the maximum wait.
void PgStore::find_out(const Error& loss) {
  const auto deadline = Clock::now() + wait_;
  while (true) {
    try {
      connection_.begin(PgAccess::write, until(deadline));
      queue_key_lock(connection_, *entry_key_);
      PgQuery query(connection_, "SELECT revision FROM log WHERE write_key = $1");
      query.bind(*entry_key_);
      if (query.step()) number_ = query.integer(0);
      connection_.roll_back();
      break;
    } catch (const Error&) {
      connection_.roll_back();
      if (Clock::now() + kPause >= deadline) throw loss;
    }
    std::this_thread::sleep_for(kPause);
  }
  if (number_) return;
  throw Error::store(fmt::format("the connection to the store {} was lost, and nothing was saved",
                                 quote_whole(connection_.location())),
                     "try again");
}

void PgStore::roll_back() noexcept {
  if (!is_new_) connection_.roll_back();
  catalogue_.reset();
}

bool PgStore::is_open() const { return connection_.is_in_transaction(); }

void PgStore::begin_trial() {
  connection_.run("SAVEPOINT trial");
  cache().begin_write();
  keys_around_ = std::exchange(keys_, {});
  setting_around_ = std::exchange(setting_, std::nullopt);
}

void PgStore::undo_trial() noexcept {
  connection_.give_up("ROLLBACK TO SAVEPOINT trial");
  connection_.give_up("RELEASE SAVEPOINT trial");
  cache().clear();
  keys_ = std::move(keys_around_);
  setting_ = std::exchange(setting_around_, std::nullopt);
  catalogue_.reset();
}

}  // namespace allot
