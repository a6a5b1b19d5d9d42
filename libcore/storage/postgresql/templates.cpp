#include "libcore/storage/postgresql/pg_store.hpp"
#include "libcore/storage/postgresql/query.hpp"

namespace allot {

void PgStore::keep_template(std::string_view name) {
  if (!find_template(name)) return;
  note_change(What::mail_template, 0, name);
  PgQuery(connection_,
          "INSERT INTO templates_history (name, subject, body, html, since, until)"
          " SELECT name, subject, body, html, since, $1 FROM templates WHERE since < $1 AND name = $2")
      .bind(new_revision())
      .bind(name)
      .run();
}

void PgStore::set_template(std::string_view name, const TemplateText& text) {
  keep_template(name);
  const bool is_new = !find_template(name);
  PgQuery query(
      connection_,
      "INSERT INTO templates (name, subject, body, html, since) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name)"
      " DO UPDATE SET subject = excluded.subject, body = excluded.body, html = excluded.html,"
      " since = excluded.since");
  query.bind(name).bind(text.subject).bind(text.body);
  if (text.html) {
    query.bind(std::string_view{*text.html});
  } else {
    query.bind_null();
  }
  query.bind(new_revision()).run();
  if (is_new) remember_item(What::mail_template, 0, name);
}

void PgStore::remove_template(std::string_view name) {
  keep_template(name);
  PgQuery(connection_, "DELETE FROM templates WHERE name = $1").bind(name).run();
  forget_item(What::mail_template, 0, name);
}

}  // namespace allot
