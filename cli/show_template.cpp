#include "cli/show_template.hpp"

#include <fmt/format.h>

#include "cli/json.hpp"
#include "cli/output/table.hpp"
#include "cli/output/tsv.hpp"
#include "cli/show.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

std::string_view word_for(Variable::Kind kind) {
  constexpr std::string_view kWords[] = {"text", "number", "flag", "list"};
  return kWords[static_cast<std::size_t>(kind)];
}

Json json_of_variables(std::span<const Variable> variables) {
  Json list = Json::array();
  for (const Variable& each : variables) {
    Json json{{"name", each.name}, {"kind", word_for(each.kind)}, {"meaning", each.meaning}};
    if (each.kind == Variable::Kind::list) json["variables"] = json_of_variables(each.inner);
    list.push_back(std::move(json));
  }
  return list;
}

/// Adds a row for each variable; the variables of a list are indented below it.
void add_variables(std::span<const Variable> variables, std::size_t depth, Table& table) {
  for (const Variable& each : variables) {
    table.add_row({{std::string(2 * depth, ' ') + std::string{each.name}},
                   {std::string{word_for(each.kind)}},
                   {std::string{each.meaning}}});
    add_variables(each.inner, depth + 1, table);
  }
}

}  // namespace

void show_template(const std::string& name, const MailTemplate& shown, Context& context) {
  const BuiltInTemplate& built_in = *find_built_in_template(name);
  const auto& [letter, language, is_set] = shown;
  const std::string language_text{language.text()};
  std::ostream& out = context.out();
  if (context.format() == Format::json) {
    const Json json{{"name", name},
                    {"language", language_text},
                    {"purpose", built_in.purpose},
                    {"is_set", is_set},
                    {"subject", letter.subject},
                    {"body", letter.body},
                    {"html", json_of_optional(letter.html)},
                    {"variables", json_of_variables(template_variables())}};
    out << to_text(json, 2) << '\n';
    return;
  }
  if (context.format() == Format::tsv) {
    TsvWriter{out}.write(
        {name, is_set ? "set" : "built-in", letter.subject, letter.body, letter.html.value_or(""), language_text});
    return;
  }
  print_field(context, "template", fmt::format("{}, {}{}", name, built_in.purpose, is_set ? "" : " (built in)"));
  print_field(context, "language", language_text);
  print_field(context, "subject", letter.subject);
  out << '\n';
  print_text(letter.body, out);
  if (letter.html) {
    out << '\n' << paint("html", Style::bold, context.out_capabilities()) << '\n';
    print_text(*letter.html, out);
  }
  out << '\n';
  Table table{{{"variable"}, {"kind"}, {"stands for", Align::left, Wrap::words}}};
  add_variables(template_variables(), 0, table);
  table.print(out, context.out_capabilities());
}

void list_templates(const std::vector<ListedTemplate>& templates, Context& context) {
  std::optional<JsonArray> json;
  if (context.format() == Format::json) json.emplace(context.out());
  Table table{{{"name"}, {"language"}, {"texts"}, {"purpose", Align::left, Wrap::words}}};
  for (const auto& [key, is_own] : templates) {
    const BuiltInTemplate* const built_in = find_built_in_template(key.name);
    const std::string purpose{built_in == nullptr ? "" : built_in->purpose};
    const std::string language{key.language.text()};
    if (json) {
      json->add({{"name", key.name}, {"language", language}, {"purpose", purpose}, {"is_set", is_own}});
    } else if (context.format() == Format::tsv) {
      TsvWriter{context.out()}.write({key.name, is_own ? "set" : "built-in", purpose, language});
    } else {
      table.add_row({{key.name}, {language}, {is_own ? "set" : "built in"}, {purpose}});
    }
  }
  if (json) json->finish();
  if (context.format() == Format::table) table.print(context.out(), context.out_capabilities());
}

}  // namespace allot::cli
