#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libcore/model/hierarchy.hpp"
#include "libcore/storage/postgresql/connection.hpp"

namespace allot {

/// Inserts many rows with COPY ... FROM STDIN (FORMAT binary), in which the values have exactly the types of the
/// columns. COPY is not possible in pipeline mode: everything queued is waited for first, and no query runs until
/// `finish`.
class CopyIn {
 public:
  /// Starts `sql`, such as `COPY groups (id, parent, name) FROM STDIN (FORMAT binary)`.
  CopyIn(PgConnection& connection, const char* sql);
  /// Abandons the copy unless it was finished; then the transaction can only be rolled back.
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  /// Begins a row of `columns` values, which follow in the order of the columns.
  void begin_row(int columns);
  void put_bigint(std::int64_t value) { put_integer(value, 8); }
  void put_int(std::int64_t value) { put_integer(value, 4); }
  void put_smallint(std::int64_t value) { put_integer(value, 2); }
  void put_text(std::string_view value);
  void put_bytes(std::string_view value) { put_text(value); }
  void put_null();
  /// Puts `from_day, until_day`; an open end is null.
  void put_period(const Period& period);
  /// Puts `labels`, null if there are none.
  void put_labels(const Labels& labels);

  /// Ends the copy and returns the number of rows; throws what the server reports.
  std::int64_t finish();

 private:
  void put_integer(std::int64_t value, int bytes);
  void send();
  std::int64_t end(const char* reason);

  PgConnection& connection_;
  std::string data_;
  bool is_open_ = false;
};

}  // namespace allot
