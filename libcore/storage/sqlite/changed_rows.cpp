#include <algorithm>

#include "libcore/storage/row_reading.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

// The rows that a write created, replaced and removed, found from the versions.

namespace allot {

void SqliteStore::for_each_replaced(std::int64_t revision, const VisitKey& visit) {
  const auto visit_all = [&](const char* sql, What what) {
    Query query(connection_, sql);
    query.bind(revision);
    while (query.step()) visit({what, query.integer(0), std::string{query.text(1)}});
  };
  visit_all("SELECT 0, name FROM catalog_history WHERE until = ?", What::catalog);
  visit_all("SELECT 0, name FROM templates_history WHERE until = ?", What::mail_template);
  visit_all("SELECT id, '' FROM groups_history WHERE until = ?", What::group);
  visit_all("SELECT group_id, name FROM licenses_history WHERE until = ?", What::license);
  visit_all("SELECT group_id, lower(email) FROM memberships_history WHERE until = ?", What::membership);
}

void SqliteStore::for_each_created_item(std::int64_t revision, const VisitItem& visit) {
  Query query(connection_,
              "SELECT what, group_id, name, CASE what WHEN 1 THEN renamed_from WHEN 2 THEN"
              " (SELECT lower(m.renamed_from) FROM memberships m WHERE m.group_id = log_items.group_id"
              " AND m.email = log_items.name AND m.since = ?1 UNION ALL"
              " SELECT lower(h.renamed_from) FROM memberships_history h WHERE h.group_id = log_items.group_id"
              " AND h.email = log_items.name AND h.since = ?1) END FROM log_items WHERE revision = ?1");
  query.bind(revision);
  while (query.step()) {
    std::optional<std::string> renamed_from;
    if (!query.is_null(3)) renamed_from = query.text(3);
    visit({read_choice(query, 0, What::mail_template), query.integer(1), std::string{query.text(2)}},
          std::move(renamed_from));
  }
}

void SqliteStore::for_each_created_group(std::int64_t revision, const IdRanges::Range& range,
                                         const std::function<void(GroupId)>& visit) {
  Query query(connection_,
              "SELECT id FROM groups WHERE id >= ?1 AND id < ?2 AND since = ?3"
              " UNION ALL SELECT id FROM groups_history WHERE id >= ?1 AND id < ?2 AND since = ?3 ORDER BY id");
  query.bind(range.first).bind(range.end).bind(revision);
  while (query.step()) visit(query.integer(0));
}

void SqliteStore::for_each_created_in(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) {
  const auto visit_all = [&](const char* sql, What what) {
    Query query(connection_, sql);
    query.bind(range.first).bind(range.end).bind(revision);
    while (query.step()) visit({what, query.integer(0), std::string{query.text(1)}});
  };
  visit_all(
      "SELECT group_id, name FROM licenses WHERE group_id >= ?1 AND group_id < ?2 AND since = ?3"
      " UNION ALL SELECT group_id, name FROM licenses_history WHERE group_id >= ?1 AND group_id < ?2"
      " AND since = ?3 ORDER BY 1, 2",
      What::license);
  visit_all(
      "SELECT group_id, lower(email) FROM memberships WHERE group_id >= ?1 AND group_id < ?2 AND since = ?3"
      " UNION ALL SELECT group_id, lower(email) FROM memberships_history WHERE group_id >= ?1 AND group_id < ?2"
      " AND since = ?3 ORDER BY 1, 2",
      What::membership);
}

void SqliteStore::for_each_changed_since(std::int64_t revision, const IdRanges::Range& range, const VisitKey& visit) {
  const auto visit_all = [&](const char* sql, What what) {
    Query query(connection_, sql);
    query.bind(range.first).bind(range.end).bind(revision);
    while (query.step()) visit({what, query.integer(0), std::string{query.text(1)}});
  };
  visit_all("SELECT id, '' FROM groups WHERE id >= ?1 AND id < ?2 AND since <> ?3", What::group);
  visit_all("SELECT id, '' FROM groups_history WHERE id >= ?1 AND id < ?2 AND since = ?3", What::group);
  visit_all("SELECT id, '' FROM groups WHERE parent >= ?1 AND parent < ?2 AND since <> ?3", What::group);
  visit_all("SELECT group_id, name FROM licenses WHERE group_id >= ?1 AND group_id < ?2 AND since <> ?3",
            What::license);
  visit_all("SELECT group_id, name FROM licenses_history WHERE group_id >= ?1 AND group_id < ?2 AND since = ?3",
            What::license);
  visit_all("SELECT group_id, lower(email) FROM memberships WHERE group_id >= ?1 AND group_id < ?2 AND since <> ?3",
            What::membership);
  visit_all(
      "SELECT group_id, lower(email) FROM memberships_history WHERE group_id >= ?1 AND group_id < ?2"
      " AND since = ?3",
      What::membership);
}

std::optional<std::string> SqliteStore::find_renamed_from(GroupId group, std::string_view email,
                                                          std::int64_t revision) {
  Query query(connection_,
              "SELECT lower(renamed_from) FROM memberships WHERE group_id = ?1 AND email = ?2 AND since = ?3"
              " AND renamed_from IS NOT NULL UNION ALL"
              " SELECT lower(renamed_from) FROM memberships_history WHERE group_id = ?1 AND email = ?2 AND since = ?3"
              " AND renamed_from IS NOT NULL");
  query.bind(group).bind(email).bind(revision);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::optional<std::string> SqliteStore::find_license_renamed_from(GroupId group, std::string_view name,
                                                                  std::int64_t revision) {
  Query query(connection_,
              "SELECT renamed_from FROM log_items WHERE revision = ?1 AND what = 1 AND group_id = ?2 AND name = ?3"
              " AND renamed_from IS NOT NULL");
  query.bind(revision).bind(group).bind(name);
  if (!query.step()) return std::nullopt;
  return std::string{query.text(0)};
}

std::vector<std::int64_t> SqliteStore::revisions_of(const ItemKey& key) {
  const auto find_sql = [&] {
    switch (key.what) {
      case What::group:
        return "SELECT since FROM groups WHERE id = ?1 AND ?2 = '' UNION SELECT since FROM groups_history WHERE id = ?1"
               " UNION SELECT until FROM groups_history WHERE id = ?1";
      case What::license:
        return "SELECT since FROM licenses WHERE group_id = ?1 AND name = ?2"
               " UNION SELECT since FROM licenses_history WHERE group_id = ?1 AND name = ?2"
               " UNION SELECT until FROM licenses_history WHERE group_id = ?1 AND name = ?2";
      case What::membership:
        return "SELECT since FROM memberships WHERE group_id = ?1 AND email = ?2"
               " UNION SELECT since FROM memberships_history WHERE group_id = ?1 AND email = ?2"
               " UNION SELECT until FROM memberships_history WHERE group_id = ?1 AND email = ?2";
      case What::catalog:
        return "SELECT since FROM catalog WHERE ?1 = 0 AND name = ?2"
               " UNION SELECT since FROM catalog_history WHERE name = ?2"
               " UNION SELECT until FROM catalog_history WHERE name = ?2";
      case What::mail_template:
        break;
    }
    return "SELECT since FROM templates WHERE ?1 = 0 AND name = ?2"
           " UNION SELECT since FROM templates_history WHERE name = ?2"
           " UNION SELECT until FROM templates_history WHERE name = ?2";
  };
  Query query(connection_, find_sql());
  query.bind(key.group).bind(key.name);
  std::vector<std::int64_t> revisions;
  while (query.step()) revisions.push_back(query.integer(0));
  return revisions;
}

std::vector<std::int64_t> SqliteStore::revisions_using(const std::string& name) {
  Query query(connection_,
              "SELECT since FROM catalog WHERE requires = ?1"
              " UNION SELECT since FROM licenses WHERE instr(' ' || counts, ' ' || ?1 || '=') > 0"
              " OR instr(' ' || features || ' ', ' ' || ?1 || ' ') > 0"
              " UNION SELECT since FROM memberships WHERE instr(' ' || counts, ' ' || ?1 || '=') > 0"
              " OR instr(' ' || coalesce(features, '') || ' ', ' ' || ?1 || ' ') > 0");
  query.bind(name);
  std::vector<std::int64_t> revisions;
  while (query.step()) revisions.push_back(query.integer(0));
  return revisions;
}

std::vector<GroupId> SqliteStore::parents_above(const IdRanges& groups) {
  std::vector<GroupId> parents;
  for (const IdRanges::Range& range : groups.ranges()) {
    Query query(connection_,
                "SELECT DISTINCT parent FROM groups WHERE id >= ?1 AND id < ?2 AND (parent < ?1 OR parent >= ?2)");
    query.bind(range.first).bind(range.end);
    while (query.step()) {
      if (!groups.contains(query.integer(0))) parents.push_back(query.integer(0));
    }
  }
  return parents;
}

Store::VersionCounts SqliteStore::count_versions(What what) {
  struct Statements {
    const char* replaced;  // versions that the write replaced or removed
    const char* updated;   // those whose row exists, under the same e-mail or another
    const char* in_range;  // versions in groups that the write created
  };
  constexpr Statements kStatements[] = {
      {"SELECT count(*) FROM groups_history WHERE until = ?1",
       "SELECT count(*) FROM groups_history h JOIN groups g ON g.id = h.id AND g.since = ?1 WHERE h.until = ?1",
       "SELECT count(*) FROM groups WHERE id >= ?2 AND id < ?3 AND since = ?1"},
      {"SELECT count(*) FROM licenses_history WHERE until = ?1",
       "SELECT count(*) FROM licenses_history h JOIN licenses l ON l.group_id = h.group_id AND l.name = h.name"
       " AND l.since = ?1 WHERE h.until = ?1",
       "SELECT count(*) FROM licenses WHERE group_id >= ?2 AND group_id < ?3 AND since = ?1"},
      {"SELECT count(*) FROM memberships_history WHERE until = ?1",
       "SELECT count(*) FROM memberships_history h JOIN memberships m ON m.group_id = h.group_id AND m.email = h.email"
       " AND m.since = ?1 WHERE h.until = ?1",
       "SELECT count(*) FROM memberships WHERE group_id >= ?2 AND group_id < ?3 AND since = ?1"},
      {"SELECT count(*) FROM catalog_history WHERE until = ?1",
       "SELECT count(*) FROM catalog_history h JOIN catalog c ON c.name = h.name AND c.since = ?1 WHERE h.until = ?1",
       nullptr},
      {"SELECT count(*) FROM templates_history WHERE until = ?1",
       "SELECT count(*) FROM templates_history h JOIN templates t ON t.name = h.name AND t.since = ?1"
       " WHERE h.until = ?1",
       nullptr},
  };
  const Statements& statements = kStatements[static_cast<std::size_t>(what)];
  const auto ask = [&](const char* sql) {
    Query query(connection_, sql);
    query.bind(write_.revision).step();
    return query.integer(0);
  };
  VersionCounts counts;
  if (const std::int64_t replaced = ask(statements.replaced); replaced > 0) {
    counts.updated = ask(statements.updated);
    counts.removed = replaced - counts.updated;
  }
  Query items(connection_, "SELECT count(*) FROM log_items WHERE revision = ? AND what = ?");
  items.bind(write_.revision).bind(static_cast<std::int64_t>(what)).step();
  counts.created = items.integer(0);
  for (const IdRanges::Range& range : write_.created.ranges()) {
    if (statements.in_range == nullptr) break;
    Query query(connection_, statements.in_range);
    query.bind(write_.revision).bind(range.first).bind(range.end).step();
    counts.created += query.integer(0);
  }
  std::int64_t renamed = 0;
  if (what == What::license) {
    renamed = ask("SELECT count(*) FROM log_items WHERE revision = ?1 AND what = 1 AND renamed_from IS NOT NULL");
  }
  if (what == What::membership) renamed = count_renamed_members();
  counts.updated += renamed;
  counts.removed -= renamed;
  counts.created -= renamed;
  return counts;
}

std::int64_t SqliteStore::count_renamed_members() {
  std::int64_t renamed = 0;
  for (const auto& [group, email] : write_.renamed) {
    renamed += find_renamed_from(group, email, write_.revision).has_value();
  }
  return renamed;
}

}  // namespace allot
