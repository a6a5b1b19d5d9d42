#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot {

/// The number of rows per statement in bulk inserts; a row costs a third less than in a statement of its own.
inline constexpr std::size_t kRowsAtOnce = 32;

/// Returns a statement that inserts `rows` rows of `columns` values into `table`, which includes the column names.
inline std::string write_insert(std::string_view table, std::size_t columns, std::size_t rows) {
  std::string row = "(?";
  for (std::size_t column = 1; column < columns; ++column) row += ",?";
  row += ')';
  std::string sql{"INSERT INTO "};
  sql.append(table).append(" VALUES ").append(row);
  for (std::size_t i = 1; i < rows; ++i) sql.append(1, ',').append(row);
  return sql;
}

/// The insert statements of a table, for one row and for `kRowsAtOnce`; their addresses are stable.
class Inserts {
 public:
  Inserts(std::string_view table, std::size_t columns)
      : one_(write_insert(table, columns, 1)), many_(write_insert(table, columns, kRowsAtOnce)) {}

  const char* of(std::size_t rows) const { return rows == 1 ? one_.c_str() : many_.c_str(); }

 private:
  std::string one_;
  std::string many_;
};

/// Calls `insert(first, count)` for all of `size` rows, `kRowsAtOnce` at a time and the remaining rows one by one. If
/// the table has indexes, all are inserted one by one, as a statement of many rows would journal their pages a second
/// time.
template <typename Insert>
void for_many_rows(std::size_t size, bool has_indexes, Insert insert) {
  std::size_t at = 0;
  for (; !has_indexes && size - at >= kRowsAtOnce; at += kRowsAtOnce) insert(at, kRowsAtOnce);
  for (; at < size; ++at) insert(at, std::size_t{1});
}

}  // namespace allot
