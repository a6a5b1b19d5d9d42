#include "libcore/store/connection.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <mutex>
#include <utility>

#include "libcore/base/text.hpp"

namespace allot {
namespace {

/// Takes `path` for a file's name whatever it looks like: no URI, no `:memory:`.
std::string as_plain_file(const std::string& path) {
  static std::once_flag configured;
  std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_URI, 0); });
  return path.starts_with('/') ? path : "./" + path;
}

void harden(sqlite3* handle) {
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
}

SQLite::Database open_database(const std::string& path, std::chrono::milliseconds wait, int flags) {
  try {
    return SQLite::Database{as_plain_file(path), flags, static_cast<int>(wait.count())};
  } catch (const SQLite::Exception& failure) {
    throw Error::store(fmt::format("cannot open the store {}: {}", quote(path), failure.getErrorStr()));
  }
}

}  // namespace

Connection::Connection(const std::string& path, std::chrono::milliseconds wait, int flags)
    : path_(path), database_(open_database(path, wait, flags)) {
  harden(database_.getHandle());
}

void Connection::translate(const std::exception& failure) const {
  const auto* sqlite = dynamic_cast<const SQLite::Exception*>(&failure);
  if (sqlite == nullptr) throw Error::internal(failure.what());
  const std::string file = quote(path_);
  switch (sqlite->getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error::busy(fmt::format("the store {} stayed locked by another process", file),
                        "try again, or wait longer with --wait SECONDS");
    case SQLITE_NOTADB:
      throw Error::store(fmt::format("{} is not a store of allot", file));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw Error::store(fmt::format("the store {} cannot be written: {}", file, sqlite->what()),
                         "check the permissions of the file and of its folder");
    case SQLITE_FULL:
      throw Error::store(fmt::format("the disk of the store {} is full", file));
    case SQLITE_CORRUPT:
      throw Error::store(fmt::format("the store {} is damaged: {}", file, sqlite->what()), "restore a backup");
    case SQLITE_IOERR:
      throw Error::store(fmt::format("the store {} cannot be read or written: {}", file, sqlite->what()));
    default:
      throw Error::internal(fmt::format("the store {}: {}", file, sqlite->what()));
  }
}

void Connection::run(const char* sql) {
  try {
    database_.exec(sql);
  } catch (const SQLite::Exception& failure) {
    translate(failure);
  }
}

void Connection::give_up(const char* sql) noexcept { database_.tryExec(sql); }

std::int64_t Connection::ask_integer(const char* sql) {
  Query query(*this, sql);
  if (!query.step()) throw Error::internal(fmt::format("no row for {}", sql));
  return query.integer(0);
}

std::unique_ptr<SQLite::Statement> Connection::take(const char* sql) {
  auto& statements = idle_[sql];
  if (!statements.empty()) {
    auto statement = std::move(statements.back());
    statements.pop_back();
    return statement;
  }
  try {
    return std::make_unique<SQLite::Statement>(database_, sql);
  } catch (const SQLite::Exception& failure) {
    translate(failure);
  }
}

void Connection::give_back(const char* sql, std::unique_ptr<SQLite::Statement> statement) {
  statement->tryReset();
  idle_[sql].push_back(std::move(statement));
}

Query& Query::bind(std::int64_t value) {
  statement_->bind(next_++, value);
  return *this;
}

Query& Query::bind(std::string_view value) {
  statement_->bind(next_++, std::string{value});
  return *this;
}

Query& Query::bind(const std::optional<std::int64_t>& value) { return value ? bind(*value) : bind_null(); }

Query& Query::bind_blob(std::string_view value) {
  statement_->bind(next_++, static_cast<const void*>(value.data()), static_cast<int>(value.size()));
  return *this;
}

Query& Query::bind_null() {
  statement_->bind(next_++);
  return *this;
}

bool Query::step() {
  try {
    return statement_->executeStep();
  } catch (const SQLite::Exception& failure) {
    connection_.translate(failure);
  }
}

void Query::run() {
  while (step()) {
  }
}

bool Query::is_null(int column) const { return statement_->isColumnNull(column); }

std::int64_t Query::integer(int column) const { return statement_->getColumn(column).getInt64(); }

std::optional<std::int64_t> Query::find_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Query::text(int column) const {
  const SQLite::Column value = statement_->getColumn(column);
  const char* const bytes = static_cast<const char*>(value.getBlob());
  return bytes == nullptr ? std::string_view{} : std::string_view{bytes, static_cast<std::size_t>(value.getBytes())};
}

}  // namespace allot
