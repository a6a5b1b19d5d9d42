#include <fmt/format.h>

#include <string>
#include <vector>

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

/// The tables and indexes of schemas/postgresql.
constexpr const char* kRelations[] = {"catalog",
                                      "catalog_history",
                                      "catalog_history_by_until",
                                      "figures",
                                      "groups",
                                      "groups_by_name",
                                      "groups_history",
                                      "groups_history_by_name",
                                      "groups_history_by_until",
                                      "groups_reminding",
                                      "licenses",
                                      "licenses_history",
                                      "licenses_history_by_until",
                                      "log",
                                      "log_items",
                                      "log_places",
                                      "mail_slots",
                                      "mail_slots_by_mail",
                                      "mails",
                                      "mails_open",
                                      "memberships",
                                      "memberships_by_email",
                                      "memberships_history",
                                      "memberships_history_by_email",
                                      "memberships_history_by_until",
                                      "store",
                                      "templates",
                                      "templates_history",
                                      "templates_history_by_until"};

/// The keys and foreign keys of the tables that a first import fills without them.
constexpr const char* kConstraints[] = {"figures_group",  "figures_pkey",  "groups_parent",     "groups_pkey",
                                        "licenses_group", "licenses_pkey", "memberships_group", "memberships_pkey"};

/// The references between tables: rows of a table that refer to a missing row of another.
struct Reference {
  const char* from;
  const char* to;
  const char* missing;  // selects a row for each
};

constexpr Reference kReferences[] = {
    {"catalog", "catalog",
     "SELECT 1 FROM catalog r WHERE requires IS NOT NULL AND NOT EXISTS (SELECT FROM catalog WHERE name = r.requires)"},
    {"groups", "groups",
     "SELECT 1 FROM groups r WHERE parent IS NOT NULL AND NOT EXISTS (SELECT FROM groups WHERE id = r.parent)"},
    {"licenses", "groups", "SELECT 1 FROM licenses r WHERE NOT EXISTS (SELECT FROM groups WHERE id = r.group_id)"},
    {"memberships", "groups",
     "SELECT 1 FROM memberships r WHERE NOT EXISTS (SELECT FROM groups WHERE id = r.group_id)"},
    {"figures", "groups", "SELECT 1 FROM figures r WHERE NOT EXISTS (SELECT FROM groups WHERE id = r.group_id)"},
    {"log_places", "log", "SELECT 1 FROM log_places r WHERE NOT EXISTS (SELECT FROM log WHERE revision = r.revision)"},
    {"mail_slots", "mails", "SELECT 1 FROM mail_slots r WHERE NOT EXISTS (SELECT FROM mails WHERE id = r.mail_id)"},
};

}  // namespace

std::vector<std::string> PgStore::find_damage() {
  std::vector<std::string> damage;
  const auto find_missing = [&](const char* sql, const auto& names, const char* kind) {
    PgQuery query(connection_, sql);
    query.bind(std::vector<std::string>(std::begin(names), std::end(names)));
    while (query.step()) damage.push_back(fmt::format("the {} {} is missing", kind, query.text(0)));
  };
  find_missing(
      "SELECT name FROM unnest($1) AS name WHERE to_regclass('allot.' || quote_ident(name)) IS NULL ORDER BY 1",
      kRelations, "table or index");
  find_missing(
      "SELECT name FROM unnest($1) AS name WHERE NOT EXISTS (SELECT FROM pg_constraint"
      " WHERE conname = name AND connamespace = 'allot'::regnamespace AND convalidated) ORDER BY 1",
      kConstraints, "constraint");
  if (!damage.empty()) return damage;
  if (connection_.ask_integer("SELECT count(*) FROM store") == 0) damage.emplace_back("the row of store is missing");
  for (const auto& [from, to, missing] : kReferences) {
    PgQuery query(connection_, missing);
    while (query.step()) damage.push_back(fmt::format("a row of {} refers to a row of {} that is not there", from, to));
  }
  return damage;
}

}  // namespace allot
