#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/storage/postgresql/connection.hpp"
#include "libcore/storage/postgresql/parameters.hpp"

namespace allot {

/// Reads the columns of a row of a result in binary format. Texts are valid as long as the result.
class PgRow {
 public:
  bool is_null(int column) const;
  /// Returns an int2, int4, int8 or bool; 0 for a null.
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> find_integer(int column) const;
  /// Returns a text, or the bytes of a bytea; empty for a null.
  std::string_view text(int column) const;
  std::string_view bytes(int column) const { return text(column); }

 protected:
  /// Becomes the row of another reader.
  void show(const PgRow& other) { *this = other; }

  const pg_result* result_ = nullptr;
  int row_ = -1;
};

/// The revision of a write: its number, or nothing while the server alone knows it.
struct PgRevision {
  std::optional<std::int64_t> number;
};

/// One use of a statement with the parameters $1, $2 ...: bind them in order, then step or run. The result is read
/// completely before the first row is returned, so other queries may run between the steps. It is kept until the query
/// ends; use PgCursor for results of unknown size.
class PgQuery : public PgRow {
 public:
  PgQuery(PgConnection& connection, const char* sql) : connection_(&connection), sql_(sql) {}
  PgQuery(PgQuery&&) = default;
  PgQuery(const PgQuery&) = delete;
  PgQuery& operator=(PgQuery&&) = default;
  PgQuery& operator=(const PgQuery&) = delete;

  PgQuery& bind(std::int64_t value);
  PgQuery& bind(std::string_view value);
  PgQuery& bind(const std::string& value) { return bind(std::string_view{value}); }
  PgQuery& bind(const char* value) { return bind(std::string_view{value}); }
  PgQuery& bind(const std::optional<std::int64_t>& value);
  PgQuery& bind(const std::optional<std::string>& value);
  PgQuery& bind_bytes(std::string_view value);
  PgQuery& bind(const PgRevision& revision);
  /// Binds a null of the type of its place in the statement.
  PgQuery& bind_null();

  // Arrays, for `= ANY ($1)` and `unnest($1, $2)`.
  PgQuery& bind(const std::vector<std::int64_t>& values);
  PgQuery& bind(const std::vector<std::optional<std::int64_t>>& values);
  PgQuery& bind(const std::vector<std::string>& values);
  PgQuery& bind(const std::vector<std::string_view>& values);
  PgQuery& bind(const std::vector<std::optional<std::string>>& values);
  PgQuery& bind_bytes(const std::vector<std::string>& values);

  /// Queues a query that only reads, so that it is sent with what follows; the first step waits.
  void queue();

  /// Does the same, and forgets the result of an earlier use in a transaction that was given up.
  void queue_again();

  /// Advances to the next row; returns false if there is none. The first call waits for the result.
  bool step();

  /// Returns whether a result has arrived.
  bool is_answered() const { return slot_ && slot_->result != nullptr; }

  /// Returns the number of rows, after the first step.
  int size() const;

  /// Queues a statement that writes, and forgets what was read ahead. If it returns rows, `step` reads them.
  void run();

  /// Waits for a statement that was run, and returns the number of rows that it inserted, updated or deleted.
  std::int64_t counted();

  /// Runs a statement that writes, waits, and returns that number.
  std::int64_t run_counted();

 private:
  friend class PgConnection;

  std::string key() const;
  void wait();

  PgConnection* connection_;
  const char* sql_;
  PgParameters parameters_;
  int revision_ = 0;  // the number of the parameter that is the revision in `store`, if there is one
  std::shared_ptr<PgSlot> slot_;
};

}  // namespace allot
