#include <algorithm>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/node_reader.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

/// Binds the columns `kind, restriction, suspended, remind_before, remind_repeat, remind_users, remind_low, labels,
/// language`.
void bind_traits(PgQuery& query, const GroupTraits& traits) {
  if (traits.kind.empty()) {
    query.bind_null();
  } else {
    query.bind(traits.kind);
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

/// Puts the same columns.
void put_traits(CopyIn& copy, const GroupTraits& traits) {
  traits.kind.empty() ? copy.put_null() : copy.put_text(traits.kind);
  copy.put_smallint(static_cast<std::int64_t>(traits.restriction));
  copy.put_smallint(std::int64_t{traits.suspended});
  if (traits.reminder) {
    const Reminder& reminder = *traits.reminder;
    if (reminder.before.is_empty()) {
      copy.put_null();
      copy.put_null();
    } else {
      copy.put_text(reminder.before.text(" "));
      copy.put_smallint(static_cast<std::int64_t>(reminder.repeat));
    }
    copy.put_smallint(std::int64_t{reminder.users});
    reminder.low == 0 ? copy.put_null() : copy.put_smallint(std::int64_t{reminder.low});
  } else {
    for (int column = 0; column < 4; ++column) copy.put_null();
  }
  copy.put_labels(traits.labels);
  traits.language.is_empty() ? copy.put_null() : copy.put_text(traits.language.text());
}

}  // namespace

std::optional<StoredGroup> PgSnapshot::find_group(GroupId parent, std::string_view name) {
  if (const auto known = cache().find(parent, name)) {
    return *known == nullptr ? std::nullopt : std::optional{(*known)->group};
  }
  if (cache().is_absent(parent)) return std::nullopt;
  PgQuery query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE parent = $1 AND name = $2"));
  query.bind(parent).bind(name);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

std::optional<StoredGroup> PgSnapshot::find_group(GroupId id) {
  if (const CachedGroup* const known = cache().find(id)) return known->group;
  if (cache().is_absent(id)) return std::nullopt;
  PgQuery query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE id = $1"));
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return read_group(query);
}

void PgStore::keep_group(GroupId id) {
  PgQuery query(connection_,
                "INSERT INTO groups_history (" ALLOT_GROUP_COLUMNS ", since, until) SELECT " ALLOT_GROUP_COLUMNS
                ", since, $1 FROM groups WHERE since < $1 AND id = $2");
  note_change(What::group, id, {});
  query.bind(new_revision()).bind(id).run();
}

/// Ids come in blocks of a sequence, outside the transaction; blocks that follow each other are one range.
GroupId PgStore::reserve_groups(std::int64_t count) {
  while (group_ids_.end - group_ids_.first < count) {
    PgQuery query(connection_, kReserveGroups);
    query.bind((count + kGroupBlock - 1) / kGroupBlock).step();
    take_blocks(query);
  }
  const GroupId first = group_ids_.first;
  group_ids_.first += count;
  return first;
}

/// Takes reserved blocks, unless another process reserved some between them; those are given up then.
void PgStore::take_blocks(const PgQuery& blocks) {
  const GroupId first = blocks.integer(0);
  const GroupId end = blocks.integer(1) + kGroupBlock;
  if (end - first == blocks.integer(2) * kGroupBlock) group_ids_ = {first, end};
}

GroupId PgStore::insert_group(GroupId parent, std::string_view name, const GroupTraits& traits) {
  const GroupId id = reserve_groups(1);
  insert_groups({{id, parent, name, traits}});
  return id;
}

void PgStore::insert_groups(const std::vector<NewGroup>& groups) {
  cache();
  for (const NewGroup& group : groups) write_.created.add(group.id);
  if (groups.size() >= kFewRows) {
    cache().forget_groups();
    has_figures_ = false;
    return copy_groups(groups);
  }
  for (const NewGroup& group : groups) {
    PgQuery query(connection_, "INSERT INTO groups (" ALLOT_GROUP_COLUMNS
                               ", since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
    query.bind(group.id).bind(group.parent).bind(group.name);
    bind_traits(query, group.traits);
    query.bind(new_revision()).run();
    cache().put_created({{group.id, group.parent, std::string{group.name}, group.traits}, Figures{}, {}});
  }
}

void PgStore::copy_groups(const std::vector<NewGroup>& groups) {
  const std::int64_t revision = next_revision();
  CopyIn copy(connection_, "COPY groups (" ALLOT_GROUP_COLUMNS ", since) FROM STDIN (FORMAT binary)");
  for (const auto& [id, parent, name, traits] : groups) {
    copy.begin_row(13);
    copy.put_bigint(id);
    copy.put_bigint(parent);
    copy.put_text(name);
    put_traits(copy, traits);
    copy.put_bigint(revision);
  }
  copy.finish();
}

void PgStore::update_group(GroupId id, const GroupTraits& traits) {
  if (CachedGroup* const cached = cache().change(id)) cached->group.traits = traits;
  keep_group(id);
  PgQuery query(connection_,
                "UPDATE groups SET kind = $1, restriction = $2, suspended = $3, remind_before = $4, remind_repeat = $5,"
                " remind_users = $6, remind_low = $7, labels = $8, language = $9, since = $10 WHERE id = $11");
  bind_traits(query, traits);
  query.bind(new_revision()).bind(id).run();
}

void PgStore::rename_group(GroupId id, std::string_view name) {
  const CachedGroup* const known = cache().find(id);
  cache().place(id, known == nullptr ? 0 : known->group.parent, name);
  keep_group(id);
  PgQuery(connection_, "UPDATE groups SET name = $1, since = $2 WHERE id = $3")
      .bind(name)
      .bind(new_revision())
      .bind(id)
      .run();
}

void PgStore::move_group(GroupId id, GroupId parent) {
  const CachedGroup* const known = cache().find(id);
  cache().place(id, parent, known == nullptr ? std::string{} : known->group.name);
  keep_group(id);
  PgQuery(connection_, "UPDATE groups SET parent = $1, since = $2 WHERE id = $3")
      .bind(parent)
      .bind(new_revision())
      .bind(id)
      .run();
}

void PgStore::defer_references() { connection_.run("SET CONSTRAINTS ALL DEFERRED"); }

void PgStore::remove_groups(GroupId top, const ReportProgress& report) {
  if (const Figures* const known = find_known_figures(top); known != nullptr && known->children == 0) {
    return remove_groups(IdRanges{{top}}, report);
  }
  std::vector<GroupId> groups;
  PgQuery query(connection_,
                "WITH RECURSIVE below (id) AS (SELECT $1::bigint UNION SELECT g.id FROM groups g JOIN below b"
                " ON g.parent = b.id) SELECT id FROM below");
  query.bind(top);
  while (query.step()) groups.push_back(query.integer(0));
  remove_groups(IdRanges{std::move(groups)}, report);
}

void PgStore::remove_groups(const IdRanges& groups, const ReportProgress& report) {
  cache().clear();
  has_figures_ = false;
  defer_references();  // a range may contain a group before its parent
  // Rows that this write changed or created before may be among those that are removed.
  write_.has_repeats = write_.has_repeats || !keys_.changed.empty() || !write_.created.is_empty();
  std::int64_t done = 0;
  for (const IdRanges::Range& range : groups.ranges()) {
    const auto keep = [&](const char* sql) {
      PgQuery(connection_, sql).bind(new_revision()).bind(range.first).bind(range.end).run();
    };
    const auto remove = [&](const char* sql) { PgQuery(connection_, sql).bind(range.first).bind(range.end).run(); };
    keep("INSERT INTO licenses_history (group_id, " ALLOT_LICENSE_COLUMNS
         ", since, until) SELECT group_id, " ALLOT_LICENSE_COLUMNS
         ", since, $1 FROM licenses WHERE since < $1 AND group_id >= $2 AND group_id < $3");
    keep("INSERT INTO memberships_history (group_id, " ALLOT_MEMBERSHIP_COLUMNS
         ", since, renamed_from, until) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
         ", since, renamed_from, $1 FROM memberships WHERE since < $1 AND group_id >= $2 AND group_id < $3");
    keep("INSERT INTO groups_history (" ALLOT_GROUP_COLUMNS ", since, until) SELECT " ALLOT_GROUP_COLUMNS
         ", since, $1 FROM groups WHERE since < $1 AND id >= $2 AND id < $3");
    remove("DELETE FROM licenses WHERE group_id >= $1 AND group_id < $2");
    remove("DELETE FROM memberships WHERE group_id >= $1 AND group_id < $2");
    remove("DELETE FROM figures WHERE group_id >= $1 AND group_id < $2");
    remove("DELETE FROM groups WHERE id >= $1 AND id < $2");
    if (write_.has_items) {
      keep("DELETE FROM log_items WHERE revision = $1 AND what BETWEEN 1 AND 2 AND group_id >= $2 AND group_id < $3");
    }
    done += range.end - range.first;
    if (report) report("removing", static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(groups.size()));
  }
  write_.has_removals = true;
}

void PgSnapshot::for_each_child(GroupId parent, const VisitGroup& visit) {
  if (const Figures* const known = find_known_figures(parent); known != nullptr && known->children == 0) return;
  if (const auto children = read_children(parent)) {
    for (auto child = children->begin(); child != children->end(); ++child) {
      if (cache().find(*child) == nullptr) {  // not read with the others, or forgotten
        expect_groups({child, child + std::min<std::ptrdiff_t>(kAtOnce, children->end() - child)});
        cache().put_children(parent, *children);
      }
      if (auto group = find_group(*child)) visit(*std::move(group));
    }
    return;
  }
  constexpr const char* kWithFigures =
      "SELECT g.*, l.*, f.children, f.members, f.ceilings, f.allotted FROM (SELECT " ALLOT_GROUP_COLUMNS
      " FROM groups WHERE parent = $1) AS g LEFT JOIN figures f ON f.group_id = g.id LEFT JOIN LATERAL"
      " (SELECT " ALLOT_LICENSE_COLUMNS " FROM licenses WHERE group_id = g.id) AS l ON true ORDER BY g.name, l.name";
  PgCursor query(connection_, kWithFigures);
  query.bind(parent);
  GrantColumns grants = grant_columns();
  NodeReader nodes{query, grants, &counted_rows_};
  while (auto node = nodes.next()) {
    StoredGroup group = node->group;
    cache().put(*std::move(node));
    visit(std::move(group));
  }
}

std::vector<StoredGroup> PgSnapshot::first_children(GroupId parent, std::size_t most, std::string_view prefix) {
  PgQuery query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS
                                       " FROM groups WHERE parent = $1 AND name >= $2 ORDER BY name LIMIT $3"));
  query.bind(parent).bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<StoredGroup> children;
  while (query.step() && query.text(2).starts_with(prefix)) children.push_back(read_group(query));
  return children;
}

std::optional<std::string> PgSnapshot::find_last_child_name(GroupId parent, std::string_view prefix) {
  PgQuery query(connection_, over_rows("SELECT name FROM groups WHERE parent = $1 AND name >= $2"
                                       " AND name < $2 || chr(1114111) ORDER BY name DESC LIMIT 1"));
  query.bind(parent).bind(prefix);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void PgSnapshot::for_each_group(const VisitGroup& visit) {
  PgCursor query(connection_, over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups ORDER BY id"));
  while (query.step()) visit(read_group(query));
}

void PgSnapshot::for_each_reminding(const VisitGroup& visit) {
  PgCursor query(connection_,
                 over_rows("SELECT " ALLOT_GROUP_COLUMNS " FROM groups WHERE remind_users IS NOT NULL ORDER BY id"));
  while (query.step()) visit(read_group(query));
}

std::vector<GroupId> PgSnapshot::find_groups_named(std::string_view name) {
  PgQuery query(connection_, over_rows("SELECT id FROM groups WHERE starts_with(translate(name,"
                                       " 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') || ' ', $1 || ' ')"
                                       " ORDER BY length(name), id"));
  query.bind(fold_ascii(name));
  std::vector<GroupId> groups;
  while (query.step()) groups.push_back(query.integer(0));
  return groups;
}

std::vector<std::string> PgSnapshot::find_child_names(GroupId parent, std::string_view prefix, std::size_t most) {
  PgQuery query(connection_,
                over_rows("SELECT name FROM groups WHERE parent = $1 AND name >= $2 ORDER BY name LIMIT $3"));
  query.bind(parent).bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<std::string> names;
  while (query.step() && query.text(0).starts_with(prefix)) names.emplace_back(query.text(0));
  return names;
}

std::vector<std::string> PgSnapshot::find_kinds(std::size_t most) {
  PgQuery query(connection_,
                over_rows("SELECT DISTINCT kind FROM (SELECT kind FROM groups ORDER BY id LIMIT $1) AS first"
                          " WHERE kind IS NOT NULL ORDER BY kind"));
  query.bind(static_cast<std::int64_t>(most));
  std::vector<std::string> kinds;
  while (query.step()) kinds.emplace_back(query.text(0));
  return kinds;
}

}  // namespace allot
