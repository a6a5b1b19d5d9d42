#include <fmt/format.h>

#include "libcore/base/text.hpp"
#include "libcore/edit/write.hpp"
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

TemplateText Write::letter_template(const std::string& name) {
  get_built_in_template(name);
  authorizer_.authorize_company(kChangeTemplates);
  return get_template(store(), name);
}

void Write::set_template(const std::string& name, const TemplateText& letter) {
  get_built_in_template(name);
  const Authorization authorization = authorizer_.authorize_company(kChangeTemplates);
  require_sound("subject", letter.subject);
  require_sound("body", letter.body);
  if (letter.html) require_sound("html", *letter.html);
  const auto before = store().find_template(name);
  if (before == letter) return keep(What::mail_template);
  store().set_template(name, letter);
  const Op op = before ? Op::update : Op::create;
  record(authorization, op, What::mail_template, 0,
         [&] { return Change{op, What::mail_template, {}, name, before ? ItemState{*before} : ItemState{}, letter}; });
}

void Write::reset_template(const std::string& name) {
  get_built_in_template(name);
  const Authorization authorization = authorizer_.authorize_company(kChangeTemplates);
  const auto before = store().find_template(name);
  if (!before) return keep(What::mail_template);
  store().remove_template(name);
  record(authorization, Op::remove, What::mail_template, 0,
         [&] { return Change{Op::remove, What::mail_template, {}, name, *before, {}}; });
}

}  // namespace allot
