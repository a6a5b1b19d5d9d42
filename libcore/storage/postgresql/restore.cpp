#include "libcore/storage/postgresql/restore.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/row_tables.hpp"
#include "libcore/storage/postgresql/schema.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

void put_column(CopyIn& copy, const Query& row, int at, ColumnType type) {
  if (row.is_null(at)) return copy.put_null();
  switch (type) {
    case ColumnType::bigint:
      return copy.put_bigint(row.integer(at));
    case ColumnType::integer:
      return copy.put_int(row.integer(at));
    case ColumnType::smallint:
      return copy.put_smallint(row.integer(at));
    case ColumnType::text:
      return copy.put_text(row.text(at));
    case ColumnType::raw_text:
    case ColumnType::bytes:
      return copy.put_bytes(row.text(at));
  }
}

/// Creates the schema, or removes the rows of a store that is empty; throws exists if it is not.
void prepare(PgConnection& to) {
  if (!has_schema(to)) return create_schema(to);
  inspect_schema(to);
  constexpr const char* kIsEmpty =
      "SELECT revision <= 1 AND NOT EXISTS (SELECT FROM groups WHERE parent IS NOT NULL)"
      " AND NOT EXISTS (SELECT FROM licenses) AND NOT EXISTS (SELECT FROM memberships)"
      " AND NOT EXISTS (SELECT FROM mails) FROM store FOR UPDATE";
  if (to.ask_integer(kIsEmpty) == 0) {
    throw Error::exists(fmt::format("the store {} is not empty", quote_whole(to.location())),
                        "a backup is restored into a database without a store, or into a new store");
  }
  for (const char* const table : {"figures", "log_places", "log_items", "log", "groups", "catalog"}) {
    to.run(fmt::format("DELETE FROM {}", table).c_str());
  }
}

class Restore {
 public:
  Restore(SqliteStore& from, PgConnection& to, const ReportProgress& report)
      : from_(from.connection()), to_(to), report_(report) {}

  void run() {
    for (const RowTable& table : row_tables()) copy_table(table);
    copy_places();
    Query row{from_, "SELECT revision, next_group, pruned, spellings FROM store"};
    row.step();
    PgQuery counter{to_, "UPDATE store SET revision = $1, next_group = $2, pruned = $3, spellings = $4"};
    for (int column = 0; column < 4; ++column) counter.bind(row.integer(column));
    counter.run();
  }

 private:
  void copy_table(const RowTable& table) {
    const std::string columns = table.column_list();
    Query rows{from_, from_.keep_text(fmt::format("SELECT {} FROM {} ORDER BY {}", columns, table.name, table.order))};
    const std::string sql = fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, columns);
    CopyIn copy{to_, sql.c_str()};
    std::uint64_t done = 0;
    while (rows.step()) {
      copy.begin_row(static_cast<int>(table.columns.size()));
      int at = 0;
      for (const RowColumn& column : table.columns) put_column(copy, rows, at++, column.type);
      if (report_) report_(table.name, ++done, 0);
    }
    copy.finish();
  }

  /// The SQLite store has many places of an entry in one column.
  void copy_places() {
    CopyIn copy{to_, "COPY log_places (group_id, revision) FROM STDIN (FORMAT binary)"};
    const auto add = [&](GroupId group, std::int64_t revision) {
      copy.begin_row(2);
      copy.put_bigint(group);
      copy.put_bigint(revision);
    };
    Query few{from_, "SELECT group_id, revision FROM log_places"};
    while (few.step()) add(few.integer(0), few.integer(1));
    Query many{from_, "SELECT revision, places FROM log WHERE places IS NOT NULL"};
    while (many.step()) {
      for (const GroupId place : read_places(many.text(1))) add(place, many.integer(0));
    }
    copy.finish();
  }

  Connection& from_;
  PgConnection& to_;
  const ReportProgress& report_;
};

}  // namespace

std::int64_t restore_on_server(const std::string& location, std::chrono::milliseconds wait, const std::string& file,
                               bool is_dry_run, const ReportProgress& report) {
  const std::unique_ptr<SqliteStore> from = SqliteStore::open(file, wait);
  const Store::Transaction reading{*from, Store::Transaction::Kind::read};
  const std::int64_t revision = from->revision();
  PgConnection to{location, wait};
  to.begin(PgAccess::schema);
  prepare(to);
  if (is_dry_run) return revision;
  const bool is_owner = may_change_schema(to);
  if (is_owner) to.run_script(postgresql_schema::kDropIndexes);
  if (!is_owner) to.run("SET CONSTRAINTS ALL DEFERRED");
  Restore{*from, to, report}.run();
  if (is_owner) to.run_script(postgresql_schema::kIndexes);
  to.commit();
  return revision;
}

}  // namespace allot
