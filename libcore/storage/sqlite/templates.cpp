#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {

void SqliteStore::keep_template(std::string_view name) {
  Query query(connection_,
              "INSERT INTO templates_history (name, subject, body, html, since, until)"
              " SELECT name, subject, body, html, since, ?1 FROM templates WHERE since < ?1 AND name = ?2");
  const bool is_there = find_template(name).has_value();
  const std::int64_t kept = query.bind(write_.revision).bind(name).run_counted();
  if (is_there) note_kept(kept);
}

void SqliteStore::set_template(std::string_view name, const TemplateText& text) {
  keep_template(name);
  const bool is_new = !find_template(name);
  Query query(connection_,
              "INSERT OR REPLACE INTO templates (name, subject, body, html, since) VALUES (?, ?, ?, ?, ?)");
  query.bind(name).bind(text.subject).bind(text.body);
  if (text.html) {
    query.bind(*text.html);
  } else {
    query.bind_null();
  }
  query.bind(write_.revision).run();
  if (is_new) remember_item(What::mail_template, 0, name);
}

void SqliteStore::remove_template(std::string_view name) {
  keep_template(name);
  Query(connection_, "DELETE FROM templates WHERE name = ?").bind(name).run();
  forget_item(What::mail_template, 0, name);
}

}  // namespace allot
