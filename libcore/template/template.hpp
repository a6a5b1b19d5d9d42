#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/template_text.hpp"
#include "libcore/template/facts.hpp"

namespace allot {

/// A name that templates can use, with what stands for it; allot-template(1), Variables.
struct Variable {
  enum class Kind { text, flag, list };

  std::string_view name;
  Kind kind = Kind::text;
  std::string_view meaning;
  std::span<const Variable> inner{};  ///< of a list, what each of its entries has besides
};

/// A template that allot has: its name, what it is for and its built-in text.
struct BuiltInTemplate {
  std::string_view name;
  std::string_view purpose;
  std::string_view subject;
  std::string_view body;
};
std::span<const BuiltInTemplate> built_in_templates();

/// Null if there is none of that name.
const BuiltInTemplate* find_built_in_template(std::string_view name);

/// What every template can name.
std::span<const Variable> template_variables();

/// A fault of a template; line and column count from 1, the column in bytes.
struct TemplateFault {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;
};

/// What is wrong with `text` as a template: tags and sections that are not closed, unknown variables, partials.
std::vector<TemplateFault> find_faults_in_template(std::string_view text);

/// Renders `letter`; in its HTML alone what is special there is escaped, and its subject is made one line.
TemplateText render(const TemplateText& letter, const Facts& facts);

}  // namespace allot
