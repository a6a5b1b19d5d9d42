#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libcore/base/error.hpp"
#include "libcore/storage/postgresql/errors.hpp"
#include "libcore/storage/postgresql/parameters.hpp"
#include "libcore/storage/postgresql/server_parameters.hpp"
#include "libcore/storage/server_location.hpp"

struct pg_conn;
struct pg_result;

namespace allot {

class PgQuery;

/// Clears a result of libpq.
struct ClearResult {
  void operator()(pg_result* result) const;
};
using PgResult = std::unique_ptr<pg_result, ClearResult>;

/// The place of a result: neither is set until it has arrived.
struct PgSlot {
  PgResult result;
  std::optional<Error> failure;
};

/// The purpose of a transaction. `read` is REPEATABLE READ and READ ONLY, `write` is READ COMMITTED: each statement
/// sees what was committed before it begins. Both require a store that this program knows. `schema` is READ COMMITTED
/// and does not require one.
enum class PgAccess { read, write, schema };

/// The numbers of connections, of waits for the server, and of statements.
struct PgTraffic {
  std::int64_t connections = 0;
  std::int64_t round_trips = 0;
  std::int64_t statements = 0;
};

/// A connection to a server, in libpq's pipeline mode: a statement is queued, and sent with those after it when a
/// result is waited for. A failed statement is reported by the next wait, and the statements after it in the pipeline
/// are not executed. README.md describes transactions and pooling.
///
/// Every wait is bounded: for a connection by 2 to 10 seconds, depending on `wait`, or by the
/// connect_timeout of the URL; for a lock by `wait`; for an answer by kSilence, after which a second
/// connection asks whether the server is alive. While it is, a statement may take kLongestStatement in all.
class PgConnection {
 public:
  static constexpr std::chrono::seconds kSilence{10};
  static constexpr std::chrono::seconds kAlive{5};
  static constexpr std::chrono::seconds kLongestStatement{3600};

  /// Connects; throws usage if the URL is not valid, and store if there is no usable database.
  PgConnection(const std::string& location, std::chrono::milliseconds wait);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  /// Queues the begin of a transaction: BEGIN, its settings and, until that has succeeded once, the check of the
  /// schema. If the check fails, nothing after it is executed, and the error says what is wrong with the store. `wait`
  /// is the maximum wait for a lock; without it, that of the connection. Connects again if the connection was lost;
  /// throws store if that fails, or if it is known that the server cannot be written.
  void begin(PgAccess access) { begin(access, wait_); }
  void begin(PgAccess access, std::chrono::milliseconds wait);

  /// Commits and waits; throws if that fails. If the connection is lost then, it is unknown whether it was saved.
  void commit();

  /// Sends a rollback without waiting for the answer, and forgets the failure.
  void roll_back() noexcept;

  /// Returns whether a transaction was begun and neither committed nor rolled back.
  bool is_in_transaction() const { return access_.has_value(); }

  /// Returns whether the transaction, or the connection, has failed.
  bool has_failed() const { return failure_ || loss_ || !access_; }

  /// Returns whether the connection was lost; nothing but the begin of a transaction can be done with it any more.
  bool is_lost() const;

  /// Returns the SQLSTATE of the first failure of the transaction.
  const std::string& failure_code() const { return failure_code_; }

  /// Queues a statement without parameters and rows, such as SAVEPOINT, and forgets what was read ahead.
  void run(const char* sql);

  /// Runs a statement that ends a failure, such as ROLLBACK TO SAVEPOINT, and waits; a failure of it has no effect.
  void give_up(const char* sql) noexcept;

  /// Runs statements without parameters, separated by semicolons, and waits.
  void run_script(const char* sql);

  /// Returns the first column of the first row; throws store if there is none.
  std::int64_t ask_integer(const char* sql);

  /// Queues a query now; the next PgQuery with the same text and parameters takes its result without a further round
  /// trip, unless something is written in between.
  void read_ahead(PgQuery&& query);

  /// Sets the maximum wait for a lock for the rest of this transaction.
  void set_wait(std::chrono::milliseconds wait);

  /// Returns the error for a role that may only read.
  Error may_not_write() const;

  /// Waits for everything that is queued; throws the first failure.
  void sync();

  /// Returns a new name for a cursor.
  std::string name_cursor();

  /// Returns the URL of the store for messages; it has no password.
  const std::string& location() const { return location_; }

  /// Returns what this connection has sent, and what all connections of this process have.
  const PgTraffic& traffic() const { return traffic_; }
  static const PgTraffic& traffic_of_process() { return all_traffic; }

 private:
  friend class PgQuery;
  friend class CopyIn;

  /// Something that was sent and not answered: a statement, or a synchronization point, which has no slot.
  struct Sent {
    std::shared_ptr<PgSlot> slot;
    bool is_guard = false;      // whether it checks the schema
    bool is_abandoned = false;  // whether its transaction was rolled back, so that its failure has no effect
  };

  void open();
  void connect();
  void receive_rest() noexcept;
  void require_usable_database();
  void require_writable();
  const char* find_setting(const char* name) const;

  /// A statement of this transaction: how often it was sent, and its name on the server once it has one.
  struct Repeated {
    int uses = 0;
    std::string name;
    std::shared_ptr<PgSlot> preparation;
  };

  std::shared_ptr<PgSlot> queue(const char* sql, const PgParameters& parameters);
  std::string name_of(const char* sql, const PgParameters& parameters);
  std::shared_ptr<PgSlot> note_sent();
  void drop_failed_names();
  void forget_names();
  bool has_read_ahead() const { return !read_ahead_.empty(); }
  void forget_read_ahead() { read_ahead_.clear(); }
  std::shared_ptr<PgSlot> take_read_ahead(const std::string& key);
  void begin_transaction(PgAccess access, std::chrono::milliseconds wait);
  void abandon();
  [[noreturn]] void throw_failure();
  [[noreturn]] void explain_failed_guard();

  void mark_sync();
  void send();
  void receive_next();
  void receive(const Sent& sent, PgResult result);

  void leave_pipeline();
  void enter_pipeline();
  [[noreturn]] void end_failed(const pg_result* result);
  void flush();
  void wait_for_answer();
  void wait_for(int events);
  void require_alive(std::chrono::steady_clock::time_point since);
  void lose(Error loss);
  [[noreturn]] void throw_lost();
  Error error_of(const pg_result* result) const;
  void count(std::int64_t PgTraffic::*what);

  static PgTraffic all_traffic;

  ServerParameters parameters_;
  std::string location_;
  std::chrono::milliseconds wait_;
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
  std::deque<Sent> sent_;
  bool has_unsynced_ = false;     // whether statements were queued after the last synchronization point
  std::size_t unsent_ = 0;        // the bytes of statements that were queued since they were last sent
  std::optional<Error> failure_;  // the first one of this transaction
  std::string failure_code_;
  bool has_new_failure_ = false;  // whether a statement failed since the last wait
  bool has_failed_guard_ = false;
  bool was_inspected_ = false;  // whether the schema was checked
  std::optional<Error> loss_;   // why the connection was lost
  std::optional<PgAccess> access_;
  std::unordered_map<std::string, std::shared_ptr<PgSlot>> read_ahead_;
  std::unordered_map<std::string, Repeated> repeated_;  // by text and types of parameters
  int names_ = 0;
  int cursors_ = 0;
  PgTraffic traffic_;
};

}  // namespace allot
