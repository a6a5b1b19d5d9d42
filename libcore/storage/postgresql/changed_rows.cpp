#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/row_reading.hpp"

// The rows that a write created, replaced and removed, found from the versions.

namespace allot {
namespace {

/// A query of the keys of one kind of item: their groups and names.
struct KeyQuery {
  What what;
  const char* sql;
};

/// Sends queries together, with the parameters that `bind` binds, and visits the keys that they return.
template <typename Bind>
void visit_keys(PgConnection& connection, std::initializer_list<KeyQuery> queries, Bind bind,
                const StoreReader::VisitKey& visit) {
  std::vector<PgQuery> sent;
  for (const KeyQuery& each : queries) {
    bind(sent.emplace_back(connection, each.sql));
    sent.back().queue();
  }
  auto query = sent.begin();
  for (const KeyQuery& each : queries) {
    while (query->step()) visit({each.what, query->integer(0), std::string{query->text(1)}});
    ++query;
  }
}

}  // namespace

void PgStore::for_each_replaced(std::int64_t revision, const VisitKey& visit) {
  visit_keys(
      connection_,
      {{What::catalog, "SELECT 0, name FROM catalog_history WHERE until = $1"},
       {What::mail_template, "SELECT 0, name FROM templates_history WHERE until = $1"},
       {What::group, "SELECT id, '' FROM groups_history WHERE until = $1"},
       {What::license, "SELECT group_id, name FROM licenses_history WHERE until = $1"},
       {What::membership, "SELECT group_id, email_key FROM memberships_history WHERE until = $1"}},
      [&](PgQuery& query) { query.bind(revision); }, visit);
}

void PgStore::for_each_created_item(std::int64_t revision, const VisitItem& visit) {
  PgQuery query(connection_,
                "SELECT what, group_id, name, CASE what WHEN 1 THEN renamed_from WHEN 2 THEN"
                " (SELECT m.renamed_from_key FROM memberships m WHERE m.group_id = log_items.group_id"
                " AND m.email_key = log_items.name AND m.since = $1 UNION ALL"
                " SELECT h.renamed_from_key FROM memberships_history h WHERE h.group_id = log_items.group_id"
                " AND h.email_key = log_items.name AND h.since = $1 LIMIT 1) END FROM log_items WHERE revision = $1");
  query.bind(revision);
  while (query.step()) {
    std::optional<std::string> renamed_from;
    if (!query.is_null(3)) renamed_from = query.text(3);
    visit({read_choice(query, 0, What::mail_template), query.integer(1), std::string{query.text(2)}},
          std::move(renamed_from));
  }
}

void PgStore::for_each_created_group(std::int64_t revision, const IdRanges::Range& range,
                                     const std::function<void(GroupId)>& visit) {
  PgQuery query(connection_,
                "SELECT id FROM groups WHERE id >= $1 AND id < $2 AND since = $3"
                " UNION ALL SELECT id FROM groups_history WHERE id >= $1 AND id < $2 AND since = $3 ORDER BY id");
  query.bind(range.first).bind(range.end).bind(revision);
  while (query.step()) visit(query.integer(0));
}

void PgStore::for_each_created_in(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) {
  visit_keys(
      connection_,
      {{What::license,
        "SELECT group_id, name FROM licenses WHERE group_id >= $1 AND group_id < $2 AND since = $3"
        " UNION ALL SELECT group_id, name FROM licenses_history WHERE group_id >= $1 AND group_id < $2"
        " AND since = $3 ORDER BY 1, 2"},
       {What::membership,
        "SELECT group_id, email_key FROM memberships WHERE group_id >= $1 AND group_id < $2 AND since = $3"
        " UNION ALL SELECT group_id, email_key FROM memberships_history WHERE group_id >= $1 AND group_id < $2"
        " AND since = $3 ORDER BY 1, 2"}},
      [&](PgQuery& query) { query.bind(range.first).bind(range.end).bind(revision); }, visit);
}

void PgStore::for_each_changed_since(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) {
  visit_keys(
      connection_,
      {{What::group, "SELECT id, '' FROM groups WHERE id >= $1 AND id < $2 AND since <> $3"},
       {What::group, "SELECT id, '' FROM groups_history WHERE id >= $1 AND id < $2 AND since = $3"},
       {What::group, "SELECT id, '' FROM groups WHERE parent >= $1 AND parent < $2 AND since <> $3"},
       {What::license, "SELECT group_id, name FROM licenses WHERE group_id >= $1 AND group_id < $2 AND since <> $3"},
       {What::license,
        "SELECT group_id, name FROM licenses_history WHERE group_id >= $1 AND group_id < $2 AND since = $3"},
       {What::membership,
        "SELECT group_id, email_key FROM memberships WHERE group_id >= $1 AND group_id < $2 AND since <> $3"},
       {What::membership,
        "SELECT group_id, email_key FROM memberships_history WHERE group_id >= $1 AND group_id < $2 AND since = $3"}},
      [&](PgQuery& query) { query.bind(range.first).bind(range.end).bind(revision); }, visit);
}

std::optional<std::string> PgStore::find_renamed_from(GroupId group, std::string_view email, std::int64_t revision) {
  PgQuery query(
      connection_,
      "SELECT renamed_from_key FROM memberships WHERE group_id = $1 AND email_key = $2 AND since = $3"
      " AND renamed_from IS NOT NULL UNION ALL"
      " SELECT renamed_from_key FROM memberships_history WHERE group_id = $1 AND email_key = $2 AND since = $3"
      " AND renamed_from IS NOT NULL");
  query.bind(group).bind(fold_ascii(email)).bind(revision);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::optional<std::string> PgStore::find_license_renamed_from(GroupId group, std::string_view name,
                                                              std::int64_t revision) {
  PgQuery query(connection_,
                "SELECT renamed_from FROM log_items WHERE revision = $1 AND what = 1 AND group_id = $2 AND name = $3"
                " AND renamed_from IS NOT NULL");
  query.bind(revision).bind(group).bind(name);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::vector<std::int64_t> PgStore::revisions_of(const ItemKey& key) {
  const auto find_sql = [&] {
    switch (key.what) {
      case What::group:
        return "SELECT since FROM groups WHERE id = $1 AND $2 = '' UNION SELECT since FROM groups_history WHERE id = $1"
               " UNION SELECT until FROM groups_history WHERE id = $1";
      case What::license:
        return "SELECT since FROM licenses WHERE group_id = $1 AND name = $2"
               " UNION SELECT since FROM licenses_history WHERE group_id = $1 AND name = $2"
               " UNION SELECT until FROM licenses_history WHERE group_id = $1 AND name = $2";
      case What::membership:
        return "SELECT since FROM memberships WHERE group_id = $1 AND email_key = $2"
               " UNION SELECT since FROM memberships_history WHERE group_id = $1 AND email_key = $2"
               " UNION SELECT until FROM memberships_history WHERE group_id = $1 AND email_key = $2";
      case What::catalog:
        return "SELECT since FROM catalog WHERE $1 = 0 AND name = $2"
               " UNION SELECT since FROM catalog_history WHERE name = $2"
               " UNION SELECT until FROM catalog_history WHERE name = $2";
      case What::mail_template:
        break;
    }
    return "SELECT since FROM templates WHERE $1 = 0 AND name = $2"
           " UNION SELECT since FROM templates_history WHERE name = $2"
           " UNION SELECT until FROM templates_history WHERE name = $2";
  };
  PgQuery query(connection_, find_sql());
  query.bind(key.group).bind(key.name);
  std::vector<std::int64_t> revisions;
  while (query.step()) revisions.push_back(query.integer(0));
  return revisions;
}

std::vector<std::int64_t> PgStore::revisions_using(const std::string& name) {
  PgQuery query(connection_,
                "SELECT since FROM catalog WHERE requires = $1"
                " UNION SELECT since FROM licenses WHERE strpos(' ' || counts, ' ' || $1 || '=') > 0"
                " OR strpos(' ' || features || ' ', ' ' || $1 || ' ') > 0"
                " UNION SELECT since FROM memberships WHERE strpos(' ' || counts, ' ' || $1 || '=') > 0"
                " OR strpos(' ' || coalesce(features, '') || ' ', ' ' || $1 || ' ') > 0");
  query.bind(name);
  std::vector<std::int64_t> revisions;
  while (query.step()) revisions.push_back(query.integer(0));
  return revisions;
}

std::vector<GroupId> PgStore::parents_above(const IdRanges& groups) {
  std::vector<GroupId> parents;
  for (const IdRanges::Range& range : groups.ranges()) {
    PgQuery query(connection_,
                  "SELECT DISTINCT parent FROM groups WHERE id >= $1 AND id < $2 AND (parent < $1 OR parent >= $2)");
    query.bind(range.first).bind(range.end);
    while (query.step()) {
      if (!groups.contains(query.integer(0))) parents.push_back(query.integer(0));
    }
  }
  return parents;
}

Store::VersionCounts PgStore::count_versions(What what) {
  struct Statements {
    const char* replaced;  // versions that the write replaced or removed
    const char* updated;   // those whose row exists, under the same e-mail or another
    const char* in_range;  // versions in groups that the write created
  };
  constexpr Statements kStatements[] = {
      {"SELECT count(*) FROM groups_history WHERE until = $1",
       "SELECT count(*) FROM groups_history h JOIN groups g ON g.id = h.id AND g.since = $1 WHERE h.until = $1",
       "SELECT count(*) FROM groups WHERE id >= $2 AND id < $3 AND since = $1"},
      {"SELECT count(*) FROM licenses_history WHERE until = $1",
       "SELECT count(*) FROM licenses_history h JOIN licenses l ON l.group_id = h.group_id AND l.name = h.name"
       " AND l.since = $1 WHERE h.until = $1",
       "SELECT count(*) FROM licenses WHERE group_id >= $2 AND group_id < $3 AND since = $1"},
      {"SELECT count(*) FROM memberships_history WHERE until = $1",
       "SELECT count(*) FROM memberships_history h JOIN memberships m ON m.group_id = h.group_id AND m.email_key = "
       "h.email_key"
       " AND m.since = $1 WHERE h.until = $1",
       "SELECT count(*) FROM memberships WHERE group_id >= $2 AND group_id < $3 AND since = $1"},
      {"SELECT count(*) FROM catalog_history WHERE until = $1",
       "SELECT count(*) FROM catalog_history h JOIN catalog c ON c.name = h.name AND c.since = $1 WHERE h.until = $1",
       nullptr},
      {"SELECT count(*) FROM templates_history WHERE until = $1",
       "SELECT count(*) FROM templates_history h JOIN templates t ON t.name = h.name AND t.since = $1"
       " WHERE h.until = $1",
       nullptr},
  };
  const Statements& statements = kStatements[static_cast<std::size_t>(what)];
  const auto ask = [&](const char* sql) {
    PgQuery query(connection_, sql);
    query.bind(new_revision()).queue();
    return query;
  };
  const auto number_of = [](PgQuery& query) {
    query.step();
    return query.integer(0);
  };
  PgQuery updated = ask(statements.updated);
  PgQuery replaced = ask(statements.replaced);
  std::optional<PgQuery> renamed_licenses;
  if (what == What::license) {
    renamed_licenses =
        ask("SELECT count(*) FROM log_items WHERE revision = $1 AND what = 1 AND renamed_from IS NOT NULL");
  }
  PgQuery items(connection_, "SELECT count(*) FROM log_items WHERE revision = $1 AND what = $2");
  items.bind(new_revision()).bind(static_cast<std::int64_t>(what)).queue();
  std::vector<PgQuery> in_ranges;
  for (const IdRanges::Range& range : write_.created.ranges()) {
    if (statements.in_range == nullptr) break;
    in_ranges.emplace_back(connection_, statements.in_range);
    in_ranges.back().bind(new_revision()).bind(range.first).bind(range.end).queue();
  }
  VersionCounts counts;
  counts.updated = number_of(updated);
  counts.removed = number_of(replaced) - counts.updated;
  counts.created = number_of(items);
  for (PgQuery& query : in_ranges) counts.created += number_of(query);
  std::int64_t renamed = 0;
  if (renamed_licenses) renamed = number_of(*renamed_licenses);
  if (what == What::membership) renamed = count_renamed_members();
  counts.updated += renamed;
  counts.removed -= renamed;
  counts.created -= renamed;
  return counts;
}

std::int64_t PgStore::count_renamed_members() {
  std::int64_t renamed = 0;
  for (const auto& [group, email] : write_.renamed) {
    renamed += find_renamed_from(group, email, next_revision()).has_value();
  }
  return renamed;
}

}  // namespace allot
