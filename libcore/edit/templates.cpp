#include "libcore/edit/templates.hpp"

#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/reminders/reminders.hpp"

namespace allot {
namespace {

constexpr std::string_view kChangeTemplates = "change templates";

void require_sound(std::string_view part, const std::string& text) {
  for (const TemplateFault& fault : find_faults_in_template(text)) {
    throw Error::usage(fmt::format("the {} {}:{}: {}", part, fault.line, fault.column, fault.message));
  }
}

}  // namespace

TemplateText letter_template(Write& write, const TemplateKey& key) {
  get_built_in_template(key.name);
  write.authorizer().authorize_company(kChangeTemplates);
  return get_template(write.rows(), key.name, key.language).text;
}

void set_template(Write& write, const TemplateKey& key, const TemplateText& letter) {
  get_built_in_template(key.name);
  const Authorization authorization = write.authorizer().authorize_company(kChangeTemplates);
  require_sound("subject", letter.subject);
  require_sound("body", letter.body);
  if (letter.html) require_sound("html", *letter.html);
  const std::string name = key.text();
  const auto before = write.rows().find_template(name);
  if (before == letter) return write.changes().keep(What::mail_template);
  const Op op = before ? Op::update : Op::create;
  write.changes().set_template(authorization, op, name, letter, [&] {
    return Change{op, What::mail_template, {}, name, before ? ItemState{*before} : ItemState{}, letter};
  });
}

void reset_template(Write& write, const TemplateKey& key) {
  get_built_in_template(key.name);
  const Authorization authorization = write.authorizer().authorize_company(kChangeTemplates);
  const std::string name = key.text();
  const auto before = write.rows().find_template(name);
  if (!before) return write.changes().keep(What::mail_template);
  write.changes().remove_template(authorization, name,
                                  [&] { return Change{Op::remove, What::mail_template, {}, name, *before, {}}; });
}

}  // namespace allot
