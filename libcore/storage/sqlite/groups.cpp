#include <algorithm>
#include <utility>

#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/many_rows.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

/// Returns a statement that inserts `rows` groups.
const char* insert_of_groups(std::size_t rows) {
  static const Inserts inserts{"groups (" ALLOT_GROUP_COLUMNS ", since)", 13};
  return inserts.of(rows);
}

/// Binds the columns `kind, restriction, suspended, remind_before, remind_repeat, remind_users, remind_low, labels,
/// language`.
void bind_traits(Query& query, const GroupTraits& traits) {
  if (traits.kind.empty()) {
    query.bind_null();
  } else {
    query.bind_kept(traits.kind);
  }
  query.bind(static_cast<std::int64_t>(traits.restriction)).bind(std::int64_t{traits.suspended});
  if (traits.reminder) {
    bind_reminder(query, *traits.reminder);
  } else {
    query.bind_null().bind_null().bind_null().bind_null();
  }
  bind_labels(query, traits.labels);
  bind_language(query, traits.language);
}

}  // namespace

std::optional<StoredGroup> SqliteSnapshot::find_group(GroupId parent, std::string_view name) {
  Query query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE parent = ? AND name = ?"));
  query.bind(parent).bind(name);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

std::optional<StoredGroup> SqliteSnapshot::find_group(GroupId id) {
  Query query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE id = ?"));
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

void SqliteStore::keep_group(GroupId id) {
  Query query(connection_,
              "INSERT INTO groups_history (" ALLOT_GROUP_COLUMNS ", since, until) SELECT " ALLOT_GROUP_COLUMNS
              ", since, ?1 FROM groups WHERE since < ?1 AND id = ?2");
  note_kept(query.bind(write_.revision).bind(id).run_counted());
}

GroupId SqliteStore::reserve_groups(std::int64_t count) {
  if (!write_.next_group) write_.next_group = connection_.ask_integer("SELECT next_group FROM store");
  const GroupId first = *write_.next_group;
  *write_.next_group += count;
  return first;
}

GroupId SqliteStore::insert_group(GroupId parent, std::string_view name, const GroupTraits& traits) {
  const GroupId id = reserve_groups(1);
  insert_groups({{id, parent, name, traits}});
  return id;
}

void SqliteStore::insert_groups(const std::vector<NewGroup>& groups) {
  for_many_rows(groups.size(), write_.has_indexes, [&](std::size_t first, std::size_t count) {
    Query query(connection_, insert_of_groups(count));
    for (std::size_t i = first; i < first + count; ++i) {
      query.bind(groups[i].id).bind(groups[i].parent).bind_kept(groups[i].name);
      bind_traits(query, groups[i].traits);
      query.bind(write_.revision);
      write_.created.add(groups[i].id);
    }
    query.run();
  });
}

void SqliteStore::update_group(GroupId id, const GroupTraits& traits) {
  keep_group(id);
  Query query(connection_,
              "UPDATE groups SET kind = ?, restriction = ?, suspended = ?, remind_before = ?, remind_repeat = ?,"
              " remind_users = ?, remind_low = ?, labels = ?, language = ?, since = ? WHERE id = ?");
  bind_traits(query, traits);
  query.bind(write_.revision).bind(id).run();
}

void SqliteStore::rename_group(GroupId id, std::string_view name) {
  keep_group(id);
  Query(connection_, "UPDATE groups SET name = ?, since = ? WHERE id = ?")
      .bind(name)
      .bind(write_.revision)
      .bind(id)
      .run();
}

void SqliteStore::move_group(GroupId id, GroupId parent) {
  keep_group(id);
  Query(connection_, "UPDATE groups SET parent = ?, since = ? WHERE id = ?")
      .bind(parent)
      .bind(write_.revision)
      .bind(id)
      .run();
}

void SqliteStore::defer_references() { connection_.run("PRAGMA defer_foreign_keys = ON"); }

void SqliteStore::remove_groups(GroupId top, const ReportProgress& report) {
  std::vector<GroupId> groups{top};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Query children(connection_, "SELECT id FROM groups WHERE parent = ?");
    children.bind(groups[i]);
    while (children.step()) {
      if (children.integer(0) == top)
        throw Error::store("the store is damaged: a group is below itself", "restore a backup");
      groups.push_back(children.integer(0));
    }
  }
  remove_groups(IdRanges{std::move(groups)}, report);
}

void SqliteStore::remove_groups(const IdRanges& groups, const ReportProgress& report) {
  defer_references();  // a range may contain a group before its parent
  std::int64_t done = 0;
  for (const IdRanges::Range& range : groups.ranges()) {
    const auto run = [&](const char* sql) {
      return Query(connection_, sql).bind(write_.revision).bind(range.first).bind(range.end).run_counted();
    };
    std::int64_t kept = run("INSERT INTO licenses_history (group_id, " ALLOT_LICENSE_COLUMNS
                            ", since, until) SELECT group_id, " ALLOT_LICENSE_COLUMNS
                            ", since, ?1 FROM licenses WHERE since < ?1 AND group_id >= ?2 AND group_id < ?3");
    kept += run("INSERT INTO memberships_history (group_id, " ALLOT_MEMBERSHIP_COLUMNS
                ", since, renamed_from, until) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                ", since, renamed_from, ?1 FROM memberships WHERE since < ?1 AND group_id >= ?2 AND group_id < ?3");
    kept += run("INSERT INTO groups_history (" ALLOT_GROUP_COLUMNS ", since, until) SELECT " ALLOT_GROUP_COLUMNS
                ", since, ?1 FROM groups WHERE since < ?1 AND id >= ?2 AND id < ?3");
    const auto remove = [&](const char* sql) {
      return Query(connection_, sql).bind(range.first).bind(range.end).run_counted();
    };
    std::int64_t removed = remove("DELETE FROM licenses WHERE group_id >= ? AND group_id < ?");
    removed += remove("DELETE FROM memberships WHERE group_id >= ? AND group_id < ?");
    remove("DELETE FROM figures WHERE group_id >= ? AND group_id < ?");
    removed += remove("DELETE FROM groups WHERE id >= ? AND id < ?");
    write_.has_repeats = write_.has_repeats || kept < removed;
    if (write_.has_items) {
      run("DELETE FROM log_items WHERE revision = ?1 AND what BETWEEN 1 AND 2 AND group_id >= ?2 AND group_id < ?3");
    }
    done += range.end - range.first;
    if (report) report("removing", static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(groups.size()));
  }
  write_.has_removals = true;
}

void SqliteSnapshot::for_each_child(GroupId parent, const VisitGroup& visit) {
  Query query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE parent = ? ORDER BY name"));
  query.bind(parent);
  while (query.step()) visit(read_group(query));
}

std::vector<StoredGroup> SqliteSnapshot::first_children(GroupId parent, std::size_t most, std::string_view prefix) {
  Query query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS
                                     " FROM groups WHERE parent = ? AND name >= ? ORDER BY name LIMIT ?"));
  query.bind(parent).bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<StoredGroup> children;
  while (query.step() && query.text(2).starts_with(prefix)) children.push_back(read_group(query));
  return children;
}

std::optional<std::string> SqliteSnapshot::find_last_child_name(GroupId parent, std::string_view prefix) {
  Query query(connection_, over_rows("SELECT name FROM groups WHERE parent = ? AND name >= :prefix"
                                     " AND name < :prefix || char(1114111) ORDER BY name DESC LIMIT 1"));
  query.bind(parent).bind(prefix);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void SqliteSnapshot::for_each_group(const VisitGroup& visit) {
  Query query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups ORDER BY id"));
  while (query.step()) visit(read_group(query));
}

void SqliteSnapshot::for_each_reminding(const VisitGroup& visit) {
  Query query(connection_,
              over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE remind_users IS NOT NULL ORDER BY id"));
  while (query.step()) visit(read_group(query));
}

std::vector<GroupId> SqliteSnapshot::find_groups_named(std::string_view name) {
  Query query(connection_, over_rows("SELECT id FROM groups WHERE substr(name || ' ', 1, length(?) + 1) = (? || ' ')"
                                     " COLLATE NOCASE ORDER BY length(name), id"));
  query.bind(name).bind(name);
  std::vector<GroupId> groups;
  while (query.step()) groups.push_back(query.integer(0));
  return groups;
}

std::vector<std::string> SqliteSnapshot::find_child_names(GroupId parent, std::string_view prefix, std::size_t most) {
  Query query(connection_, over_rows("SELECT name FROM groups WHERE parent = ? AND name >= ? ORDER BY name LIMIT ?"));
  query.bind(parent).bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<std::string> names;
  while (query.step() && query.text(0).starts_with(prefix)) names.emplace_back(query.text(0));
  return names;
}

std::vector<std::string> SqliteSnapshot::find_kinds(std::size_t most) {
  Query query(connection_, over_rows("SELECT DISTINCT kind FROM (SELECT kind FROM groups ORDER BY id LIMIT ?)"
                                     " WHERE kind IS NOT NULL ORDER BY kind"));
  query.bind(static_cast<std::int64_t>(most));
  std::vector<std::string> kinds;
  while (query.step()) kinds.emplace_back(query.text(0));
  return kinds;
}

}  // namespace allot
