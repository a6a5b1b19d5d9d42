#include <algorithm>

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/row_reading.hpp"

namespace allot {
namespace {

/// A versioned table with its key: the columns of its ItemKey and the join of two rows with the same key.
struct Versioned {
  What what;
  const char* versions;  // selects the current rows and the history
  const char* overlaps;  // selects history versions that overlap another version of the row
  const char* beyond;    // selects versions that begin or end at a revision above $1, or end before they begin
};

constexpr Versioned kVersioned[] = {
    {What::group, "SELECT id, '', since FROM groups UNION ALL SELECT id, '', since FROM groups_history",
     "SELECT h.id, '' FROM groups_history h WHERE EXISTS (SELECT 1 FROM groups_history n WHERE n.id = h.id"
     " AND n.since > h.since AND n.since < h.until)"
     " OR EXISTS (SELECT 1 FROM groups c WHERE c.id = h.id AND c.since < h.until)",
     "SELECT id, '' FROM groups WHERE since > $1"
     " UNION ALL SELECT id, '' FROM groups_history WHERE until > $1 OR since >= until"},
    {What::license,
     "SELECT group_id, name, since FROM licenses UNION ALL SELECT group_id, name, since FROM licenses_history",
     "SELECT h.group_id, h.name FROM licenses_history h WHERE EXISTS (SELECT 1 FROM licenses_history n"
     " WHERE n.group_id = h.group_id AND n.name = h.name AND n.since > h.since AND n.since < h.until)"
     " OR EXISTS (SELECT 1 FROM licenses c WHERE c.group_id = h.group_id AND c.name = h.name AND c.since < h.until)",
     "SELECT group_id, name FROM licenses WHERE since > $1"
     " UNION ALL SELECT group_id, name FROM licenses_history WHERE until > $1 OR since >= until"},
    {What::membership,
     "SELECT group_id, email_key, since FROM memberships"
     " UNION ALL SELECT group_id, email_key, since FROM memberships_history",
     "SELECT h.group_id, h.email_key FROM memberships_history h WHERE EXISTS (SELECT 1 FROM memberships_history n"
     " WHERE n.group_id = h.group_id AND n.email_key = h.email_key AND n.since > h.since AND n.since < h.until)"
     " OR EXISTS (SELECT 1 FROM memberships c WHERE c.group_id = h.group_id AND c.email_key = h.email_key"
     " AND c.since < h.until)",
     "SELECT group_id, email_key FROM memberships WHERE since > $1"
     " UNION ALL SELECT group_id, email_key FROM memberships_history WHERE until > $1 OR since >= until"},
    {What::catalog,
     "SELECT 0, name, since FROM catalog WHERE since > 0 UNION ALL SELECT 0, name, since FROM catalog_history",
     "SELECT 0, h.name FROM catalog_history h WHERE EXISTS (SELECT 1 FROM catalog_history n WHERE n.name = h.name"
     " AND n.since > h.since AND n.since < h.until)"
     " OR EXISTS (SELECT 1 FROM catalog c WHERE c.name = h.name AND c.since < h.until)",
     "SELECT 0, name FROM catalog WHERE since > $1"
     " UNION ALL SELECT 0, name FROM catalog_history WHERE until > $1 OR since >= until"},
    {What::mail_template, "SELECT 0, name, since FROM templates UNION ALL SELECT 0, name, since FROM templates_history",
     "SELECT 0, h.name FROM templates_history h WHERE EXISTS (SELECT 1 FROM templates_history n WHERE n.name = h.name"
     " AND n.since > h.since AND n.since < h.until)"
     " OR EXISTS (SELECT 1 FROM templates c WHERE c.name = h.name AND c.since < h.until)",
     "SELECT 0, name FROM templates WHERE since > $1"
     " UNION ALL SELECT 0, name FROM templates_history WHERE until > $1 OR since >= until"},
};

const char* find_replaced(What what) {
  switch (what) {
    case What::group:
      return "SELECT 1 FROM groups_history WHERE until = $1 AND id = $2 AND $3 = ''";
    case What::license:
      return "SELECT 1 FROM licenses_history WHERE until = $1 AND group_id = $2 AND name = $3";
    case What::membership:
      return "SELECT 1 FROM memberships_history WHERE until = $1 AND group_id = $2 AND email_key = $3";
    case What::catalog:
      return "SELECT 1 FROM catalog_history WHERE until = $1 AND $2 = 0 AND name = $3";
    case What::mail_template:
      break;
  }
  return "SELECT 1 FROM templates_history WHERE until = $1 AND $2 = 0 AND name = $3";
}

}  // namespace

void PgStore::for_each_version(const std::function<void(const ItemKey&, std::int64_t since)>& visit) {
  ItemKey key;
  for (const Versioned& each : kVersioned) {
    key.what = each.what;
    PgQuery query(connection_, each.versions);
    while (query.step()) {
      key.group = query.integer(0);
      key.name.assign(query.text(1));
      visit(key, query.integer(2));
    }
  }
}

std::vector<bool> PgStore::have_beginnings(const std::vector<Version>& versions) {
  std::vector<std::int64_t> since;
  std::vector<std::int64_t> what;
  std::vector<std::int64_t> group;
  std::vector<std::string> name;
  for (const Version& version : versions) {
    since.push_back(version.since);
    what.push_back(static_cast<std::int64_t>(version.key.what));
    group.push_back(version.key.group);
    name.push_back(version.key.name);
  }
  PgQuery query(connection_,
                "SELECT EXISTS (SELECT FROM log_items i WHERE i.revision = v.since AND i.what = v.what"
                " AND i.group_id = v.group_id AND i.name = v.name) OR CASE v.what"
                " WHEN 0 THEN EXISTS (SELECT FROM groups_history h WHERE h.until = v.since AND h.id = v.group_id)"
                " WHEN 1 THEN EXISTS (SELECT FROM licenses_history h WHERE h.until = v.since"
                " AND h.group_id = v.group_id AND h.name = v.name)"
                " WHEN 2 THEN EXISTS (SELECT FROM memberships_history h WHERE h.until = v.since"
                " AND h.group_id = v.group_id AND h.email_key = v.name)"
                " WHEN 3 THEN EXISTS (SELECT FROM catalog_history h WHERE h.until = v.since AND h.name = v.name)"
                " ELSE EXISTS (SELECT FROM templates_history h WHERE h.until = v.since AND h.name = v.name) END"
                " FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS v (since, what, group_id, name, place)"
                " ORDER BY v.place");
  query.bind(since).bind(what).bind(group).bind(name);
  std::vector<bool> beginnings;
  while (query.step()) beginnings.push_back(query.integer(0) != 0);
  return beginnings;
}

bool PgStore::has_replaced(What what, GroupId group, std::string_view name, const PgRevision& until) {
  PgQuery query(connection_, find_replaced(what));
  return query.bind(until).bind(group).bind(name).step();
}

void PgStore::for_each_misplaced_version(std::int64_t newest,
                                         const std::function<void(const ItemKey&, const char* fault)>& visit) {
  for (const Versioned& each : kVersioned) {
    PgQuery overlaps(connection_, each.overlaps);
    while (overlaps.step()) {
      visit({each.what, overlaps.integer(0), std::string{overlaps.text(1)}}, "two of its versions overlap");
    }
    PgQuery beyond(connection_, each.beyond);
    beyond.bind(newest);
    while (beyond.step()) {
      visit({each.what, beyond.integer(0), std::string{beyond.text(1)}},
            "a version begins or ends at a revision that there is not");
    }
  }
  PgQuery items(
      connection_,
      "SELECT i.what, i.group_id, i.name FROM log_items i WHERE (i.revision <= $1 OR i.revision > $2) AND (NOT "
      "EXISTS (SELECT 1 FROM log l"
      " WHERE l.revision = i.revision) OR NOT (CASE i.what"
      " WHEN 1 THEN EXISTS (SELECT 1 FROM licenses r WHERE r.group_id = i.group_id AND r.name = i.name"
      " AND r.since = i.revision) OR EXISTS (SELECT 1 FROM licenses_history r WHERE r.group_id = i.group_id"
      " AND r.name = i.name AND r.since = i.revision)"
      " WHEN 2 THEN EXISTS (SELECT 1 FROM memberships r WHERE r.group_id = i.group_id AND r.email_key = i.name"
      " AND r.since = i.revision) OR EXISTS (SELECT 1 FROM memberships_history r"
      " WHERE r.group_id = i.group_id AND r.email_key = i.name AND r.since = i.revision)"
      " WHEN 3 THEN EXISTS (SELECT 1 FROM catalog r WHERE r.name = i.name AND r.since = i.revision)"
      " OR EXISTS (SELECT 1 FROM catalog_history r WHERE r.name = i.name AND r.since = i.revision)"
      " ELSE EXISTS (SELECT 1 FROM templates r WHERE r.name = i.name AND r.since = i.revision)"
      " OR EXISTS (SELECT 1 FROM templates_history r WHERE r.name = i.name AND r.since = i.revision) END))");
  items.bind(revision()).bind(newest);  // the entry of an open write is added at its end
  while (items.step()) {
    visit({read_choice(items, 0, What::mail_template), items.integer(1), std::string{items.text(2)}},
          "an entry lists it as created and did not create it");
  }
}

}  // namespace allot
