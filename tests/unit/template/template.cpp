#include "libcore/template/template.hpp"

#include <doctest/doctest.h>

#include "libcore/base/error.hpp"

namespace allot {
namespace {

std::vector<std::string> faults_of(std::string_view text) {
  std::vector<std::string> faults;
  for (const TemplateFault& fault : find_faults_in_template(text)) {
    faults.push_back(std::to_string(fault.line) + ":" + std::to_string(fault.column) + " " + fault.message);
  }
  return faults;
}

using Faults = std::vector<std::string>;

std::string body_of(const std::string& body, const Facts& facts) { return render({"", body, {}}, facts).body; }

Facts license(std::string group, std::string extend) {
  Facts facts;
  facts.set("group", std::move(group));
  facts.set("extend", std::move(extend));
  return facts;
}

TEST_CASE("the built-in templates are valid") {
  REQUIRE(built_in_templates().size() == 4);
  for (const BuiltInTemplate& each : built_in_templates()) {
    CHECK(faults_of(each.subject) == Faults{});
    CHECK(faults_of(each.body) == Faults{});
    CHECK(find_built_in_template(each.name, each.language) == &each);
    CHECK(find_built_in_template(each.name, "en") != nullptr);
  }
  CHECK(find_built_in_template("boss") == nullptr);
  CHECK(find_built_in_template("admin", "de") == nullptr);
}

TEST_CASE("a template may use the variables of its section") {
  CHECK(faults_of("") == Faults{});
  CHECK(faults_of("{{name}} {{ email }} {{&name}} {{{name}}} {{! nothing }}") == Faults{});
  CHECK(faults_of("{{#licenses}}{{group}}{{#falls}}{{item}} {{group}} {{name}}{{/falls}}{{/licenses}}") == Faults{});
  CHECK(faults_of("{{^licenses}}none{{/licenses}}") == Faults{});
  CHECK(faults_of("braces { } }} {a}") == Faults{});
}

TEST_CASE("faults of a template are reported with their position") {
  CHECK(faults_of("Dear\n {{nam}}") == Faults{"2:2 there is no variable \"nam\" here, did you mean name?"});
  CHECK(faults_of("{{group}}") == Faults{"1:1 there is no variable \"group\" here"});
  CHECK(faults_of("{{^licenses}}{{group}}{{/licenses}}") == Faults{"1:14 there is no variable \"group\" here"});
  CHECK(faults_of("{{#licenses}}") == Faults{"1:1 the section \"licenses\" is not closed"});
  CHECK(faults_of("{{/licenses}}") == Faults{"1:1 no section \"licenses\" is open here"});
  CHECK(faults_of("{{#licenses}}{{#falls}}{{/licenses}}{{/falls}}").size() == 2);
  CHECK(faults_of("{{name") == Faults{"1:1 the tag is not closed by }}"});
  CHECK(faults_of("{{{name}}") == Faults{"1:1 the tag is not closed by }}}"});
  CHECK(faults_of("{{> other}}") == Faults{"1:1 other templates cannot be included"});
  CHECK(faults_of("{{=<% %>=}}") == Faults{"1:1 the marks of tags cannot be changed"});
  CHECK(faults_of("{{}}") == Faults{"1:1 there is no variable \"\" here"});
  CHECK(faults_of("{{a}}{{b}}").size() == 2);
  CHECK(faults_of("{{#licenses}}{{#licenses}}{{/licenses}}{{/licenses}}") ==
        Faults{"1:14 the list \"licenses\" cannot stand in another one"});
  CHECK(faults_of("{{#licenses}}{{#falls}}{{#falls}}{{/falls}}{{/falls}}{{/licenses}}").size() == 1);
  CHECK(faults_of("{{#accesses}}{{#several_licenses}}{{#licenses}}{{/licenses}}{{/several_licenses}}{{/accesses}}")
            .size() == 1);
  CHECK(faults_of(
            "{{#licenses}}{{#extend}}{{#falls}}{{item}}{{/falls}}{{/extend}}{{^accesses}}{{/accesses}}{{/licenses}}") ==
        Faults{});
  CHECK(faults_of("{{#several_licenses}}{{#licenses}}{{/licenses}}{{#accesses}}{{/accesses}}{{/several_licenses}}") ==
        Faults{});
}

TEST_CASE("a number has a flag for each plural form, of which that of its language is set") {
  const std::string text =
      "{{days_left}}{{#days_left_one}}one{{/days_left_one}}{{#days_left_few}}few{{/days_left_few}}"
      "{{#days_left_many}}many{{/days_left_many}}{{#days_left_other}}other{{/days_left_other}}";
  const auto rendered = [&](std::int64_t number, std::string_view language) {
    Facts facts;
    facts.set_number("days_left", number, language);
    return body_of(text, facts);
  };
  CHECK(rendered(1, "en") == "1one");
  CHECK(rendered(21, "en") == "21other");
  CHECK(rendered(21, "uk") == "21one");
  CHECK(rendered(22, "uk") == "22few");
  CHECK(rendered(0, "uk") == "0many");
  CHECK(faults_of("{{#accesses}}" + text + "{{/accesses}}") == Faults{});
  CHECK(faults_of("{{#license_count_one}}{{/license_count_one}}") == Faults{});
  CHECK(faults_of("{{#license_count_two}}{{/license_count_two}}").size() == 1);
  CHECK(faults_of("{{#name_one}}{{/name_one}}").size() == 1);
}

TEST_CASE("a template is stored under its name and, unless it is English, its language") {
  const Language ukrainian = *Language::parse("uk");
  CHECK(TemplateKey{"admin", english()}.text() == "admin");
  CHECK(TemplateKey{"admin", ukrainian}.text() == "admin.uk");
  CHECK(TemplateKey::parse("admin").language == english());
  CHECK(TemplateKey::parse("admin.uk").name == "admin");
  CHECK(TemplateKey::parse("admin.uk").language == ukrainian);
  CHECK(TemplateKey::parse("admin.").language == english());
}

TEST_CASE("section tags alone on a line leave no empty line, whether the section is shown or not") {
  Facts facts;
  facts.set_list("licenses", {license("/a", ""), license("/b", "run this")});
  CHECK(body_of("all:\n{{#licenses}}\n- {{group}}\n{{#extend}}\n  {{extend}}\n{{/extend}}\n\n{{/licenses}}\nend\n",
                facts) == "all:\n- /a\n\n- /b\n  run this\n\nend\n");
  CHECK(body_of("a\n\n{{! a remark }}\n\nb", facts) == "a\n\n\nb");
  CHECK(body_of("{{^licenses}}\nnone\n{{/licenses}}\n", facts).empty());
}

TEST_CASE("values are texts, never templates, and are escaped only in HTML") {
  Facts facts;
  facts.set("name", "<b>{{email}}</b> & \"co\"");
  facts.set("email", "a@x");
  const TemplateText letter = render({"{{name}}", "{{name}}", "<p>{{name}}</p>"}, facts);
  CHECK(letter.subject == "<b>{{email}}</b> & \"co\"");
  CHECK(letter.body == "<b>{{email}}</b> & \"co\"");
  CHECK(letter.html == "<p>&lt;b&gt;{{email}}&lt;/b&gt; &amp; &quot;co&quot;</p>");
}

TEST_CASE("a template of HTML is rendered again and again, and escapes values for text and quoted attributes") {
  HtmlTemplate page{"<a title=\"{{name}}\">{{name}}</a>\n{{#list}}\n{{name}}\n{{/list}}\n"};
  Facts facts;
  facts.set("name", "\"><b>'&{{name}}");
  CHECK(page.render(facts) ==
        "<a title=\"&quot;&gt;&lt;b&gt;&apos;&amp;{{name}}\">&quot;&gt;&lt;b&gt;&apos;&amp;{{name}}</a>\n");
  facts.set_list("list", {Facts{}, Facts{}});
  facts.set("name", "a");
  CHECK(page.render(facts) == "<a title=\"a\">a</a>\na\na\n");
  CHECK_THROWS_AS(HtmlTemplate{"{{#list}}"}, Error);
}

TEST_CASE("a subject is one line") { CHECK(render({"a\nb\r\nc", "", {}}, Facts{}).subject == "a b  c"); }

}  // namespace
}  // namespace allot
