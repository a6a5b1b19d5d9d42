#include "libcore/storage/sqlite/sqlite_store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/schema.hpp"

namespace allot {
namespace {

constexpr const char* kInitHint = "make one with `allot init`, or name another with --db FILE";

/// A new file under a temporary name is discarded if writing fails, so its journal can be in memory.
constexpr const char* kJournalInMemory = "PRAGMA journal_mode = MEMORY";

/// Rejects an empty path and paths that SQLite's own tools do not take as file names.
void require_plain_name(const std::string& path) {
  if (path.empty()) throw Error::store("the name of the store is empty", "name a file with --db FILE");
  if (path != ":memory:" && !path.starts_with("file:")) return;
  throw Error::store(fmt::format("{} is not a plain file path", quote(path)),
                     fmt::format("a file of that name is ./{}", path));
}

/// Returns the identity of the file of a store; throws store if it cannot be one.
FileIdentity require_store_file(const std::string& path) {
  require_plain_name(path);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    const bool is_missing = errno == ENOENT;
    throw Error::store(is_missing ? fmt::format("there is no store {}", quote(path))
                                  : fmt::format("cannot open the store {}: {}", quote(path), std::strerror(errno)),
                       is_missing ? kInitHint : "");
  }
  if (S_ISDIR(status.st_mode)) throw Error::store(fmt::format("{} is a folder, not a store", quote(path)));
  if (!S_ISREG(status.st_mode)) throw Error::store(fmt::format("{} is not a plain file", quote(path)));
  if (status.st_size == 0) throw Error::store(fmt::format("{} is empty, not a store of allot", quote(path)), kInitHint);
  if (access(path.c_str(), R_OK) != 0) {
    throw Error::store(fmt::format("cannot open the store {}: {}", quote(path), std::strerror(errno)),
                       "check the permissions of the file");
  }
  return {status.st_dev, status.st_ino};
}

bool has_row(Connection& connection) { return Query(connection, "SELECT 1 FROM store").step(); }

/// Whether the store was created with this build's draft of the schema.
bool has_draft(Connection& connection, std::int64_t draft) {
  const bool has_column = sqlite3_table_column_metadata(connection.database().getHandle(), "main", "store", "draft",
                                                        nullptr, nullptr, nullptr, nullptr, nullptr) != SQLITE_ERROR;
  return has_column &&
         connection.ask_integer(fmt::format("SELECT count(*) FROM store WHERE draft <> {}", draft).c_str()) == 0;
}

/// Reports missing schema objects and objects that are not part of the schema.
void add_schema_damage(Connection& connection, std::vector<std::string>& damage) {
  std::vector<std::string> missing{"index catalog_history_by_until",
                                   "index groups_by_name",
                                   "index groups_history_by_name",
                                   "index groups_history_by_until",
                                   "index groups_reminding",
                                   "index licenses_history_by_until",
                                   "index log_wide",
                                   "index mail_slots_by_license",
                                   "index mail_slots_by_mail",
                                   "index mail_warnings_by_mail",
                                   "index mail_warnings_open",
                                   "index mails_open",
                                   "index memberships_by_email",
                                   "index memberships_history_by_email",
                                   "index memberships_history_by_until",
                                   "index templates_history_by_until",
                                   "table catalog",
                                   "table catalog_history",
                                   "table figures",
                                   "table groups",
                                   "table groups_history",
                                   "table licenses",
                                   "table licenses_history",
                                   "table log",
                                   "table log_items",
                                   "table log_places",
                                   "table mail_slots",
                                   "table mail_warnings",
                                   "table mails",
                                   "table memberships",
                                   "table memberships_history",
                                   "table store",
                                   "table templates",
                                   "table templates_history"};
  Query query(connection, "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'");
  while (query.step()) {
    const std::string entry{query.text(0)};
    if (std::erase(missing, entry) == 0) damage.push_back(fmt::format("the {} is none of allot's", entry));
  }
  if (missing.empty() && !has_row(connection)) damage.emplace_back("the row of store is missing");
  for (const std::string& entry : missing) damage.push_back(fmt::format("the {} is missing", entry));
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Connection> connection, std::string path,
                         std::unique_ptr<TemporaryFile> unnamed)
    : SqliteSnapshot(*connection),
      unnamed_(std::move(unnamed)),
      owned_connection_(std::move(connection)),
      path_(std::move(path)),
      ledger_(connection_),
      was_inspected_(unnamed_ != nullptr) {}

std::unique_ptr<SqliteStore> SqliteStore::create(const std::string& path) {
  require_plain_name(path);
  auto unnamed = TemporaryFile::make(path);
  if (!unnamed) {
    throw Error::store(fmt::format("cannot make the store {}: {}", quote(path), std::strerror(errno)),
                       "check that its folder exists and can be written");
  }
  auto connection = std::make_unique<Connection>(unnamed->name(), std::chrono::milliseconds{0}, SQLite::OPEN_READWRITE);
  connection->set_shown_path(path);
  connection->run(kJournalInMemory);
  connection->run(fmt::format("PRAGMA application_id = {}", schema::kApplicationId).c_str());
  connection->run("BEGIN IMMEDIATE");
  connection->run(schema::kTables);
  connection->run(schema::kIndexes);
  connection->run(fmt::format("INSERT INTO store (id, draft, revision, next_group) VALUES (1, {}, 0, 2);"
                              "INSERT INTO catalog (id, name, counted, requires, since) VALUES (1, 'sip', 1, NULL, 0),"
                              " (2, 'mobile', 1, 'sip', 0), (3, 'ukey2', 0, NULL, 0);"
                              "INSERT INTO groups (id, parent, name, restriction, suspended, since)"
                              " VALUES (1, NULL, '', 0, 0, 1)",
                              schema::kDraft)
                      .c_str());
  connection->run(fmt::format("PRAGMA user_version = {}", schema::kVersion).c_str());
  connection->run("COMMIT");
  return std::make_unique<SqliteStore>(std::move(connection), path, std::move(unnamed));
}

void SqliteStore::save() {
  owned_connection_.reset();
  const Naming naming = unnamed_->appear();
  const int reason = errno;
  unnamed_.reset();
  errno = reason;
  if (naming == Naming::done) return;
  if (naming == Naming::unsynced) throw Error::store(describe_unsynced(path_));
  if (reason == EEXIST) throw Error::exists(fmt::format("the store {} exists already", quote(path_)));
  throw Error::store(fmt::format("cannot make the store {}: {}", quote(path_), std::strerror(reason)));
}

std::unique_ptr<SqliteStore> SqliteStore::open(const std::string& path, std::chrono::milliseconds wait) {
  const FileIdentity identity = require_store_file(path);
  auto store = std::make_unique<SqliteStore>(std::make_unique<Connection>(path, wait, SQLite::OPEN_READWRITE), path);
  store->identity_ = identity;
  return store;
}

std::unique_ptr<Store> SqliteStore::open_again() {
  if (unnamed_) return nullptr;
  return open(path_, std::chrono::milliseconds{0});
}

std::unique_ptr<Snapshot> SqliteStore::rows_as_of(std::int64_t revision) {
  return std::make_unique<SqliteSnapshot>(connection_, revision);
}

std::optional<std::int64_t> SqliteStore::find_change_counter() {
  struct stat status {};
  const bool is_there = stat(path_.c_str(), &status) == 0;
  if (identity_ && (!is_there || *identity_ != FileIdentity{status.st_dev, status.st_ino})) {
    throw Error::store(
        fmt::format("the store {} was {} since it was opened", quote(path_), is_there ? "replaced" : "removed"),
        is_there ? "start again, with the store that is there now" : "");
  }
  const auto header = connection_.find_header();
  if (!header) return std::nullopt;
  return header->change_counter;
}

Error SqliteStore::not_ours() const {
  return Error::store(fmt::format("{} is an SQLite file, but not a store of allot", quote(path_)));
}

/// Checks the header before SQLite reads the file, because SQLite creates files beside a store in WAL mode.
void SqliteStore::require_rollback_journal() {
  const auto header = connection_.find_header();
  if (!header || !header->is_wal) return;
  if (header->application_id != schema::kApplicationId) throw not_ours();
  throw Error::store(
      fmt::format("the store {} is in WAL mode, in which allot does not use it", quote(path_)),
      fmt::format("close what has it open, then: sqlite3 {} 'PRAGMA journal_mode = DELETE'", quote_for_shell(path_)));
}

void SqliteStore::require_writable() {
  const Transaction transaction{*this, Transaction::Kind::read};
  require_not_read_only();
}

void SqliteStore::require_not_read_only() {
  if (sqlite3_db_readonly(connection_.database().getHandle(), "main") == 0) return;
  throw Error::store(fmt::format("the store {} is read-only", quote(path_)), "check the permissions of the file");
}

void SqliteStore::inspect() {
  Connection& connection = connection_;
  const std::int64_t application = connection.ask_integer("PRAGMA application_id");
  const std::int64_t version = connection.ask_integer("PRAGMA user_version");
  if (application != schema::kApplicationId) throw not_ours();
  const bool is_of_earlier_build = version > schema::kVersion && version <= schema::kNewestOfEarlierBuilds;
  if (is_of_earlier_build || (version <= schema::kVersion && !has_draft(connection, schema::kDraft))) {
    throw Error::store(fmt::format("the store {} was made by another build of allot, before 0.9.0", quote(path_)),
                       "carry it over: `allot export` with that build, then `allot init` and `allot import`");
  }
  if (version > schema::kVersion) {
    throw Error::store(fmt::format("the store {} has version {}, made by a newer allot than this one, which knows {}",
                                   quote(path_), version, schema::kVersion),
                       "use the newer allot");
  }
  const std::int64_t pages = connection.ask_integer("PRAGMA page_count");
  const std::int64_t page_size = connection.ask_integer("PRAGMA page_size");
  const std::int64_t size = connection.file_size();
  if (size != pages * page_size) {
    throw Error::store(fmt::format("the store {} is damaged: it has {} bytes, and its {} pages need {}", quote(path_),
                                   size, pages, pages * page_size),
                       "restore a backup");
  }
  was_inspected_ = true;
}

void SqliteStore::begin(TransactionKind kind) {
  require_rollback_journal();
  added_.reset();
  connection_.run(kind == TransactionKind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  try {
    if (!was_inspected_) inspect();
    if (kind == TransactionKind::write) require_not_read_only();
    catalogue_.reset();
  } catch (...) {
    roll_back();
    throw;
  }
}

void SqliteStore::commit() {
  try {
    connection_.run("COMMIT");
  } catch (const Error&) {
    if (!is_open()) was_inspected_ = false;
    // SQLite may report an error of releasing its locks after a successful commit.
    if (is_open() || !is_saved()) throw;
  }
}

/// Returns whether the store has the entry of the write.
bool SqliteStore::is_saved() {
  try {
    const auto found = added_ ? find_entry(write_.revision) : std::nullopt;
    return found && found->time == added_->time && found->login == added_->login && found->actor == added_->actor &&
           found->command == added_->command && found->message == added_->message && found->changes == added_->changes;
  } catch (const Error&) {
    return false;
  }
}

void SqliteStore::roll_back() noexcept {
  connection_.give_up("ROLLBACK");
  catalogue_.reset();
}

bool SqliteStore::is_open() const { return sqlite3_get_autocommit(connection_.database().getHandle()) == 0; }

void SqliteStore::begin_trial() { connection_.run("SAVEPOINT trial"); }

void SqliteStore::undo_trial() noexcept {
  connection_.give_up("ROLLBACK TO trial; RELEASE trial");
  catalogue_.reset();
}

StoreSize SqliteSnapshot::size_below(GroupId top) {
  if (top == kRootGroup) return size();
  Query query(
      connection_,
      over_rows("SELECT * FROM (WITH RECURSIVE below (id) AS (SELECT ? UNION ALL SELECT g.id FROM groups g JOIN below"
                " ON g.parent = below.id) SELECT (SELECT count(*) FROM below),"
                " (SELECT count(*) FROM licenses WHERE group_id IN below),"
                " (SELECT count(*) FROM memberships WHERE group_id IN below))"));
  query.bind(top);
  query.step();
  return {query.integer(0), query.integer(1), query.integer(2)};
}

StoreSize SqliteSnapshot::size() {
  const auto count = [&](const char* sql) {
    Query query(connection_, over_rows(sql));
    query.step();
    return query.integer(0);
  };
  return {count("SELECT count(*) FROM groups"), count("SELECT count(*) FROM licenses"),
          count("SELECT count(*) FROM memberships")};
}

void SqliteStore::drop_indexes() {
  connection_.run("DROP INDEX groups_by_name; DROP INDEX groups_reminding; DROP INDEX memberships_by_email");
  write_.has_indexes = false;
}

void SqliteStore::build_indexes() {
  connection_.run(schema::kIndexes);
  write_.has_indexes = true;
}

bool SqliteStore::is_empty() {
  return connection_.ask_integer(
             "SELECT NOT EXISTS (SELECT 1 FROM groups WHERE parent IS NOT NULL)"
             " AND NOT EXISTS (SELECT 1 FROM licenses)"
             " AND NOT EXISTS (SELECT 1 FROM memberships)") != 0;
}

std::string SqliteStore::journal_mode() {
  Query query(connection_, "PRAGMA journal_mode");
  query.step();
  return std::string{query.text(0)};
}

std::vector<std::string> SqliteStore::find_damage() {
  std::vector<std::string> damage;
  Query integrity(connection_, "PRAGMA integrity_check");
  while (integrity.step()) {
    if (integrity.text(0) != "ok") damage.emplace_back(integrity.text(0));
  }
  add_schema_damage(connection_, damage);
  Query keys(connection_, "PRAGMA foreign_key_check");
  while (keys.step()) {
    damage.push_back(fmt::format("a row of {} refers to a row of {} that is not there", keys.text(0), keys.text(2)));
  }
  return damage;
}

}  // namespace allot
