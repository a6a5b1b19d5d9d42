#include "libcore/storage/postgresql/row_tables.hpp"

namespace allot {
namespace {

constexpr ColumnType kBigint = ColumnType::bigint;
constexpr ColumnType kInteger = ColumnType::integer;
constexpr ColumnType kSmallint = ColumnType::smallint;
constexpr ColumnType kText = ColumnType::text;
constexpr ColumnType kBytes = ColumnType::bytes;

using Columns = std::vector<RowColumn>;

Columns join(Columns columns, const Columns& more) {
  columns.insert(columns.end(), more.begin(), more.end());
  return columns;
}

std::vector<RowTable> make_tables() {
  const Columns until{{"until", kBigint}};
  const Columns catalog{
      {"id", kInteger}, {"name", kText}, {"counted", kSmallint}, {"requires", kText}, {"since", kBigint}};
  const Columns groups{{"id", kBigint},
                       {"parent", kBigint},
                       {"name", kText},
                       {"kind", kText},
                       {"restriction", kSmallint},
                       {"suspended", kSmallint},
                       {"remind_before", kText},
                       {"remind_repeat", kSmallint},
                       {"remind_users", kSmallint},
                       {"remind_low", kSmallint},
                       {"labels", kText},
                       {"since", kBigint}};
  const Columns licenses{{"group_id", kBigint},   {"name", kText},     {"type", kText},
                         {"counts", kText},       {"features", kText}, {"from_day", kInteger},
                         {"until_day", kInteger}, {"labels", kText},   {"since", kBigint}};
  const Columns memberships{{"group_id", kBigint}, {"email", kText},    {"name", kText},        {"role", kSmallint},
                            {"counts", kText},     {"features", kText}, {"from_day", kInteger}, {"until_day", kInteger},
                            {"labels", kText},     {"since", kBigint},  {"renamed_from", kText}};
  const Columns templates{{"name", kText}, {"subject", kText}, {"body", kText}, {"html", kText}, {"since", kBigint}};
  return {
      {"catalog", catalog, "id"},
      {"catalog_history", join(catalog, until), "name, since"},
      {"groups", groups, "id"},
      {"groups_history", join(groups, until), "id, since"},
      {"licenses", licenses, "group_id, name"},
      {"licenses_history", join(licenses, until), "group_id, name, since"},
      {"memberships", memberships, "group_id, email"},
      {"memberships_history", join(memberships, until), "group_id, email, since"},
      {"templates", templates, "name"},
      {"templates_history", join(templates, until), "name, since"},
      {"figures",
       {{"group_id", kBigint},
        {"children", kBigint},
        {"members", kBigint},
        {"ceilings", kBigint},
        {"allotted", kBytes},
        {"since", kBigint}},
       "group_id"},
      {"log",
       {{"revision", kBigint},
        {"time", kBigint},
        {"login", kText},
        {"actor", kText},
        {"actor_groups", kText},
        {"via", kSmallint},
        {"command", ColumnType::raw_text},
        {"message", kText},
        {"changes", kBigint},
        {"created", kBytes}},
       "revision"},
      {"log_items",
       {{"revision", kBigint}, {"what", kSmallint}, {"group_id", kBigint}, {"name", kText}, {"renamed_from", kText}},
       "revision, what, group_id, name"},
      {"mails",
       {{"id", kBigint},
        {"message_id", kText},
        {"recipient", kText},
        {"subject", kText},
        {"state", kSmallint},
        {"made", kBigint},
        {"tried", kBigint},
        {"answer", kText},
        {"mail", kBytes}},
       "id"},
      {"mail_slots",
       {{"recipient", kText},
        {"group_id", kBigint},
        {"license", kText},
        {"last_day", kInteger},
        {"first_day", kInteger},
        {"mail_id", kBigint},
        {"path", kText}},
       "mail_id, recipient, group_id, license, last_day, first_day"},
      {"mail_warnings",
       {{"recipient", kText},
        {"group_id", kBigint},
        {"item", kText},
        {"mail_id", kBigint},
        {"path", kText},
        {"ended", kSmallint}},
       "mail_id, recipient, group_id, item"},
  };
}

}  // namespace

std::string RowTable::column_list() const {
  std::string list;
  for (const RowColumn& column : columns) list.append(list.empty() ? "" : ", ").append(column.name);
  return list;
}

const std::vector<RowTable>& row_tables() {
  static const std::vector<RowTable> tables = make_tables();
  return tables;
}

}  // namespace allot
