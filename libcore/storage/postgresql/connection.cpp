#include "libcore/storage/postgresql/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/schema.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"

namespace allot {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kOldestServer = 150000;

constexpr std::chrono::seconds kFarewell{1};

/// Objects are found in pg_catalog first, although the path does not name it, then in the schema of the store, and
/// temporary ones, which any user can create, last.
constexpr const char* kSetPath = "SET LOCAL search_path = allot, pg_temp";

/// The planner's estimates for recursive queries are high, and compiling such a query takes longer than running it.
constexpr const char* kSetJit = "SET LOCAL jit = off";

/// Fails with a division by zero unless the store has a row, with this version and draft.
constexpr const char* kGuard = "SELECT 1 / count(*) FROM store WHERE version = $1 AND draft = $2";

void ignore_notice(void* /*unused*/, const PGresult* /*unused*/) {}

/// Waits for `events` of a connection until `deadline`; returns false if none occurred, and true after an interrupt.
bool poll_until(const PGconn* connection, short events, Clock::time_point deadline, short& occurred) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd file{PQsocket(connection), events, 0};
  const int count = poll(&file, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  occurred = count > 0 ? file.revents : short{0};
  return count > 0 || (count < 0 && errno == EINTR);
}

}  // namespace

void ClearResult::operator()(pg_result* result) const { PQclear(result); }

PgTraffic PgConnection::all_traffic;

PgConnection::PgConnection(const std::string& location, std::chrono::milliseconds wait)
    : parameters_(location, wait), location_(location), wait_(wait), connection_(nullptr, PQfinish) {
  open();
}

void PgConnection::open() {
  connect();
  require_usable_database();
  PQsetNoticeReceiver(connection_.get(), ignore_notice, nullptr);
  PQsetnonblocking(connection_.get(), 1);
  enter_pipeline();
}

PgConnection::~PgConnection() {
  roll_back();
  receive_rest();
}

/// Waits for the answer to a rollback, for a second at most: a pooler closes the server connection of a client that
/// leaves earlier.
void PgConnection::receive_rest() noexcept {
  if (is_lost() || sent_.empty()) return;
  PGconn* const connection = connection_.get();
  const auto deadline = Clock::now() + kFarewell;
  try {
    count(&PgTraffic::round_trips);
    while (!sent_.empty() && PQflush(connection) >= 0) {
      short occurred = 0;
      if (PQisBusy(connection) == 0) {
        receive_next();
      } else if (!poll_until(connection, POLLIN, deadline, occurred) || PQconsumeInput(connection) == 0) {
        return;
      }
    }
  } catch (const std::exception&) {
    // The server rolls back by itself.
  }
}

void PgConnection::connect() {
  count(&PgTraffic::connections);
  connection_.reset(PQconnectStartParams(parameters_.keywords().data(), parameters_.values().data(), 0));
  PGconn* const connection = connection_.get();
  if (connection == nullptr) throw std::bad_alloc{};
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);  // for the SQLSTATE
  const auto deadline = Clock::now() + parameters_.connect_wait();
  PostgresPollingStatusType status =
      PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
    short occurred = 0;
    if (!poll_until(connection, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline, occurred)) {
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(parameters_.connect_wait()).count();
      throw Error::store(
          fmt::format("the server of the store {} did not answer within {} seconds", quote_whole(location_), seconds),
          "check the host and the port of the URL, and whether a firewall lies between");
    }
    if (occurred != 0) status = PQconnectPoll(connection);
  }
  const ServerNames names{location_, PQuser(connection) == nullptr ? "" : PQuser(connection),
                          PQdb(connection) == nullptr ? "" : PQdb(connection)};
  if (status != PGRES_POLLING_OK) throw error_of_connection(connection, names);
}

const char* PgConnection::find_setting(const char* name) const { return PQparameterStatus(connection_.get(), name); }

void PgConnection::require_usable_database() {
  if (PQserverVersion(connection_.get()) < kOldestServer) {
    const char* const version = find_setting("server_version");
    throw Error::store(fmt::format("the server of the store {} is PostgreSQL {}", quote_whole(location_),
                                   clean_message(version == nullptr ? "of an unknown version" : version)),
                       "allot needs PostgreSQL 15 or later");
  }
  const char* const encoding = find_setting("server_encoding");
  if (encoding == nullptr || std::strcmp(encoding, "UTF8") == 0) return;  // a pooler may not know it
  throw Error::store(fmt::format("the database {} has the encoding {}, not UTF8", quote(PQdb(connection_.get())),
                                 clean_message(encoding)),
                     "create a database with: CREATE DATABASE ... TEMPLATE template0 ENCODING 'UTF8'");
}

void PgConnection::require_writable() {
  for (const char* const name : {"in_hot_standby", "default_transaction_read_only"}) {
    const char* const value = find_setting(name);
    if (value == nullptr || std::strcmp(value, "on") != 0) continue;
    const bool is_replica = std::strcmp(name, "in_hot_standby") == 0;
    throw Error::store(fmt::format("the store {} is read-only", quote_whole(location_)),
                       is_replica ? "the server is a replica: name the server that is written to"
                                  : "default_transaction_read_only is on for the database or the role");
  }
}

void PgConnection::begin(PgAccess access, std::chrono::milliseconds wait) {
  if (is_lost()) {
    open();
    loss_.reset();
    was_inspected_ = false;
  }
  if (access != PgAccess::read) require_writable();
  begin_transaction(access, wait);
  if (was_inspected_ || access == PgAccess::schema) return;
  PgParameters known;
  known.add(std::int64_t{postgresql_schema::kVersion});
  known.add(std::int64_t{postgresql_schema::kDraft});
  queue(kGuard, known);
  sent_.back().is_guard = true;
}

void PgConnection::begin_transaction(PgAccess access, std::chrono::milliseconds wait) {
  forget_read_ahead();
  failure_.reset();
  failure_code_.clear();
  repeated_.clear();
  access_ = access;
  const bool is_read = access == PgAccess::read;
  queue(is_read ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED", {});
  queue(kSetPath, {});
  set_wait(wait);
  queue(kSetJit, {});
}

void PgConnection::set_wait(std::chrono::milliseconds wait) {
  const std::string sql =
      fmt::format("SET LOCAL lock_timeout = {}", std::max<std::int64_t>(wait.count(), 1));  // 0: no limit
  queue(sql.c_str(), {});
}

void PgConnection::commit() {
  if (access_ == PgAccess::read) return roll_back();
  if (failure_) throw *failure_;  // the server would roll back, without an error
  forget_read_ahead();
  const std::shared_ptr<PgSlot> answer = queue("COMMIT", {});
  forget_names();
  try {
    sync();
  } catch (const Error&) {
    if (!is_lost()) throw;
    access_.reset();
    throw Error::store(
        fmt::format("the connection to the store {} was lost while the change was saved", quote_whole(location_)),
        "it may have been applied: `allot log` shows whether it was");
  }
  access_.reset();
  if (std::strcmp(PQcmdStatus(answer->result.get()), "COMMIT") == 0) return;
  throw Error::internal("the server rolled back a transaction instead of committing it");
}

/// Separates what was queued from what follows, which a failure of it must not affect, and ignores such a failure.
void PgConnection::abandon() {
  if (has_unsynced_) mark_sync();
  for (Sent& sent : sent_) sent.is_abandoned = true;
  forget_read_ahead();
  failure_.reset();
  has_new_failure_ = false;
  has_failed_guard_ = false;
}

void PgConnection::roll_back() noexcept {
  if (!access_) return;
  access_.reset();
  try {
    if (is_lost()) return;
    abandon();
    drop_failed_names();
    queue("ROLLBACK", {});
    sent_.back().is_abandoned = true;
    forget_names();
    mark_sync();
  } catch (const std::exception&) {
    // The connection is lost, and the server rolls back by itself.
  }
}

void PgConnection::run(const char* sql) {
  forget_read_ahead();
  queue(sql, {});
}

void PgConnection::give_up(const char* sql) noexcept {
  try {
    if (is_lost()) return;
    abandon();
    queue(sql, {});
    sync();
    drop_failed_names();
  } catch (const std::exception&) {
    // The transaction can only be rolled back.
  }
}

void PgConnection::run_script(const char* sql) {
  forget_read_ahead();
  leave_pipeline();
  count(&PgTraffic::statements);
  count(&PgTraffic::round_trips);
  PGconn* const connection = connection_.get();
  if (PQsendQuery(connection, sql) == 0) throw_lost();
  std::optional<Error> failure;
  while (true) {
    while (PQisBusy(connection) != 0) wait_for_answer();
    const PgResult result{PQgetResult(connection)};
    if (!result) break;
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failure) failure = error_of(result.get());
  }
  if (PQstatus(connection) != CONNECTION_OK) throw_lost();
  enter_pipeline();
  if (!failure) return;
  failure_ = failure;
  throw *failure;
}

std::int64_t PgConnection::ask_integer(const char* sql) {
  PgQuery query(*this, sql);
  if (query.step()) return query.integer(0);
  throw Error::store(fmt::format("the store {} is damaged: it lacks a row", quote_whole(location_)),
                     "restore a backup");
}

void PgConnection::read_ahead(PgQuery&& query) {
  query.queue();
  read_ahead_[query.key()] = query.slot_;
}

std::shared_ptr<PgSlot> PgConnection::take_read_ahead(const std::string& key) {
  const auto found = read_ahead_.find(key);
  if (found == read_ahead_.end()) return nullptr;
  std::shared_ptr<PgSlot> slot = std::move(found->second);
  read_ahead_.erase(found);
  return slot;
}

std::string PgConnection::name_cursor() { return fmt::format("rows{}", ++cursors_); }

Error PgConnection::error_of(const pg_result* result) const {
  return error_of_result(result, {location_, PQuser(connection_.get()), PQdb(connection_.get()), was_inspected_,
                                  access_ == PgAccess::write});
}

Error PgConnection::may_not_write() const {
  return no_right_to_write({location_, PQuser(connection_.get()), PQdb(connection_.get())}, "it may only read");
}

void PgConnection::throw_failure() {
  has_new_failure_ = false;
  if (std::exchange(has_failed_guard_, false)) explain_failed_guard();
  throw *failure_;
}

/// Throws the reason for which the check of the schema failed, which a second transaction finds.
void PgConnection::explain_failed_guard() {
  const Error failure = *failure_;
  const PgAccess access = *access_;
  roll_back();
  begin_transaction(access, wait_);
  inspect_schema(*this);
  throw failure;
}

}  // namespace allot
