#include <utility>

#include "libcore/store/columns.hpp"
#include "libcore/store/connection.hpp"
#include "libcore/store/grant_columns.hpp"
#include "libcore/store/grant_text.hpp"
#include "libcore/store/many_rows.hpp"
#include "libcore/store/store.hpp"

namespace allot {
namespace {

/// A row of `email, name, role, counts, features, from_day, until_day` that begins at `column`.
MembershipView view_membership(const Query& query, int column, GrantColumns& grants) {
  return {query.text(column), query.text(column + 1), read_choice(query, column + 2, Role::admin),
          query.is_null(column + 4), grants.read(query, column + 3)};
}

/// The same as a value of its own.
Membership read_membership(const Query& query, int column, const Catalogue& catalogue) {
  GrantColumns grants{catalogue};
  return view_membership(query, column, grants).copy();
}

/// A statement that inserts `rows` memberships.
const char* insert_of_memberships(std::size_t rows) {
  static const Inserts inserts{"memberships (group_id, email, name, role, counts, features, from_day, until_day)", 8};
  return inserts.of(rows);
}

/// Binds `name, role, counts, features, from_day, until_day`.
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
}

}  // namespace

std::optional<Membership> Store::find_membership(GroupId group, std::string_view email) {
  Query query(*connection_,
              "SELECT email, name, role, counts, features, from_day, until_day FROM memberships"
              " WHERE group_id = ? AND email = ?");
  query.bind(group).bind(email);
  if (!query.step()) return std::nullopt;
  return read_membership(query, 0, catalogue());
}

void Store::insert_membership(GroupId group, const MembershipView& membership) {
  insert_memberships({{group, membership}});
}

void Store::insert_memberships(const std::vector<NewMembership>& memberships) {
  for_many_rows(memberships.size(), [&](std::size_t first, std::size_t count) {
    Query query(*connection_, insert_of_memberships(count));
    for (std::size_t i = first; i < first + count; ++i) {
      query.bind(memberships[i].group).bind_kept(memberships[i].membership.email);
      bind_contents(query, memberships[i].membership, catalogue());
    }
    query.run();
  });
}

void Store::update_membership(GroupId group, const MembershipView& membership) {
  Query query(*connection_,
              "UPDATE memberships SET name = ?, role = ?, counts = ?, features = ?, from_day = ?, until_day = ?"
              " WHERE group_id = ? AND email = ?");
  bind_contents(query, membership, catalogue());
  query.bind(group).bind(membership.email).run();
}

void Store::remove_membership(GroupId group, std::string_view email) {
  Query(*connection_, "DELETE FROM memberships WHERE group_id = ? AND email = ?").bind(group).bind(email).run();
}

void Store::for_each_member(GroupId group, const std::function<void(const MembershipView&)>& visit) {
  Query query(*connection_,
              "SELECT email, name, role, counts, features, from_day, until_day FROM memberships"
              " WHERE group_id = ? ORDER BY email");
  query.bind(group);
  GrantColumns grants{catalogue()};
  while (query.step()) visit(view_membership(query, 0, grants));
}

std::vector<Membership> Store::first_members(GroupId group, std::size_t most) {
  Query query(*connection_,
              "SELECT email, name, role, counts, features, from_day, until_day FROM memberships"
              " WHERE group_id = ? ORDER BY email LIMIT ?");
  query.bind(group).bind(static_cast<std::int64_t>(most));
  std::vector<Membership> members;
  while (query.step()) members.push_back(read_membership(query, 0, catalogue()));
  return members;
}

void Store::for_each_membership(const std::function<void(GroupId, const MembershipView&)>& visit) {
  Query query(*connection_,
              "SELECT group_id, email, name, role, counts, features, from_day, until_day FROM memberships"
              " ORDER BY group_id, email");
  GrantColumns grants{catalogue()};
  while (query.step()) visit(query.integer(0), view_membership(query, 1, grants));
}

std::vector<std::pair<GroupId, Membership>> Store::memberships_of(std::string_view email) {
  Query query(*connection_,
              "SELECT group_id, email, name, role, counts, features, from_day, until_day FROM memberships"
              " WHERE email = ? ORDER BY group_id");
  query.bind(email);
  std::vector<std::pair<GroupId, Membership>> memberships;
  while (query.step()) memberships.emplace_back(query.integer(0), read_membership(query, 1, catalogue()));
  return memberships;
}

std::optional<std::string> Store::find_email(std::string_view email) {
  Query query(*connection_, "SELECT email FROM memberships WHERE email = ? LIMIT 1");
  query.bind(email);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

void Store::rename_member(GroupId group, std::string_view email, std::string_view new_email) {
  Query(*connection_, "UPDATE memberships SET email = ? WHERE group_id = ? AND email = ?")
      .bind(new_email)
      .bind(group)
      .bind(email)
      .run();
}

void Store::note_spellings() { connection_->run("UPDATE store SET spellings = 1"); }

std::vector<std::string> Store::find_spelled_users() {
  std::vector<std::string> users;
  if (version_ < 2 || connection_->ask_integer("SELECT spellings FROM store") == 0) return users;
  Query query(*connection_,
              "SELECT lower(email) FROM memberships GROUP BY email"
              " HAVING min(email COLLATE BINARY) <> max(email COLLATE BINARY)");
  while (query.step()) users.emplace_back(query.text(0));
  return users;
}

std::vector<std::string> Store::find_emails(std::string_view prefix, std::size_t most) {
  Query query(*connection_,
              "SELECT DISTINCT email FROM memberships WHERE email >= ?1 AND email < ?1 || char(1114111)"
              " ORDER BY email LIMIT ?2");
  query.bind(prefix).bind(static_cast<std::int64_t>(most));
  std::vector<std::string> emails;
  while (query.step()) emails.emplace_back(query.text(0));
  return emails;
}

}  // namespace allot
