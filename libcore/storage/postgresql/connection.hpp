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
#include "libcore/storage/postgresql/parameters.hpp"
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

/// The purpose of a transaction. `read` is REPEATABLE READ and READ ONLY, `write` is READ COMMITTED: its statements see
/// what was committed before each of them begins. Both require a store that this program knows; `schema` does not, and
/// may create one.
enum class PgAccess { read, write, schema };

/// The numbers of connections, of waits for the server and of statements in this process.
struct PgTraffic {
  std::int64_t connections = 0;
  std::int64_t round_trips = 0;
  std::int64_t statements = 0;
};

/// A connection to a server, in libpq's pipeline mode: a statement is queued, and sent with those after it when a
/// result is waited for. A failed statement is reported by the next wait, and the statements after it in the pipeline
/// are not executed. README.md describes transactions, waits and pooling.
///
/// Every wait is bounded: for a connection by the wait of the access (2 to 10 seconds), for a lock by that wait, for an
/// answer by kSilence: the server is then asked by a second connection whether it is alive; if it is, a statement may
/// take kLongestStatement in all.
class PgConnection {
 public:
  static constexpr std::chrono::seconds kSilence{10};
  static constexpr std::chrono::seconds kAlive{5};
  static constexpr std::chrono::seconds kLongestStatement{3600};

  /// Connects; throws usage if the URL is not valid, and store if there is no usable database.
  PgConnection(const std::string& location, const ServerAccess& access);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  /// Queues the begin of a transaction: BEGIN, its settings and, before the first one succeeded, the check of the
  /// schema. If that fails, the error says what is wrong with the store, and nothing else of the pipeline is executed.
  void begin(PgAccess access);

  /// Commits and waits; throws if that fails. If is_lost() is true afterwards, it is unknown whether it was saved.
  void commit();

  /// Sends a rollback without waiting for the answer, and forgets the failure.
  void roll_back() noexcept;

  /// Returns whether a transaction was begun and neither committed nor rolled back.
  bool is_in_transaction() const { return access_.has_value(); }

  /// Returns whether the connection was lost; nothing more can be done with it.
  bool is_lost() const;

  /// Queues a statement without parameters and rows, such as SAVEPOINT, and forgets what was read ahead.
  void run(const char* sql);

  /// Does the same and waits, without reporting a failure: ROLLBACK TO SAVEPOINT, which ends a failure.
  void give_up(const char* sql) noexcept;

  /// Runs many statements without parameters, and waits.
  void run_script(const char* sql);

  /// Returns the first column of the first row.
  std::int64_t ask_integer(const char* sql);

  /// Queues a query now, whose result the next PgQuery with the same text and parameters takes without a further round
  /// trip, unless something is written in between.
  void read_ahead(PgQuery&& query);

  /// Sets the maximum wait for a lock for the rest of this transaction.
  void set_wait(std::chrono::milliseconds wait);

  /// Waits for everything that is queued; throws the first failure since the last wait.
  void sync();

  /// Returns the URL for messages; it has no password.
  const std::string& location() const { return location_; }
  const ServerAccess& access() const { return server_access_; }
  /// Returns the name of the role, as the server knows it.
  std::string user() const;
  /// Returns the number of the server process, which changes behind a pooler.
  int backend() const;

  /// Returns the error for a failed result.
  Error error_of(const pg_result* result) const;

  std::int64_t round_trips() const { return traffic_.round_trips; }
  std::int64_t statements() const { return traffic_.statements; }
  /// Returns the sum over all connections of this process.
  static const PgTraffic& traffic_of_process();

 private:
  friend class PgQuery;
  friend class CopyIn;

  /// The place of a result that may not have arrived yet.
  struct Slot {
    PgResult result;
    std::optional<Error> failure;
    bool has_arrived = false;
  };
  using SlotPointer = std::shared_ptr<Slot>;

  /// Something that was sent and not answered: a statement with its slot, or a synchronization point without one.
  struct Sent {
    SlotPointer slot;
    bool is_guard = false;  // whether it checks the schema
  };

  SlotPointer queue(const char* sql, const PgParameters& parameters);
  void wait_for(const Slot& slot);
  void note_write() { read_ahead_.clear(); }
  SlotPointer take_read_ahead(const std::string& key);

  void open_connection();
  void require_usable_database();
  void mark_sync();
  void flush_if_full();
  void drain();
  void receive_all();
  bool receive_next();
  void receive(Sent sent, PgResult result);
  void leave_pipeline();
  void enter_pipeline();
  void flush();
  void wait_for_server(bool until_writable);
  void require_alive(std::chrono::steady_clock::time_point since);
  [[noreturn]] void throw_lost();
  [[noreturn]] void throw_failure();

  std::string location_;
  ServerAccess server_access_;
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
  std::deque<Sent> sent_;
  std::size_t unsynced_ = 0;  // statements after the last synchronization point
  std::size_t unsynced_bytes_ = 0;
  std::optional<Error> failure_;  // the first one since the last rollback
  bool was_guard_failing_ = false;
  bool was_inspected_ = false;  // whether the schema was checked
  std::optional<PgAccess> access_;
  std::unordered_map<std::string, SlotPointer> read_ahead_;
  PgTraffic traffic_;
};

}  // namespace allot
