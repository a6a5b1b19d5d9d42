#include "libcore/storage/postgresql/restore.hpp"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/storage/log_columns.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/locks.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/row_tables.hpp"
#include "libcore/storage/postgresql/schema.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

constexpr const char* kAnalyze =
    "ANALYZE catalog, catalog_history, groups, groups_history, licenses, licenses_history, memberships,"
    " memberships_history, templates, templates_history, figures, log, log_items, log_places, mails, mail_slots,"
    " mail_warnings";

/// Returns a value that a column of `Integer` can have; throws invalid_input for another, which allot never writes.
template <typename Integer>
std::int64_t require_range(std::int64_t value) {
  if (value >= std::numeric_limits<Integer>::min() && value <= std::numeric_limits<Integer>::max()) return value;
  throw Error::invalid_input(fmt::format("the file is damaged: the value {} is out of range", value));
}

void put_column(CopyIn& copy, const Query& row, int at, ColumnType type) {
  if (row.is_null(at)) return copy.put_null();
  switch (type) {
    case ColumnType::bigint:
      return copy.put_bigint(row.integer(at));
    case ColumnType::integer:
      return copy.put_int(require_range<std::int32_t>(row.integer(at)));
    case ColumnType::smallint:
      return copy.put_smallint(require_range<std::int16_t>(row.integer(at)));
    case ColumnType::text:
      return copy.put_text(row.text(at));
    case ColumnType::raw_text:
    case ColumnType::bytes:
      return copy.put_bytes(row.text(at));
  }
}

/// Runs `read` on the file; its errors are those of an input.
template <typename Read>
auto read_file(Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::store) throw;
    throw Error::invalid_input(error.message(), error.hint());
  }
}

std::unique_ptr<SqliteStore> open_file(const std::string& file, std::chrono::milliseconds wait) {
  try {
    return SqliteStore::open(file, wait);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::store) throw;
    throw Error::invalid_input(error.message(), "name the file of an SQLite store, such as `allot backup` writes");
  }
}

void require_undamaged(SqliteStore& from, const std::string& file) {
  const std::vector<std::string> damage = from.find_damage();
  if (damage.empty()) return;
  throw Error::invalid_input(fmt::format("the store {} is damaged: {}", quote(file), damage.front()),
                             fmt::format("`allot --db {} check` lists the faults", quote_for_shell(file)));
}

/// Creates the schema if there is none, and locks the store; throws exists if it is not empty.
void prepare(PgConnection& to, const ServerRestore& wanted) {
  lock_creation(to);
  if (!has_schema(to)) {
    wanted.authorize(0);
    return create_schema(to);
  }
  inspect_schema(to);
  const WriteLocks locks{to, WriteScope::everything(), wanted.wait};
  PgQuery store{to,
                "SELECT revision, revision <= 1 AND NOT EXISTS (SELECT FROM groups WHERE parent IS NOT NULL)"
                " AND NOT EXISTS (SELECT FROM licenses) AND NOT EXISTS (SELECT FROM memberships)"
                " FROM store FOR UPDATE"};
  store.step();
  wanted.authorize(store.integer(0));
  if (store.integer(1) != 0) return;
  throw Error::exists(fmt::format("the store {} is not empty", quote_whole(to.location())),
                      "a backup is restored into a database without a store, or into a new store");
}

/// Removes the rows of an empty store.
void remove_rows(PgConnection& to) {
  for (const char* const sql : {"DELETE FROM figures", "DELETE FROM log_places", "DELETE FROM log_items",
                                "DELETE FROM log", "DELETE FROM groups", "DELETE FROM catalog"}) {
    to.run(sql);
  }
}

class Restore {
 public:
  Restore(SqliteStore& from, PgConnection& to, const ReportProgress& report)
      : from_(from.connection()), to_(to), report_(report) {}

  void run() {
    for (const RowTable& table : row_tables()) copy_table(table);
    copy_places();
    Query row{from_, "SELECT revision, pruned, spellings, next_group FROM store"};
    row.step();
    PgQuery counter{to_, "UPDATE store SET revision = $1, pruned = $2, spellings = $3"};
    for (int column = 0; column < 3; ++column) counter.bind(row.integer(column));
    counter.run();
    PgQuery{to_, kReserveGroups}.bind(row.integer(3) / kGroupBlock + 1).run();
  }

 private:
  void copy_table(const RowTable& table) {
    const std::string columns = table.column_list();
    Query rows{from_, from_.keep_text(fmt::format("SELECT {} FROM {} ORDER BY {}", columns, table.name, table.order))};
    const std::string sql = fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, columns);
    CopyIn copy{to_, sql.c_str()};
    std::uint64_t done = 0;
    while (read_file([&] { return rows.step(); })) {
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

std::int64_t restore_on_server(const ServerRestore& wanted, const ReportProgress& report) {
  PgConnection to{wanted.location, wanted.wait};
  const std::unique_ptr<SqliteStore> from = open_file(wanted.file, wanted.wait);
  const auto reading =
      read_file([&] { return std::make_unique<Store::Transaction>(*from, Store::Transaction::Kind::read); });
  const std::int64_t revision = read_file([&] {
    require_undamaged(*from, wanted.file);
    return from->revision();
  });
  to.begin(PgAccess::schema);
  prepare(to, wanted);
  const bool is_owner = may_change_schema(to);  // other roles insert with the indexes
  if (is_owner) to.run_script(postgresql_schema::kDropIndexes);
  remove_rows(to);
  Restore{*from, to, report}.run();
  if (is_owner) to.run_script(postgresql_schema::kIndexes);
  if (is_owner) to.run_script(kAnalyze);
  if (wanted.is_dry_run) {
    to.roll_back();
  } else {
    to.commit();
  }
  return revision;
}

}  // namespace allot
