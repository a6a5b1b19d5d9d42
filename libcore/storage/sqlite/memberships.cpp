#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/many_rows.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

/// Returns a statement that inserts `rows` memberships.
const char* insert_of_memberships(std::size_t rows) {
  static const Inserts inserts{"memberships (group_id, " ALLOT_MEMBERSHIP_COLUMNS ", since)", 11};
  return inserts.of(rows);
}

/// Binds `name, role, counts, features, from_day, until_day, labels, language`.
void bind_contents(Query& query, const MembershipView& membership, const Catalogue& catalogue) {
  query.bind_kept(membership.name)
      .bind(static_cast<std::int64_t>(membership.role))
      .bind(write_counts(membership.grant.counts, catalogue));
  if (membership.inherits_features) {
    query.bind_null();
  } else {
    query.bind(write_features(membership.grant.features, catalogue));
  }
  bind_period(query, membership.grant.period);
  bind_labels(query, membership.labels);
  bind_language(query, membership.language);
}

}  // namespace

std::optional<Membership> SqliteSnapshot::find_membership(GroupId group, std::string_view email) {
  Query query(connection_,
              over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships WHERE group_id = ? AND email = ?"));
  query.bind(group).bind(email);
  if (!query.step()) return std::nullopt;
  GrantColumns grants = grant_columns();
  return view_membership(query, 0, grants).copy();
}

void SqliteStore::keep_membership(GroupId group, std::string_view email) {
  Query query(connection_,
              "INSERT INTO memberships_history (group_id, " ALLOT_MEMBERSHIP_COLUMNS
              ", since, renamed_from, until) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
              ", since, renamed_from, ?1 FROM memberships WHERE since < ?1 AND group_id = ?2 AND email = ?3");
  note_kept(query.bind(write_.revision).bind(group).bind(email).run_counted());
}

void SqliteStore::insert_membership(GroupId group, const MembershipView& membership) {
  insert_memberships({{group, membership}});
}

void SqliteStore::insert_memberships(const std::vector<NewMembership>& memberships) {
  for_many_rows(memberships.size(), write_.has_indexes, [&](std::size_t first, std::size_t count) {
    Query query(connection_, insert_of_memberships(count));
    for (std::size_t i = first; i < first + count; ++i) {
      query.bind(memberships[i].group).bind_kept(memberships[i].membership.email);
      bind_contents(query, memberships[i].membership, catalogue());
      query.bind(write_.revision);
    }
    query.run();
    for (std::size_t i = first; i < first + count; ++i) {
      remember_item(What::membership, memberships[i].group, memberships[i].membership.email);
    }
  });
}

void SqliteStore::update_membership(GroupId group, const MembershipView& membership) {
  keep_membership(group, membership.email);
  Query query(
      connection_,
      "UPDATE memberships SET name = ?, role = ?, counts = ?, features = ?, from_day = ?, until_day = ?, labels = ?,"
      " language = ?, renamed_from = CASE WHEN since = ?9 THEN renamed_from END, since = ?9 WHERE group_id = ?10 AND "
      "email = ?11");
  bind_contents(query, membership, catalogue());
  query.bind(write_.revision).bind(group).bind(membership.email).run();
}

void SqliteStore::remove_membership(GroupId group, std::string_view email) {
  keep_membership(group, email);
  Query(connection_, "DELETE FROM memberships WHERE group_id = ? AND email = ?").bind(group).bind(email).run();
  forget_item(What::membership, group, email);
}

void SqliteSnapshot::for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) {
  Query query(connection_,
              over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships WHERE group_id = ? ORDER BY email"));
  query.bind(group);
  GrantColumns grants = grant_columns();
  while (query.step()) visit(view_membership(query, 0, grants));
}

std::vector<Membership> SqliteSnapshot::first_members(GroupId group, std::size_t most, std::string_view prefix) {
  Query query(connection_,
              over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships WHERE group_id = ? AND email >= :prefix"
                        " AND email < :prefix || char(1114111) ORDER BY email LIMIT ?"));
  query.bind(group).bind(prefix).bind(static_cast<std::int64_t>(most));
  GrantColumns grants = grant_columns();
  std::vector<Membership> members;
  while (query.step()) members.push_back(view_membership(query, 0, grants).copy());
  return members;
}

std::optional<std::string> SqliteSnapshot::find_last_member(GroupId group, std::string_view prefix) {
  Query query(connection_, over_rows("SELECT email FROM memberships WHERE group_id = ? AND email >= :prefix"
                                     " AND email < :prefix || char(1114111) ORDER BY email DESC LIMIT 1"));
  query.bind(group).bind(prefix);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void SqliteSnapshot::for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit) {
  Query query(connection_,
              over_rows("SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships ORDER BY group_id, email"));
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), view_membership(query, 1, grants));
}

void SqliteSnapshot::for_each_membership_below(const std::vector<GroupId>& tops,
                                               const std::function<void(GroupId, const MembershipView&)>& visit) {
  // The index is in the order of the whole store; a part of it is sorted, so that nothing else is read.
  const bool is_whole = tops == std::vector{kRootGroup};
  Query query(
      connection_,
      over_rows(is_whole ? "SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships ORDER BY email, group_id"
                         : "SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                           " FROM memberships WHERE group_id IN (WITH RECURSIVE below (id) AS (SELECT value FROM "
                           "json_each(?) UNION ALL SELECT g.id FROM groups g JOIN below ON g.parent = below.id) SELECT "
                           "id FROM below) ORDER BY +email, group_id"));
  if (!is_whole) query.bind(fmt::format("[{}]", fmt::join(tops, ",")));
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), view_membership(query, 1, grants));
}

std::vector<std::pair<GroupId, Membership>> SqliteSnapshot::memberships_of(std::string_view email,
                                                                           std::optional<std::int64_t> most) {
  Query query(connection_, over_rows("SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                                     " FROM memberships WHERE email = ? ORDER BY group_id LIMIT ?"));
  query.bind(email).bind(most.value_or(-1));
  GrantColumns grants = grant_columns();
  std::vector<std::pair<GroupId, Membership>> memberships;
  while (query.step()) memberships.emplace_back(query.integer(0), view_membership(query, 1, grants).copy());
  return memberships;
}

std::optional<std::string> SqliteSnapshot::find_email(std::string_view email) {
  Query query(connection_, over_rows("SELECT email FROM memberships WHERE email = ? LIMIT 1"));
  query.bind(email);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void SqliteStore::rename_member(GroupId group, std::string_view email, std::string_view new_email) {
  keep_membership(group, email);
  const bool is_same_key = equals_folded(email, new_email);
  if (!is_same_key) forget_item(What::membership, group, email);
  // The e-mail before the write is in the version that the write replaced; there is none if the write created the row.
  const bool is_made = write_.readded.erase({group, fold_ascii(email)}) > 0;
  Query(connection_,
        "UPDATE memberships SET email = ?1, renamed_from = CASE WHEN ?5 = 0"
        " THEN coalesce(CASE WHEN since = ?4 THEN renamed_from END,"
        " (SELECT h.email FROM memberships_history h WHERE h.group_id = ?2 AND h.email = ?3 AND h.until = ?4)) END,"
        " since = ?4 WHERE group_id = ?2 AND email = ?3")
      .bind(new_email)
      .bind(group)
      .bind(email)
      .bind(write_.revision)
      .bind(std::int64_t{is_made})
      .run();
  if (is_same_key) return;
  remember_item(What::membership, group, new_email);
  write_.readded.erase({group, fold_ascii(new_email)});
  write_.renamed.emplace_back(group, new_email);
}

void SqliteStore::note_spellings() { connection_.run("UPDATE store SET spellings = 1"); }

std::vector<std::string> SqliteStore::find_spelled_users() {
  std::vector<std::string> users;
  if (connection_.ask_integer("SELECT spellings FROM store") == 0) return users;
  Query query(connection_,
              "SELECT lower(email) FROM memberships GROUP BY email"
              " HAVING min(email COLLATE BINARY) <> max(email COLLATE BINARY)");
  while (query.step()) users.emplace_back(query.text(0));
  return users;
}

std::optional<std::string> SqliteSnapshot::find_next_email(std::string_view prefix, std::string_view after) {
  Query query(connection_, over_rows("SELECT email FROM memberships WHERE email >= ? AND email < ? || char(1114111)"
                                     " ORDER BY email LIMIT 1"));
  // No e-mail has a control character, so this is the least text after `after`.
  query.bind(after.empty() ? std::string{prefix} : std::string{after} + '\1').bind(prefix);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::vector<std::pair<std::string, GroupId>> SqliteSnapshot::next_user_groups(
    std::string_view prefix, const std::pair<std::string, GroupId>& after, std::size_t most) {
  Query query(connection_,
              over_rows("SELECT email, group_id FROM memberships WHERE email >= :after AND email < ? || char(1114111)"
                        " AND (email > :after OR group_id > ?) ORDER BY email, group_id LIMIT ?"));
  query.bind(after.first.empty() ? prefix : std::string_view{after.first}).bind(prefix);
  query.bind(after.second).bind(static_cast<std::int64_t>(most));
  std::vector<std::pair<std::string, GroupId>> users;
  while (query.step()) users.emplace_back(query.text(0), query.integer(1));
  return users;
}

std::optional<std::string> SqliteSnapshot::find_last_email(std::string_view prefix) {
  Query query(connection_, over_rows("SELECT email FROM memberships WHERE email >= :prefix"
                                     " AND email < :prefix || char(1114111) ORDER BY email DESC LIMIT 1"));
  query.bind(prefix);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

bool SqliteSnapshot::has_users() { return Query(connection_, over_rows("SELECT 1 FROM memberships LIMIT 1")).step(); }

}  // namespace allot
