#include <fmt/format.h>

#include <string>
#include <vector>

#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {
namespace {

/// The tables of schemas/postgresql and their indexes, without those of constraints.
constexpr const char* kRelations[] = {"catalog",
                                      "catalog_history",
                                      "catalog_history_by_until",
                                      "figures",
                                      "group_ids",
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
                                      "mail_slots_by_license",
                                      "mail_slots_by_mail",
                                      "mail_warnings",
                                      "mail_warnings_by_mail",
                                      "mail_warnings_open",
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

/// Their constraints.
constexpr const char* kConstraints[] = {"catalog_counted_check",
                                        "catalog_history_pkey",
                                        "catalog_name_key",
                                        "catalog_pkey",
                                        "catalog_requires_fkey",
                                        "figures_group",
                                        "figures_pkey",
                                        "groups_history_pkey",
                                        "groups_parent",
                                        "groups_pkey",
                                        "groups_remind_low_check",
                                        "groups_remind_repeat_check",
                                        "groups_remind_users_check",
                                        "groups_restriction_check",
                                        "groups_suspended_check",
                                        "licenses_group",
                                        "licenses_history_pkey",
                                        "licenses_pkey",
                                        "log_items_pkey",
                                        "log_items_what_check",
                                        "log_pkey",
                                        "log_places_pkey",
                                        "log_places_revision_fkey",
                                        "log_via_check",
                                        "mail_slots_mail_id_fkey",
                                        "mail_slots_pkey",
                                        "mail_warnings_ended_check",
                                        "mail_warnings_mail_id_fkey",
                                        "mail_warnings_pkey",
                                        "mails_message_id_key",
                                        "mails_pkey",
                                        "mails_state_check",
                                        "memberships_group",
                                        "memberships_history_pkey",
                                        "memberships_pkey",
                                        "memberships_role_check",
                                        "store_id_check",
                                        "store_pkey",
                                        "templates_history_pkey",
                                        "templates_pkey"};

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
    {"mail_warnings", "mails",
     "SELECT 1 FROM mail_warnings r WHERE NOT EXISTS (SELECT FROM mails WHERE id = r.mail_id)"},
};

/// Selects what the schema has and allot does not make, and what keeps its keys from working, as sentences; $1 are the
/// relations. Row security would hide rows from some roles.
constexpr const char* kFindForeign =
    "WITH relation AS (SELECT * FROM pg_class WHERE relnamespace = 'allot'::regnamespace)"
    " SELECT format('the %s %s is none of allot''s', CASE WHEN relkind IN ('i', 'I') THEN 'index' ELSE 'table' END,"
    " relname) FROM relation WHERE relkind NOT IN ('c', 't') AND relname <> ALL ($1)"
    " AND oid NOT IN (SELECT conindid FROM pg_constraint)"
    " UNION ALL SELECT format('the index %s is not valid', relname) FROM relation JOIN pg_index ON indexrelid ="
    " relation.oid WHERE NOT indisvalid"
    " UNION ALL SELECT format('the trigger %s of %s is none of allot''s', tgname, relname) FROM relation JOIN"
    " pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal"
    " UNION ALL SELECT DISTINCT format('the foreign keys of %s are not enforced', relname) FROM relation JOIN"
    " pg_trigger ON tgrelid = relation.oid WHERE tgisinternal AND tgenabled <> 'O'"
    " UNION ALL SELECT format('the rule %s of %s is none of allot''s', rulename, relname) FROM relation JOIN"
    " pg_rewrite ON ev_class = relation.oid WHERE relkind = 'r'"
    " UNION ALL SELECT format('row security of %s may hide rows', relname) FROM relation WHERE relrowsecurity"
    " ORDER BY 1";

}  // namespace

std::vector<std::string> PgStore::find_damage() {
  if (connection_.has_failed()) {  // a statement on a damaged table ended the transaction
    connection_.roll_back();
    connection_.begin(PgAccess::read);
  }
  std::vector<std::string> damage;
  const auto find_missing = [&](const char* sql, const auto& names, const char* kind) {
    PgQuery query(connection_, sql);
    query.bind(std::vector<std::string>(std::begin(names), std::end(names)));
    while (query.step()) damage.push_back(fmt::format("the {} {} is missing", kind, query.text(0)));
  };
  find_missing(
      "SELECT name FROM unnest($1) AS name WHERE NOT EXISTS (SELECT FROM pg_class WHERE relname = name"
      " AND relnamespace = 'allot'::regnamespace) ORDER BY 1",
      kRelations, "table or index");
  find_missing(
      "SELECT name FROM unnest($1) AS name WHERE NOT EXISTS (SELECT FROM pg_constraint"
      " WHERE conname = name AND connamespace = 'allot'::regnamespace AND convalidated) ORDER BY 1",
      kConstraints, "constraint");
  PgQuery foreign(connection_, kFindForeign);
  foreign.bind(std::vector<std::string>(std::begin(kRelations), std::end(kRelations)));
  while (foreign.step()) damage.emplace_back(foreign.text(0));
  if (!damage.empty()) return damage;
  if (connection_.ask_integer("SELECT count(*) FROM store") == 0) damage.emplace_back("the row of store is missing");
  for (const auto& [from, to, missing] : kReferences) {
    PgQuery query(connection_, missing);
    while (query.step()) damage.push_back(fmt::format("a row of {} refers to a row of {} that is not there", from, to));
  }
  return damage;
}

}  // namespace allot
