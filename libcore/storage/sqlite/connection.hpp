#pragma once

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "libcore/base/error.hpp"

struct sqlite3_file;
struct sqlite3_stmt;

namespace allot {

/// Closes a prepared statement.
struct Finalize {
  void operator()(sqlite3_stmt* statement) const;
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// An open SQLite file with its prepared statements. Private to this room: what SQLite says ends in `translate`.
class Connection {
 public:
  Connection(const std::string& path, std::chrono::milliseconds wait, int flags);

  /// Runs statements that give no rows.
  void run(const char* sql);

  /// Runs statements that undo something and whose failure changes nothing any more.
  void give_up(const char* sql) noexcept;

  /// The first column of the first row.
  std::int64_t ask_integer(const char* sql);

  /// Keeps a statement's text for as long as the connection, so that `take` can be given it.
  const char* keep_text(std::string sql);
  /// What the first bytes of an SQLite file say, as they are on the disk.
  struct Header {
    bool is_wal = false;
    std::int64_t application_id = 0;
  };
  /// Reads it without a lock, and before SQLite looks at the file; nothing where it is no SQLite file.
  std::optional<Header> find_header();

  /// The size of the file, and as many of its bytes from `at` on as `bytes` has.
  std::int64_t file_size();
  void read_file(std::vector<char>& bytes, std::int64_t at);

  SQLite::Database& database() { return database_; }
  const std::string& path() const { return path_; }

  /// The error that a failure of SQLite is to the caller: busy, or a fault of the store.
  [[noreturn]] void translate(const std::exception& failure) const;

  /// A prepared statement of `sql` that nobody uses at the moment; `sql` must stay where it is, as a literal does.
  Prepared take(const char* sql);
  void give_back(const char* sql, Prepared statement);

 private:
  sqlite3_file& file();

  std::string path_;
  SQLite::Database database_;
  std::unordered_map<const char*, std::vector<Prepared>> idle_;
  std::unordered_set<std::string> texts_;
};

/// One use of a prepared statement: bind the parameters in order, then step. It speaks to SQLite itself, as a column of
/// SQLiteCpp costs more than SQLite's own work for it.
class Query {
 public:
  Query(Connection& connection, const char* sql)
      : connection_(connection), sql_(sql), statement_(connection.take(sql)) {}
  ~Query() { connection_.give_back(sql_, std::move(statement_)); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(std::string_view value);
  /// The same without a copy: `value` must live until the statement has run.
  Query& bind_kept(std::string_view value);
  Query& bind(const std::optional<std::int64_t>& value);
  Query& bind_blob(std::string_view value);
  Query& bind_null();

  /// Goes to the next row; false when there is none.
  bool step();

  /// Runs a statement without rows.
  void run();

  /// The same; returns how many rows it inserted, updated or deleted.
  std::int64_t run_counted();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> find_integer(int column) const;
  /// Valid until the next step.
  std::string_view text(int column) const;

 private:
  Connection& connection_;
  const char* sql_;
  Prepared statement_;
  int next_ = 1;
};

}  // namespace allot
