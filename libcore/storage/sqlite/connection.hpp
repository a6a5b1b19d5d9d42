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

/// Finalizes a prepared statement.
struct Finalize {
  void operator()(sqlite3_stmt* statement) const;
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// An open SQLite file with its prepared statements. Private to this module: `translate` converts all SQLite errors.
class Connection {
 public:
  Connection(const std::string& path, std::chrono::milliseconds wait, int flags);

  /// Sets the path that errors name, if that of the file is temporary.
  void set_shown_path(const std::string& path) { path_ = path; }

  /// Runs statements without result rows.
  void run(const char* sql);

  /// Runs statements of a rollback, whose failure has no further effect.
  void give_up(const char* sql) noexcept;

  /// Returns the first column of the first row.
  std::int64_t ask_integer(const char* sql);

  /// Keeps the text of a statement for the lifetime of the connection, so that it can be passed to `take`.
  const char* keep_text(std::string sql);
  /// The relevant fields of the file header on the disk.
  struct Header {
    bool is_wal = false;
    std::int64_t application_id = 0;
    std::int64_t change_counter = 0;  ///< incremented by every commit
  };
  /// Reads the header without a lock and before SQLite reads the file; nothing if the file is not an SQLite file.
  std::optional<Header> find_header();

  /// Returns the size of the file; reads bytes from `at` on into `bytes`, up to its size.
  std::int64_t file_size();
  void read_file(std::vector<char>& bytes, std::int64_t at);

  SQLite::Database& database() { return database_; }
  const std::string& path() const { return path_; }

  /// Throws the error for a failure of SQLite: busy, or a fault of the store.
  [[noreturn]] void translate(const std::exception& failure) const;

  /// Returns an unused prepared statement of `sql`, whose address must stay valid, as that of a literal does.
  Prepared take(const char* sql);
  void give_back(const char* sql, Prepared statement);

 private:
  sqlite3_file& file();

  std::string path_;
  SQLite::Database database_;
  std::unordered_map<const char*, std::vector<Prepared>> idle_;
  std::unordered_set<std::string> texts_;
};

/// A statement on the rows of a snapshot.
struct RowStatement {
  const char* sql;                       ///< as `Connection::take` takes it
  std::optional<std::int64_t> revision;  ///< the value of its first parameter, if the rows are those of the past
};

/// One use of a prepared statement: bind the parameters in order, then step. It calls SQLite directly, because reading
/// a column through SQLiteCpp costs more than SQLite's own work for it.
class Query {
 public:
  Query(Connection& connection, const char* sql)
      : connection_(connection), sql_(sql), statement_(connection.take(sql)) {}
  Query(Connection& connection, const RowStatement& statement) : Query(connection, statement.sql) {
    if (statement.revision) bind(*statement.revision);
  }
  ~Query() { connection_.give_back(sql_, std::move(statement_)); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(std::string_view value);
  /// Binds without a copy: `value` must stay valid until the statement has run.
  Query& bind_kept(std::string_view value);
  Query& bind(const std::optional<std::int64_t>& value);
  Query& bind_blob(std::string_view value);
  Query& bind_null();

  /// Advances to the next row; returns false if there is none.
  bool step();

  /// Runs a statement without result rows.
  void run();

  /// Runs a statement and returns the number of rows that it inserted, updated or deleted.
  std::int64_t run_counted();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> find_integer(int column) const;
  /// Returns the text at `column`, valid until the next step.
  std::string_view text(int column) const;

 private:
  Connection& connection_;
  const char* sql_;
  Prepared statement_;
  int next_ = 1;
};

}  // namespace allot
