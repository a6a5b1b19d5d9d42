#include <algorithm>
#include <utility>

#include "libcore/store/columns.hpp"
#include "libcore/store/connection.hpp"
#include "libcore/store/many_rows.hpp"
#include "libcore/store/store.hpp"

namespace allot {
namespace {

/// Reads a row of `id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users`.
StoredGroup read_group(const Query& query) {
  StoredGroup group;
  group.id = query.integer(0);
  group.parent = query.find_integer(1).value_or(0);
  group.name = query.text(2);
  group.traits.kind = query.text(3);
  group.traits.restriction = read_choice(query, 4, Restriction::shared);
  group.traits.suspended = query.integer(5) != 0;
  if (!query.is_null(6)) {
    group.traits.reminder = Reminder{static_cast<int>(read_integer(query, 6, 1, kReminderDays)),
                                     read_choice(query, 7, Repeat::monthly), query.integer(8) != 0};
  }
  return group;
}

/// A statement that inserts `rows` groups.
const char* insert_of_groups(std::size_t rows) {
  static const Inserts inserts{
      "groups (id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users)", 9};
  return inserts.of(rows);
}

/// Binds the columns `kind, restriction, suspended, remind_before, remind_repeat, remind_users`.
void bind_traits(Query& query, const GroupTraits& traits) {
  if (traits.kind.empty()) {
    query.bind_null();
  } else {
    query.bind_kept(traits.kind);
  }
  query.bind(static_cast<std::int64_t>(traits.restriction)).bind(std::int64_t{traits.suspended});
  if (!traits.reminder) {
    query.bind_null().bind_null().bind_null();
    return;
  }
  query.bind(std::int64_t{traits.reminder->before})
      .bind(static_cast<std::int64_t>(traits.reminder->repeat))
      .bind(std::int64_t{traits.reminder->users});
}

}  // namespace

std::optional<StoredGroup> Store::find_group(GroupId parent, std::string_view name) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups WHERE parent = ? AND name = ?");
  query.bind(parent).bind(name);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

std::optional<StoredGroup> Store::find_group(GroupId id) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups WHERE id = ?");
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

GroupId Store::insert_group(GroupId parent, std::string_view name, const GroupTraits& traits) {
  const GroupId id = next_group();
  insert_groups({{id, parent, name, traits}});
  return id;
}

void Store::insert_groups(const std::vector<NewGroup>& groups) {
  for_many_rows(groups.size(), [&](std::size_t first, std::size_t count) {
    Query query(*connection_, insert_of_groups(count));
    for (std::size_t i = first; i < first + count; ++i) {
      query.bind(groups[i].id).bind(groups[i].parent).bind_kept(groups[i].name);
      bind_traits(query, groups[i].traits);
    }
    query.run();
  });
}

GroupId Store::next_group() {
  const GroupId unused = connection_->ask_integer("SELECT max(id) + 1 FROM groups");
  if (version_ < 2) return unused;
  return std::max(unused, connection_->ask_integer("SELECT coalesce(max(next_group), 0) FROM log"));
}

void Store::update_group(GroupId id, const GroupTraits& traits) {
  Query query(*connection_,
              "UPDATE groups SET kind = ?, restriction = ?, suspended = ?, remind_before = ?, remind_repeat = ?,"
              " remind_users = ? WHERE id = ?");
  bind_traits(query, traits);
  query.bind(id).run();
}

void Store::rename_group(GroupId id, std::string_view name) {
  Query(*connection_, "UPDATE groups SET name = ? WHERE id = ?").bind(name).bind(id).run();
}

void Store::move_group(GroupId id, GroupId parent) {
  Query(*connection_, "UPDATE groups SET parent = ? WHERE id = ?").bind(parent).bind(id).run();
}

void Store::remove_groups(GroupId top, const ReportProgress& report) {
  std::vector<GroupId> groups{top};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Query children(*connection_, "SELECT id FROM groups WHERE parent = ?");
    children.bind(groups[i]);
    while (children.step()) {
      if (children.integer(0) == top)
        throw Error::store("the store is damaged: a group is below itself", "restore a backup");
      groups.push_back(children.integer(0));
    }
  }
  for (std::size_t i = groups.size(); i-- > 0;) {
    Query(*connection_, "DELETE FROM licenses WHERE group_id = ?").bind(groups[i]).run();
    Query(*connection_, "DELETE FROM memberships WHERE group_id = ?").bind(groups[i]).run();
    Query(*connection_, "DELETE FROM figures WHERE group_id = ?").bind(groups[i]).run();
    Query(*connection_, "DELETE FROM groups WHERE id = ?").bind(groups[i]).run();
    if (report) report("removing", groups.size() - i, groups.size());
  }
}

void Store::remove_group_rows(GroupId first, GroupId end) {
  for (const char* const sql : {"DELETE FROM licenses WHERE group_id >= ? AND group_id < ?",
                                "DELETE FROM memberships WHERE group_id >= ? AND group_id < ?",
                                "DELETE FROM figures WHERE group_id >= ? AND group_id < ?"}) {
    Query(*connection_, sql).bind(first).bind(end).run();
  }
  // From the last row down, as a group stands after the one above it.
  for (GroupId id = end; id-- > first;) Query(*connection_, "DELETE FROM groups WHERE id = ?").bind(id).run();
}

void Store::for_each_child(GroupId parent, const VisitGroup& visit) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups WHERE parent = ? ORDER BY name");
  query.bind(parent);
  while (query.step()) visit(read_group(query));
}

std::vector<StoredGroup> Store::first_children(GroupId parent, std::size_t most) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups WHERE parent = ? ORDER BY name LIMIT ?");
  query.bind(parent).bind(static_cast<std::int64_t>(most));
  std::vector<StoredGroup> children;
  while (query.step()) children.push_back(read_group(query));
  return children;
}

void Store::for_each_group(const VisitGroup& visit) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups ORDER BY id");
  while (query.step()) visit(read_group(query));
}

void Store::for_each_reminding(const VisitGroup& visit) {
  Query query(*connection_,
              "SELECT id, parent, name, kind, restriction, suspended, remind_before, remind_repeat, remind_users"
              " FROM groups WHERE remind_before IS NOT NULL ORDER BY id");
  while (query.step()) visit(read_group(query));
}

std::vector<std::string> Store::find_child_names(GroupId parent, std::string_view prefix, std::size_t most) {
  Query query(*connection_, "SELECT name FROM groups WHERE parent = ? AND name >= ? ORDER BY name LIMIT ?");
  query.bind(parent).bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<std::string> names;
  while (query.step() && query.text(0).starts_with(prefix)) names.emplace_back(query.text(0));
  return names;
}

}  // namespace allot
