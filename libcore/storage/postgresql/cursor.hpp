#pragma once

#include <optional>
#include <string>

#include "libcore/storage/postgresql/query.hpp"

namespace allot {

/// A query with a result of any size, which is read by a cursor of the server, a batch of rows at a time. Other queries
/// and cursors may be used between the steps; the rows are those of the moment of the first step. Requires a
/// transaction.
class PgCursor : public PgRow {
 public:
  PgCursor(PgConnection& connection, const char* sql);
  /// Closes the cursor.
  ~PgCursor();
  PgCursor(const PgCursor&) = delete;
  PgCursor& operator=(const PgCursor&) = delete;

  /// Binds the next parameter, as PgQuery::bind does.
  template <typename Value>
  PgCursor& bind(const Value& value) {
    declaration_.bind(value);
    return *this;
  }

  /// Advances to the next row; returns false if there is none. A text is valid until the next step.
  bool step();

 private:
  PgConnection& connection_;
  std::string name_;
  std::string declare_;
  std::string fetch_;
  PgQuery declaration_;
  std::optional<PgQuery> batch_;
  bool is_declared_ = false;  // and not closed
  bool is_complete_ = false;
};

}  // namespace allot
