// Reads any text as a template; renders it if it is valid.

#include "libcore/base/text.hpp"
#include "libcore/template/template.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::Facts;
using allot::Variable;
using allot::fuzz::require;

/// Facts for any name: texts that look like tags and markup, and lists of two.
Facts make_facts(std::span<const Variable> variables) {
  Facts facts;
  for (const Variable& variable : variables) {
    const std::string name{variable.name};
    if (variable.kind == Variable::Kind::text) facts.set(name, "{{name}} <b>&\"' \xC3\xBC");
    if (variable.kind == Variable::Kind::flag) facts.set_flag(name, true);
    if (variable.kind == Variable::Kind::list) {
      facts.set_list(name, {make_facts(variable.inner), make_facts(variable.inner)});
    }
  }
  return facts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto faults = allot::find_faults_in_template(text);
  for (const allot::TemplateFault& fault : faults) {
    require(fault.line > 0 && fault.column > 0 && fault.line <= size + 1, "a fault has its place");
  }
  // The text of a template is checked before it is set.
  if (!faults.empty() || !allot::is_utf8(text) || text.find_first_of(std::string_view{"\0\x01\r", 3}) != text.npos) {
    return 0;
  }
  static const Facts facts = make_facts(allot::template_variables());
  const allot::TemplateText rendered = allot::render({text, text, text}, facts);
  require(rendered.subject.find('\n') == std::string::npos, "a subject is one line");
  require(allot::is_utf8(rendered.body), "what is rendered is UTF-8");
  require(rendered.body.size() <= 2000 * (size + 1), "what is rendered grows as its template does");
  return 0;
}
