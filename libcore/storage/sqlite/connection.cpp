#include "libcore/storage/sqlite/connection.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/journal_gatherer.hpp"

namespace allot {
namespace {

constexpr char kMagic[] = "SQLite format 3";  // with the terminating zero

/// Returns `path` in a form that SQLite takes as a file name, even if it looks like `:memory:` or a URI.
std::string as_plain_file(const std::string& path) { return path.starts_with('/') ? path : "./" + path; }

/// Sets the options of a connection independently of the process's options; throws internal if SQLite refuses one.
void harden(sqlite3* handle) {
  constexpr std::pair<int, int> kSettings[] = {
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},    {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
  };
  for (const auto& [setting, value] : kSettings) {
    if (sqlite3_db_config(handle, setting, value, nullptr) == SQLITE_OK) continue;
    throw Error::internal(fmt::format("SQLite refuses to set {} of a connection to {}", setting, value));
  }
}

/// Returns a non-null address, because SQLite takes a null address for NULL.
const char* address_of(std::string_view value) { return value.empty() ? "" : value.data(); }

SQLite::Database open_database(const std::string& path, std::chrono::milliseconds wait, int flags) {
  try {
    const std::string file = as_plain_file(path);
    // A connection is used by one thread at a time, so it needs no mutex.
    return SQLite::Database{file, flags | SQLite::OPEN_NOMUTEX, static_cast<int>(wait.count()), journal_gatherer()};
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
    // The statements and the values that they write are known to be valid, so these errors mean that the rows or tables
    // of the file are not as this program writes them.
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
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
  if (!query.step()) {
    throw Error::store(fmt::format("the store {} is damaged: it lacks a row", quote(path_)), "restore a backup");
  }
  return query.integer(0);
}

const char* Connection::keep_text(std::string sql) { return texts_.insert(std::move(sql)).first->c_str(); }
sqlite3_file& Connection::file() {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  return *file;
}

std::optional<Connection::Header> Connection::find_header() {
  constexpr std::size_t kVersions = 18;  // file format write and read versions: 2 in WAL mode
  constexpr std::size_t kChangeCounter = 24;
  constexpr std::size_t kApplicationId = 68;
  constexpr unsigned char kWal = 2;
  unsigned char bytes[kApplicationId + 4];
  sqlite3_file& main = file();
  if (main.pMethods == nullptr) return std::nullopt;  // an in-memory database
  if (main.pMethods->xRead(&main, bytes, sizeof bytes, 0) != SQLITE_OK) return std::nullopt;
  if (std::memcmp(bytes, kMagic, sizeof kMagic) != 0) return std::nullopt;
  const auto number_at = [&](std::size_t place) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) number = number << 8 | bytes[place + i];
    return number;
  };
  return Header{bytes[kVersions] == kWal || bytes[kVersions + 1] == kWal, number_at(kApplicationId),
                number_at(kChangeCounter)};
}

std::int64_t Connection::file_size() {
  sqlite3_file& main = file();
  sqlite3_int64 size = 0;
  const int result = main.pMethods->xFileSize(&main, &size);
  if (result != SQLITE_OK) translate(SQLite::Exception{sqlite3_errstr(result), result & 0xFF});
  return size;
}

void Connection::read_file(std::vector<char>& bytes, std::int64_t at) {
  sqlite3_file& main = file();
  const int result = main.pMethods->xRead(&main, bytes.data(), static_cast<int>(bytes.size()), at);
  // The file was truncated: SQLite has filled the rest with zeros.
  if (result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ) return;
  translate(SQLite::Exception{sqlite3_errstr(result), result & 0xFF});
}

Prepared Connection::take(const char* sql) {
  auto& statements = idle_[sql];
  if (!statements.empty()) {
    Prepared statement = std::move(statements.back());
    statements.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3* const handle = database_.getHandle();
  const int result = sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result == SQLITE_ERROR) {  // the statement is valid, so the file lacks a table or column
    throw Error::store(fmt::format("the store {} is damaged: {}", quote(path_), sqlite3_errmsg(handle)),
                       "restore a backup");
  }
  if (result != SQLITE_OK) translate(SQLite::Exception{handle, result});
  return Prepared{statement};
}

void Connection::give_back(const char* sql, Prepared statement) {
  sqlite3_reset(statement.get());
  idle_[sql].push_back(std::move(statement));
}

void Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Query& Query::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), next_++, value);
  return *this;
}

Query& Query::bind(std::string_view value) {
  sqlite3_bind_text(statement_.get(), next_++, address_of(value), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

Query& Query::bind_kept(std::string_view value) {
  sqlite3_bind_text(statement_.get(), next_++, address_of(value), static_cast<int>(value.size()), SQLITE_STATIC);
  return *this;
}

Query& Query::bind(const std::optional<std::int64_t>& value) { return value ? bind(*value) : bind_null(); }

Query& Query::bind_blob(std::string_view value) {
  sqlite3_bind_blob(statement_.get(), next_++, address_of(value), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

Query& Query::bind_null() {
  sqlite3_bind_null(statement_.get(), next_++);
  return *this;
}

bool Query::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  connection_.translate(SQLite::Exception{connection_.database().getHandle(), result});
}

void Query::run() {
  while (step()) {
  }
}

std::int64_t Query::run_counted() {
  run();
  return sqlite3_changes64(connection_.database().getHandle());
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::optional<std::int64_t> Query::find_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Query::text(int column) const {
  const char* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? std::string_view{} : std::string_view{bytes, static_cast<std::size_t>(size)};
}

bool tune_process() {
  // Touching memory that most commands never use would take a tenth of their time.
  constexpr int kSlotBytes = 1200;
  constexpr int kSlots = 8;
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_LOOKASIDE, kSlotBytes, kSlots) == SQLITE_OK;
}

}  // namespace allot
