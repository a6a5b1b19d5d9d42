#include <fmt/format.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/row_tables.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

Error copy_exists(const std::string& file) { return Error::exists(fmt::format("{} exists already", quote(file))); }

/// Returns the error of the copy for an error of its file.
Error as_output(const Error& error) { return Error::output(error.message(), error.hint()); }

/// Runs `write` on the file of the copy.
template <typename Write>
void write_file(Write write) {
  try {
    write();
  } catch (const Error& error) {
    throw error.kind() == ErrorKind::store ? as_output(error) : error;
  }
}

void bind_column(Query& query, const PgRow& row, int at, ColumnType type) {
  if (row.is_null(at)) {
    query.bind_null();
  } else if (type == ColumnType::text || type == ColumnType::raw_text) {
    query.bind_kept(row.text(at));
  } else if (type == ColumnType::bytes) {
    query.bind_blob(row.bytes(at));
  } else {
    query.bind(row.integer(at));
  }
}

/// Copies the rows of a store on a server to a new SQLite store.
class ServerCopy : public StoreCopy {
 public:
  ServerCopy(PgConnection& from, const std::string& file) : from_(from), file_(file) {
    struct stat status {};
    if (lstat(file_.c_str(), &status) == 0) throw copy_exists(file_);
    write_file([&] { to_ = SqliteStore::create(file_); });
  }

  void copy(const ReportProgress& report) override { report_ = report; }

  void correct() override {
    const auto run = [&](const char* sql) { write_file([&] { to_->connection().run(sql); }); };
    run("PRAGMA foreign_keys = OFF");
    run("BEGIN");
    run("DELETE FROM groups; DELETE FROM catalog");
    to_->drop_indexes();
    for (const RowTable& table : row_tables()) copy_table(table);
    copy_places();
    copy_counter();
    write_file([&] { to_->build_indexes(); });
    run("COMMIT");
  }

  void save() override {
    try {
      to_->save();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::exists) throw copy_exists(file_);
      throw as_output(error);
    }
  }

 private:
  void copy_table(const RowTable& table) {
    const std::string columns = table.column_list();
    const std::string select = fmt::format("SELECT {} FROM {} ORDER BY {}", columns, table.name, table.order);
    const char* const insert =
        to_->connection().keep_text(fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, columns,
                                                fmt::join(std::vector<const char*>(table.columns.size(), "?"), ", ")));
    PgCursor rows{from_, select.c_str()};
    std::uint64_t done = 0;
    while (rows.step()) {
      write_file([&] {
        Query query{to_->connection(), insert};
        int at = 0;
        for (const RowColumn& column : table.columns) bind_column(query, rows, at++, column.type);
        query.run();
      });
      if (report_) report_(table.name, ++done, 0);
    }
  }

  /// The SQLite store has many places of an entry in one column.
  void copy_places() {
    PgCursor rows{from_, "SELECT revision, group_id FROM log_places ORDER BY revision, group_id"};
    std::int64_t revision = 0;
    std::vector<GroupId> places;
    while (rows.step()) {
      if (rows.integer(0) != revision) add_places(revision, std::exchange(places, {}));
      revision = rows.integer(0);
      places.push_back(rows.integer(1));
    }
    add_places(revision, places);
  }

  void add_places(std::int64_t revision, const std::vector<GroupId>& places) {
    write_file([&] {
      if (places.size() > kFewPlaces) {
        Query query{to_->connection(), "UPDATE log SET places = ? WHERE revision = ?"};
        query.bind_blob(write_places(places)).bind(revision).run();
        return;
      }
      for (const GroupId place : places) {
        Query query{to_->connection(), "INSERT INTO log_places (group_id, revision) VALUES (?, ?)"};
        query.bind(place).bind(revision).run();
      }
    });
  }

  void copy_counter() {
    // The next group has an id that nothing in the copy refers to.
    PgQuery row{from_,
                "SELECT revision, 1 + greatest((SELECT max(id) FROM groups), (SELECT max(id) FROM groups_history),"
                " (SELECT max(group_id) FROM log_places), (SELECT max(group_id) FROM mail_slots),"
                " (SELECT max(group_id) FROM mail_warnings)), pruned, spellings"
                " FROM store"};
    row.step();
    write_file([&] {
      Query query{to_->connection(), "UPDATE store SET revision = ?, next_group = ?, pruned = ?, spellings = ?"};
      for (int column = 0; column < 4; ++column) query.bind(row.integer(column));
      query.run();
    });
  }

  PgConnection& from_;
  std::string file_;
  std::unique_ptr<SqliteStore> to_;
  ReportProgress report_;
};

}  // namespace

std::unique_ptr<StoreCopy> PgStore::begin_copy(const std::string& file) {
  return std::make_unique<ServerCopy>(connection_, file);
}

}  // namespace allot
