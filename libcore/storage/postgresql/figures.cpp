#include <utility>

#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/usage_column.hpp"

namespace allot {
namespace {

void bind_figures(PgQuery& query, GroupId group, const Figures& figures, const std::vector<std::int64_t>& rows) {
  query.bind(group)
      .bind(figures.children)
      .bind(figures.members)
      .bind(figures.ceilings)
      .bind_bytes(write_usage(figures.allotted, rows));
}

}  // namespace

const Figures* PgSnapshot::find_known_figures(GroupId group) {
  const CachedGroup* const known = has_figures_ ? cache().find(group) : nullptr;
  return known != nullptr && known->figures ? &*known->figures : nullptr;
}

std::optional<Figures> PgSnapshot::find_figures(GroupId group) {
  catalogue();
  if (as_of_) return find_past_figures(group);
  if (const CachedGroup* const known = cache().find(group); known != nullptr && known->figures) return known->figures;
  PgQuery query(connection_, "SELECT children, members, ceilings, allotted FROM figures WHERE group_id = $1");
  query.bind(group);
  if (!query.step()) return Figures{};
  return Figures{query.integer(0), query.integer(1), query.integer(2), read_usage(query.bytes(3), counted_rows_)};
}

void PgStore::set_figures(GroupId group, const Figures& figures) {
  catalogue();
  cache().set_figures(group, {figures.children, figures.members, figures.ceilings, figures.allotted});
  if (figures.is_zero()) {
    PgQuery(connection_,
            "UPDATE figures SET children = 0, members = 0, ceilings = 0, allotted = ''::bytea, since = $1 WHERE "
            "group_id = $2")
        .bind(new_revision())
        .bind(group)
        .run();
    return;
  }
  PgQuery query(
      connection_,
      "INSERT INTO figures (group_id, children, members, ceilings, allotted, since) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (group_id) DO UPDATE SET children = excluded.children, members = excluded.members,"
      " ceilings = excluded.ceilings, allotted = excluded.allotted, since = excluded.since");
  bind_figures(query, group, figures, counted_rows_);
  query.bind(new_revision()).run();
}

void PgStore::insert_figures(const std::vector<NewFigures>& figures) {
  if (figures.size() < kFewRows) {
    for (const auto& [group, each] : figures) set_figures(group, each);
    return;
  }
  catalogue();
  cache().forget_groups();
  const std::int64_t revision = next_revision();
  CopyIn copy(connection_,
              "COPY figures (group_id, children, members, ceilings, allotted, since) FROM STDIN (FORMAT binary)");
  for (const auto& [group, each] : figures) {
    copy.begin_row(6);
    copy.put_bigint(group);
    copy.put_bigint(each.children);
    copy.put_bigint(each.members);
    copy.put_bigint(each.ceilings);
    copy.put_bytes(write_usage(each.allotted, counted_rows_));
    copy.put_bigint(revision);
  }
  copy.finish();
}

void PgStore::for_each_figures(const std::function<void(GroupId, Figures&&)>& visit) {
  catalogue();
  PgCursor query(connection_, "SELECT group_id, children, members, ceilings, allotted FROM figures ORDER BY group_id");
  while (query.step()) {
    visit(query.integer(0),
          Figures{query.integer(1), query.integer(2), query.integer(3), read_usage(query.bytes(4), counted_rows_)});
  }
}

}  // namespace allot
