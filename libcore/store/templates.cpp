#include "libcore/store/connection.hpp"
#include "libcore/store/store.hpp"

namespace allot {

std::optional<Letter> Store::find_template(std::string_view name) {
  if (version_ < 3) return std::nullopt;
  Query query(*connection_, "SELECT subject, body, html FROM templates WHERE name = ?");
  query.bind(name);
  if (!query.step()) return std::nullopt;
  Letter text{std::string{query.text(0)}, std::string{query.text(1)}, {}};
  if (!query.is_null(2)) text.html = query.text(2);
  return text;
}

void Store::set_template(std::string_view name, const Letter& text) {
  Query query(*connection_, "INSERT OR REPLACE INTO templates (name, subject, body, html) VALUES (?, ?, ?, ?)");
  query.bind(name).bind(text.subject).bind(text.body);
  if (text.html) {
    query.bind(*text.html);
  } else {
    query.bind_null();
  }
  query.run();
}

void Store::remove_template(std::string_view name) {
  Query(*connection_, "DELETE FROM templates WHERE name = ?").bind(name).run();
}

}  // namespace allot
