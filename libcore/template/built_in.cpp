#include <algorithm>

#include "libcore/template/template.hpp"

namespace allot {
namespace {

using Kind = Variable::Kind;

constexpr Variable kFalls[] = {
    {"item", Kind::text, "the counted resource or feature"},
    {"from", Kind::text, "how much of it there is on the last day; of a feature `on`"},
    {"to", Kind::text, "how much there is on the day after; of a feature `off`"},
};

constexpr Variable kGroups[] = {
    {"group", Kind::text, "its path"},
};

constexpr Variable kLicenses[] = {
    {"group", Kind::text, "the path of the group that has it"},
    {"license", Kind::text, "its name"},
    {"type", Kind::text, "its type"},
    {"holds", Kind::text, "its counts and features in words"},
    {"last_day", Kind::text, "its last day in force"},
    {"day_after", Kind::text, "the day after that"},
    {"days_left", Kind::text, "how many days there are from today to the last one"},
    {"when", Kind::text, "the same in words: `today`, `tomorrow`, `in 14 days`"},
    {"falls", Kind::list, "what there is less of in the group from the day after on", kFalls},
    {"blocked", Kind::text, "what is blocked below the group then, in words; empty where nothing is"},
    {"extend", Kind::text, "the command that extends it, if the recipient may run it; empty if it has no own end"},
    {"ask", Kind::text, "whom to ask to extend it, if the recipient may not; empty if it has no own end"},
};

constexpr Variable kAccesses[] = {
    {"group", Kind::text, "the path of the group"},
    {"license", Kind::text, "the license in whose window it ends"},
    {"own_end", Kind::flag, "it is the membership that ends, not the license"},
    {"last_day", Kind::text, "its last day"},
    {"day_after", Kind::text, "the day after that"},
    {"days_left", Kind::text, "how many days there are from today to the last one"},
    {"when", Kind::text, "the same in words"},
    {"falls", Kind::list, "what the user no longer has from that group", kFalls},
    {"covered", Kind::flag, "the user's other groups still give as much of all of it"},
    {"others", Kind::list, "those groups, where they do", kGroups},
};

constexpr Variable kWarnings[] = {
    {"group", Kind::text, "the path of the group"},
    {"item", Kind::text, "the counted resource"},
    {"limit", Kind::text, "its limit in the group"},
    {"available", Kind::text, "how much can still be granted there"},
    {"percent", Kind::text, "the percentage of the limit at or below which it is warned of"},
    {"see", Kind::text, "the command that shows what uses it"},
    {"ask", Kind::text, "whom to ask for more; empty if the recipient may change the licenses of the group"},
};

constexpr Variable kVariables[] = {
    {"name", Kind::text, "the recipient's name, else the e-mail"},
    {"email", Kind::text, "the recipient's e-mail"},
    {"today", Kind::text, "the day"},
    {"first_day", Kind::text,
     "the earliest last day of the licenses, else of the accesses; empty if it speaks of neither"},
    {"license_count", Kind::text, "how many licenses it speaks of"},
    {"access_count", Kind::text, "how many accesses it speaks of"},
    {"single_license", Kind::list, "the license, where it speaks of one", kLicenses},
    {"several_licenses", Kind::flag, "it speaks of more than one"},
    {"single_access", Kind::list, "the access, where it speaks of one and of no license", kAccesses},
    {"several_accesses", Kind::flag, "it speaks of more than one, and of no license"},
    {"licenses", Kind::list, "the licenses of which the recipient is reminded as an administrator", kLicenses},
    {"accesses", Kind::list, "where the recipient's own access ends", kAccesses},
    {"warning_count", Kind::text, "how many resources it warns of"},
    {"only_warnings", Kind::flag, "it speaks of no license and no access"},
    {"single_warning", Kind::list, "the warning, where there is one", kWarnings},
    {"several_warnings", Kind::flag, "it warns of more than one resource"},
    {"warnings", Kind::list, "the resources of which little is available", kWarnings},
};

constexpr std::string_view kSubject =
    "{{#single_license}}License {{license}} of {{group}} ends on {{last_day}}{{/single_license}}"
    "{{#several_licenses}}{{license_count}} licenses end, the first on {{first_day}}{{/several_licenses}}"
    "{{#single_access}}Your access in {{group}} ends on {{last_day}}{{/single_access}}"
    "{{#several_accesses}}{{access_count}} accesses of yours end, the first on {{first_day}}{{/several_accesses}}"
    "{{#single_warning}}{{^only_warnings}}; {{/only_warnings}}"
    "{{available}} of {{limit}} {{item}} left in {{group}}{{/single_warning}}"
    "{{#several_warnings}}{{^only_warnings}}; {{/only_warnings}}{{warning_count}} resources run low"
    "{{/several_warnings}}";

constexpr std::string_view kLicensesText = R"({{#licenses}}
License {{license}} of {{group}} ends on {{last_day}}, {{when}}.
{{#holds}}
  It holds {{holds}}{{#type}} ({{type}}){{/type}}.
{{/holds}}
  From {{day_after}} on there is less in {{group}}:
{{#falls}}
    {{item}}: {{to}} instead of {{from}}
{{/falls}}
{{#blocked}}
  This blocks {{blocked}}.
{{/blocked}}
{{#extend}}
  To extend it, run
    {{extend}}
{{/extend}}
{{#ask}}
  To extend it, ask
    {{ask}}
{{/ask}}
{{^extend}}
{{^ask}}
  It has no end of its own: it runs as long as what is above {{group}}.
{{/ask}}
{{/extend}}

{{/licenses}}
)";

constexpr std::string_view kWarningsText = R"({{#warnings}}
{{group}} is running out of {{item}}: {{available}} of {{limit}} available.
  You are warned at {{percent}} percent or less, once until there is more again.
  To see what uses it, run
    {{see}}
{{#ask}}
  To get more, ask
    {{ask}}
{{/ask}}

{{/warnings}}
)";

constexpr std::string_view kAccessesText = R"({{#accesses}}
Your access in {{group}} ends on {{last_day}}, {{when}}{{^own_end}}, with its license {{license}}{{/own_end}}.
{{#falls}}
    {{item}}: {{to}} instead of {{from}} from {{day_after}} on
{{/falls}}
{{#covered}}
  Your other groups still give you the same:
{{#others}}
    {{group}}
{{/others}}
{{/covered}}
{{^covered}}
  Ask an administrator of {{group}} to extend it.
{{/covered}}

{{/accesses}}
)";

constexpr std::string_view kSignature = R"(-- 
Sent by allot on {{today}} to {{email}}.
)";

/// Joins `parts` once into `joined` and returns the text.
std::string_view join(std::string& joined, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) joined += part;
  return joined;
}

}  // namespace

std::span<const BuiltInTemplate> built_in_templates() {
  static std::string admin;
  static std::string user;
  static const BuiltInTemplate templates[] = {
      {"admin", "to administrators, of licenses that end and resources that run low", kSubject,
       join(admin, {"Dear {{name}},\n\n", kLicensesText, kWarningsText, kAccessesText, kSignature})},
      {"user", "to users whose access ends", kSubject, join(user, {"Dear {{name}},\n\n", kAccessesText, kSignature})},
  };
  return templates;
}

const BuiltInTemplate* find_built_in_template(std::string_view name) {
  const auto all = built_in_templates();
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::span<const Variable> template_variables() { return kVariables; }

}  // namespace allot
