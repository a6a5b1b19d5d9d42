#include "libcore/template/built_in_uk.hpp"

namespace allot {

const std::string_view kUkrainianSubject =
    "{{#single_license}}Ліцензія {{license}} групи {{group}} закінчується {{last_day}}{{/single_license}}"
    "{{#several_licenses}}"
    "{{#license_count_one}}Закінчується {{license_count}} ліцензія{{/license_count_one}}"
    "{{#license_count_few}}Закінчуються {{license_count}} ліцензії{{/license_count_few}}"
    "{{#license_count_many}}Закінчуються {{license_count}} ліцензій{{/license_count_many}}"
    ", перша — {{first_day}}{{/several_licenses}}"
    "{{#single_access}}Ваш доступ у групі {{group}} закінчується {{last_day}}{{/single_access}}"
    "{{#several_accesses}}"
    "{{#access_count_one}}Закінчується {{access_count}} ваш доступ{{/access_count_one}}"
    "{{#access_count_few}}Закінчуються {{access_count}} ваші доступи{{/access_count_few}}"
    "{{#access_count_many}}Закінчуються {{access_count}} ваших доступів{{/access_count_many}}"
    ", перший — {{first_day}}{{/several_accesses}}"
    "{{#single_warning}}{{#only_warnings}}У{{/only_warnings}}{{^only_warnings}}; у{{/only_warnings}}"
    " групі {{group}} доступно {{available}} з {{limit}} {{item}}{{/single_warning}}"
    "{{#several_warnings}}{{#only_warnings}}З{{/only_warnings}}{{^only_warnings}}; з{{/only_warnings}}"
    "{{#warning_count_one}}акінчується {{warning_count}} ресурс{{/warning_count_one}}"
    "{{#warning_count_few}}акінчуються {{warning_count}} ресурси{{/warning_count_few}}"
    "{{#warning_count_many}}акінчуються {{warning_count}} ресурсів{{/warning_count_many}}{{/several_warnings}}";

const std::string_view kUkrainianGreeting = "Добрий день, {{name}}!\n\n";

const std::string_view kUkrainianLicenses =
    "{{#licenses}}\n"
    "Ліцензія {{license}} групи {{group}} закінчується {{last_day}}, "
    "{{#ends_today}}сьогодні{{/ends_today}}{{#ends_tomorrow}}завтра{{/ends_tomorrow}}"
    "{{#ends_later}}через {{days_left}} {{#days_left_one}}день{{/days_left_one}}"
    "{{#days_left_few}}дні{{/days_left_few}}{{#days_left_many}}днів{{/days_left_many}}{{/ends_later}}"
    ".\n"
    R"({{#holds}}
  Вона надає {{holds}}{{#type}} ({{type}}){{/type}}.
{{/holds}}
  З {{day_after}} у групі {{group}} буде менше:
{{#falls}}
    {{item}}: {{#feature}}вимкнено{{/feature}}{{^feature}}{{to}} замість {{from}}{{/feature}}
{{/falls}}
)"
    "{{#blocked}}\n"
    "  Буде заблоковано: "
    "{{#blocks_groups}}{{blocked_groups}} {{#blocked_groups_one}}група{{/blocked_groups_one}}"
    "{{#blocked_groups_few}}групи{{/blocked_groups_few}}{{#blocked_groups_many}}груп{{/blocked_groups_many}} нижче"
    "{{#blocks_users}}, {{/blocks_users}}{{/blocks_groups}}"
    "{{#blocks_users}}{{blocked_users}} {{#blocked_users_one}}користувач{{/blocked_users_one}}"
    "{{#blocked_users_few}}користувачі{{/blocked_users_few}}{{#blocked_users_many}}користувачів{{/blocked_users_many}}"
    "{{/blocks_users}}{{#blocked_counts}} (надано {{blocked_counts}}){{/blocked_counts}}.\n"
    "{{/blocked}}\n"
    R"({{#extend}}
  Щоб подовжити її, виконайте
    {{extend}}
{{/extend}}
{{#ask}}
  Щоб подовжити її, зверніться до
{{#ask_group}}
    адміністратора групи {{ask_group}}: {{ask_users}}
{{/ask_group}}
{{^ask_group}}
    адміністратора групи, вищої за {{group}}
{{/ask_group}}
{{/ask}}
{{^extend}}
{{^ask}}
  Власного терміну вона не має: вона діє, доки діють ліцензії, вищі за {{group}}.
{{/ask}}
{{/extend}}

{{/licenses}}
)";

const std::string_view kUkrainianWarnings = R"({{#warnings}}
У групі {{group}} закінчується {{item}}: доступно {{available}} з {{limit}}.
  Це попередження надходить, коли лишається не більш як {{percent}} %, і не повторюється, доки не стане більше.
  Щоб побачити, на що його витрачено, виконайте
    {{see}}
{{#ask}}
  Щоб отримати більше, зверніться до
{{#ask_group}}
    адміністратора групи {{ask_group}}: {{ask_users}}
{{/ask_group}}
{{^ask_group}}
    адміністратора групи, вищої за {{group}}
{{/ask_group}}
{{/ask}}

{{/warnings}}
)";

const std::string_view kUkrainianAccesses =
    "{{#accesses}}\n"
    "Ваш доступ у групі {{group}} закінчується {{last_day}}, "
    "{{#ends_today}}сьогодні{{/ends_today}}{{#ends_tomorrow}}завтра{{/ends_tomorrow}}"
    "{{#ends_later}}через {{days_left}} {{#days_left_one}}день{{/days_left_one}}"
    "{{#days_left_few}}дні{{/days_left_few}}{{#days_left_many}}днів{{/days_left_many}}{{/ends_later}}"
    "{{^own_end}}, разом з її ліцензією {{license}}{{/own_end}}.\n"
    R"({{#falls}}
    {{item}}: {{#feature}}вимкнено{{/feature}}{{^feature}}{{to}} замість {{from}}{{/feature}} з {{day_after}}
{{/falls}}
{{#covered}}
  Інші ваші групи й надалі надають вам те саме:
{{#others}}
    {{group}}
{{/others}}
{{/covered}}
{{^covered}}
  Щоб подовжити його, зверніться до адміністратора групи {{group}}.
{{/covered}}

{{/accesses}}
)";

const std::string_view kUkrainianSignature = R"(-- 
Надіслано програмою allot {{today}} на адресу {{email}}.
)";

}  // namespace allot
