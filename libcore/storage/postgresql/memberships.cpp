#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "libcore/base/text.hpp"
#include "libcore/storage/grant_text.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/node_reader.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

constexpr const char* kInsertMembership = "INSERT INTO memberships (group_id, " ALLOT_MEMBERSHIP_COLUMNS
                                          ", since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// Binds `name, role, counts, features, from_day, until_day, labels, language`.
void bind_contents(PgQuery& query, const MembershipView& membership, const Catalogue& catalogue) {
  query.bind(membership.name)
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

/// Puts the columns of `bind_contents`.
void put_contents(CopyIn& copy, const MembershipView& membership, const Catalogue& catalogue) {
  copy.put_text(membership.name);
  copy.put_smallint(static_cast<std::int64_t>(membership.role));
  copy.put_text(write_counts(membership.grant.counts, catalogue));
  if (membership.inherits_features) {
    copy.put_null();
  } else {
    copy.put_text(write_features(membership.grant.features, catalogue));
  }
  copy.put_period(membership.grant.period);
  copy.put_labels(membership.labels);
  membership.language.is_empty() ? copy.put_null() : copy.put_text(membership.language.text());
}

}  // namespace

std::optional<Membership> PgSnapshot::find_membership(GroupId group, std::string_view email) {
  if (const UserMemberships* const known = cache().find_user(fold_ascii(email))) {
    for (const auto& [id, membership] : *known) {
      if (id == group) return membership;
    }
    return std::nullopt;
  }
  if (const auto known = cache().find_membership(group, fold_ascii(email))) {
    return *known == nullptr ? std::nullopt : std::optional{**known};
  }
  PgQuery query(connection_, over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS
                                       " FROM memberships WHERE group_id = $1 AND email_key = $2"));
  query.bind(group).bind(fold_ascii(email));
  if (!query.step()) return std::nullopt;
  GrantColumns grants = grant_columns();
  return view_membership(query, 0, grants).copy();
}

void PgStore::keep_membership(GroupId group, std::string_view email) {
  note_change(What::membership, group, fold_ascii(email));
  PgQuery(connection_,
          "INSERT INTO memberships_history (group_id, " ALLOT_MEMBERSHIP_COLUMNS
          ", since, renamed_from, until) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
          ", since, renamed_from, $1 FROM memberships WHERE since < $1 AND group_id = $2 AND email_key = $3")
      .bind(new_revision())
      .bind(group)
      .bind(fold_ascii(email))
      .run();
}

void PgStore::insert_membership(GroupId group, const MembershipView& membership) {
  cache().put_membership(group, membership);
  PgQuery query(connection_, kInsertMembership);
  query.bind(group).bind(membership.email);
  bind_contents(query, membership, catalogue());
  query.bind(new_revision()).run();
  remember_item(What::membership, group, membership.email);
}

void PgStore::insert_memberships(const std::vector<NewMembership>& memberships) {
  if (memberships.size() < kFewRows) {
    for (const auto& [group, membership] : memberships) insert_membership(group, membership);
    return;
  }
  cache().clear();
  has_figures_ = false;
  const std::int64_t revision = next_revision();
  const Catalogue& known = catalogue();  // no query runs until the copy is finished
  CopyIn copy(connection_,
              "COPY memberships (group_id, " ALLOT_MEMBERSHIP_COLUMNS ", since) FROM STDIN (FORMAT binary)");
  for (const auto& [group, membership] : memberships) {
    copy.begin_row(11);
    copy.put_bigint(group);
    copy.put_text(membership.email);
    put_contents(copy, membership, known);
    copy.put_bigint(revision);
  }
  copy.finish();
  for (const auto& [group, membership] : memberships) remember_item(What::membership, group, membership.email);
}

void PgStore::update_membership(GroupId group, const MembershipView& membership) {
  cache().put_membership(group, membership);
  keep_membership(group, membership.email);
  PgQuery query(
      connection_,
      "UPDATE memberships SET name = $1, role = $2, counts = $3, features = $4, from_day = $5, until_day = $6,"
      " labels = $7, language = $8, renamed_from = CASE WHEN since = $9 THEN renamed_from END, since = $9 WHERE"
      " group_id = $10 AND email_key = $11");
  bind_contents(query, membership, catalogue());
  query.bind(new_revision()).bind(group).bind(fold_ascii(membership.email)).run();
}

void PgStore::remove_membership(GroupId group, std::string_view email) {
  cache().remove_membership(group, fold_ascii(email));
  keep_membership(group, email);
  PgQuery(connection_, "DELETE FROM memberships WHERE group_id = $1 AND email_key = $2")
      .bind(group)
      .bind(fold_ascii(email))
      .run();
  forget_item(What::membership, group, email);
}

void PgSnapshot::for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) {
  if (const Figures* const known = find_known_figures(group); known != nullptr && known->members == 0) return;
  if (cache().has_members(group) || read_members(group)) {
    if (const auto members = cache().take_members(group)) {
      for (const Membership& member : *members) visit(member);
      return;
    }
  }
  PgCursor query(connection_, over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS
                                        " FROM memberships WHERE group_id = $1 ORDER BY email_key"));
  query.bind(group);
  GrantColumns grants = grant_columns();
  while (query.step()) visit(view_membership(query, 0, grants));
}

std::vector<Membership> PgSnapshot::first_members(GroupId group, std::size_t most, std::string_view prefix) {
  PgQuery query(connection_, over_rows("SELECT " ALLOT_MEMBERSHIP_COLUMNS
                                       " FROM memberships WHERE group_id = $1 AND email_key >= $2 AND email_key < $2 "
                                       "|| chr(1114111) ORDER BY email_key LIMIT $3"));
  query.bind(group).bind(fold_ascii(prefix)).bind(static_cast<std::int64_t>(most));
  GrantColumns grants = grant_columns();
  std::vector<Membership> members;
  while (query.step()) members.push_back(view_membership(query, 0, grants).copy());
  return members;
}

std::optional<std::string> PgSnapshot::find_last_member(GroupId group, std::string_view prefix) {
  PgQuery query(connection_, over_rows("SELECT email FROM memberships WHERE group_id = $1 AND email_key >= $2"
                                       " AND email_key < $2 || chr(1114111) ORDER BY email_key DESC LIMIT 1"));
  query.bind(group).bind(fold_ascii(prefix));
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void PgSnapshot::for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit) {
  PgCursor query(connection_, over_rows("SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                                        " FROM memberships ORDER BY group_id, email_key"));
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), view_membership(query, 1, grants));
}

void PgSnapshot::for_each_membership_below(const std::vector<GroupId>& tops,
                                           const std::function<void(GroupId, const MembershipView&)>& visit) {
  const bool is_whole = tops == std::vector{kRootGroup};
  PgCursor query(
      connection_,
      over_rows(is_whole ? "SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS " FROM memberships ORDER BY email_key, group_id"
                         : "WITH RECURSIVE below (id) AS (SELECT unnest($1::bigint[]) UNION ALL SELECT g.id FROM "
                           "groups g JOIN below ON g.parent = below.id) SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                           " FROM memberships WHERE group_id IN (SELECT id FROM below) ORDER BY email_key, group_id"));
  if (!is_whole) query.bind(tops);
  GrantColumns grants = grant_columns();
  while (query.step()) visit(query.integer(0), view_membership(query, 1, grants));
}

std::vector<std::pair<GroupId, Membership>> PgSnapshot::memberships_of(std::string_view email,
                                                                       std::optional<std::int64_t> most) {
  if (const UserMemberships* const known = cache().find_user(fold_ascii(email))) {
    const auto count = std::min(known->size(), static_cast<std::size_t>(most.value_or(INT64_MAX)));
    return {known->begin(), known->begin() + static_cast<std::ptrdiff_t>(count)};
  }
  PgQuery query(connection_, over_rows("SELECT group_id, " ALLOT_MEMBERSHIP_COLUMNS
                                       " FROM memberships WHERE email_key = $1 ORDER BY group_id LIMIT $2"));
  query.bind(fold_ascii(email)).bind(most);
  GrantColumns grants = grant_columns();
  std::vector<std::pair<GroupId, Membership>> memberships;
  while (query.step()) memberships.emplace_back(query.integer(0), view_membership(query, 1, grants).copy());
  return memberships;
}

std::optional<std::string> PgSnapshot::find_email(std::string_view email) {
  if (const UserMemberships* const known = cache().find_user(fold_ascii(email))) {
    return known->empty() ? std::nullopt : std::optional{known->front().second.email};
  }
  PgQuery query(connection_, over_rows("SELECT email FROM memberships WHERE email_key = $1 LIMIT 1"));
  query.bind(fold_ascii(email));
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void PgStore::rename_member(GroupId group, std::string_view email, std::string_view new_email) {
  cache().forget_user(fold_ascii(email));
  cache().forget_user(fold_ascii(new_email));
  keep_membership(group, email);
  const bool is_same_key = equals_folded(email, new_email);
  if (!is_same_key) forget_item(What::membership, group, email);
  // The e-mail before the write is in the version that the write replaced; there is none if the write created the row.
  const bool is_made = write_.readded.erase({group, fold_ascii(email)}) > 0;
  PgQuery(connection_,
          "UPDATE memberships SET email = $1, renamed_from = CASE WHEN $5 = 0"
          " THEN coalesce(CASE WHEN since = $4 THEN renamed_from END, (SELECT h.email FROM memberships_history h"
          " WHERE h.group_id = $2 AND h.email_key = $3 AND h.until = $4)) END, since = $4"
          " WHERE group_id = $2 AND email_key = $3")
      .bind(new_email)
      .bind(group)
      .bind(fold_ascii(email))
      .bind(new_revision())
      .bind(std::int64_t{is_made})
      .run();
  if (is_same_key) return;
  remember_item(What::membership, group, new_email);
  write_.readded.erase({group, fold_ascii(new_email)});
  write_.renamed.emplace_back(group, new_email);
}

void PgStore::note_spellings() { notes_spellings_ = true; }

std::vector<std::string> PgStore::find_spelled_users() {
  std::vector<std::string> users;
  if (!counter().has_spellings) return users;
  PgQuery query(connection_, "SELECT email_key FROM memberships GROUP BY email_key HAVING min(email) <> max(email)");
  while (query.step()) users.emplace_back(query.text(0));
  return users;
}

std::optional<std::string> PgSnapshot::find_next_email(std::string_view prefix, std::string_view after) {
  PgQuery query(connection_,
                over_rows("SELECT email FROM memberships WHERE email_key >= $1 AND email_key < $2 || chr(1114111)"
                          " ORDER BY email_key LIMIT 1"));
  // No e-mail has a control character, so this is the least text after `after`.
  query.bind(fold_ascii(after.empty() ? std::string{prefix} : std::string{after} + '\1')).bind(fold_ascii(prefix));
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::vector<std::pair<std::string, GroupId>> PgSnapshot::next_user_groups(std::string_view prefix,
                                                                          const std::pair<std::string, GroupId>& after,
                                                                          std::size_t most) {
  PgQuery query(connection_, over_rows("SELECT email, group_id FROM memberships WHERE email_key >= $1"
                                       " AND email_key < $2 || chr(1114111) AND (email_key > $1 OR group_id > $3)"
                                       " ORDER BY email_key, group_id LIMIT $4"));
  query.bind(fold_ascii(after.first.empty() ? prefix : std::string_view{after.first})).bind(fold_ascii(prefix));
  query.bind(after.second).bind(static_cast<std::int64_t>(most));
  std::vector<std::pair<std::string, GroupId>> users;
  while (query.step()) users.emplace_back(query.text(0), query.integer(1));
  return users;
}

std::optional<std::string> PgSnapshot::find_last_email(std::string_view prefix) {
  PgQuery query(connection_,
                over_rows("SELECT email FROM memberships WHERE email_key >= $1 AND email_key < $1 || chr(1114111)"
                          " ORDER BY email_key DESC LIMIT 1"));
  query.bind(fold_ascii(prefix));
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

bool PgSnapshot::has_users() { return PgQuery(connection_, over_rows("SELECT 1 FROM memberships LIMIT 1")).step(); }

}  // namespace allot
