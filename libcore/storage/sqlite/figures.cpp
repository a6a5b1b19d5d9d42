#include <utility>

#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/many_rows.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"
#include "libcore/storage/usage_column.hpp"

namespace allot {
namespace {

/// Returns a statement that inserts `rows` rows.
const char* insert_of_figures(std::size_t rows) {
  static const Inserts inserts{"figures (group_id, children, members, ceilings, allotted, since)", 6};
  return inserts.of(rows);
}

void bind_figures(Query& query, GroupId group, const Figures& figures, const std::vector<std::int64_t>& rows) {
  query.bind(group)
      .bind(figures.children)
      .bind(figures.members)
      .bind(figures.ceilings)
      .bind_blob(write_usage(figures.allotted, rows));
}

}  // namespace

std::optional<Figures> SqliteSnapshot::find_figures(GroupId group) {
  catalogue();
  Query query(connection_, "SELECT children, members, ceilings, allotted, since FROM figures WHERE group_id = ?");
  query.bind(group);
  const bool has_row = query.step();
  if (!has_row && !as_of_) return Figures{};
  if (!has_row) {
    // Figures are only removed with their group, so an existing group without a row always had zeros.
    Query is_there(connection_, "SELECT 1 FROM groups WHERE id = ?");
    return is_there.bind(group).step() ? std::optional{Figures{}} : std::nullopt;
  }
  if (as_of_ && query.integer(4) > *as_of_) return std::nullopt;
  return Figures{query.integer(0), query.integer(1), query.integer(2), read_usage(query.text(3), counted_rows_)};
}

void SqliteStore::set_figures(GroupId group, const Figures& figures) {
  catalogue();
  if (figures.is_zero()) {
    Query(connection_,
          "UPDATE figures SET children = 0, members = 0, ceilings = 0, allotted = x'', since = ? WHERE group_id = ?")
        .bind(write_.revision)
        .bind(group)
        .run();
    return;
  }
  Query query(connection_,
              "INSERT INTO figures (group_id, children, members, ceilings, allotted, since) VALUES (?, ?, ?, ?, ?, ?)"
              " ON CONFLICT (group_id) DO UPDATE SET children = excluded.children, members = excluded.members,"
              " ceilings = excluded.ceilings, allotted = excluded.allotted, since = excluded.since");
  bind_figures(query, group, figures, counted_rows_);
  query.bind(write_.revision).run();
}

void SqliteStore::insert_figures(const std::vector<NewFigures>& figures) {
  catalogue();
  for_many_rows(figures.size(), write_.has_indexes, [&](std::size_t first, std::size_t count) {
    Query query(connection_, insert_of_figures(count));
    for (std::size_t i = first; i < first + count; ++i) {
      bind_figures(query, figures[i].group, figures[i].figures, counted_rows_);
      query.bind(write_.revision);
    }
    query.run();
  });
}

void SqliteStore::for_each_figures(const std::function<void(GroupId, Figures&&)>& visit) {
  catalogue();
  Query query(connection_, "SELECT group_id, children, members, ceilings, allotted FROM figures ORDER BY group_id");
  while (query.step()) {
    visit(query.integer(0),
          Figures{query.integer(1), query.integer(2), query.integer(3), read_usage(query.text(4), counted_rows_)});
  }
}

}  // namespace allot
