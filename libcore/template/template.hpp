#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/template_text.hpp"
#include "libcore/template/facts.hpp"

namespace allot {

/// A variable of templates; allot-template(1), Variables.
struct Variable {
  enum class Kind { text, flag, list };

  std::string_view name;
  Kind kind = Kind::text;
  std::string_view meaning;
  std::span<const Variable> inner{};  ///< of a list: the additional variables of each of its entries
};

/// A built-in template: its name, purpose and text.
struct BuiltInTemplate {
  std::string_view name;
  std::string_view purpose;
  std::string_view subject;
  std::string_view body;
};
std::span<const BuiltInTemplate> built_in_templates();

/// Returns the built-in template, or null if there is none with that name.
const BuiltInTemplate* find_built_in_template(std::string_view name);

/// Returns the variables that every template can use.
std::span<const Variable> template_variables();

/// A fault of a template; line and column count from 1, the column in bytes.
struct TemplateFault {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string message;
};

/// Returns the faults of `text` as a template: unclosed tags and sections, unknown variables, partials.
std::vector<TemplateFault> find_faults_in_template(std::string_view text);

/// Returns whether the variable `name` occurs in `text`.
bool uses_variable(std::string_view text, std::string_view name);

/// Renders `letter`: only its HTML is escaped, and its subject becomes one line.
TemplateText render(const TemplateText& letter, const Facts& facts);

/// A template of HTML that is parsed once: every value is escaped, for text and for attributes in quotes.
class HtmlTemplate {
 public:
  /// Throws internal if `text` is not a template.
  explicit HtmlTemplate(std::string_view text);
  ~HtmlTemplate();
  HtmlTemplate(const HtmlTemplate&) = delete;
  HtmlTemplate& operator=(const HtmlTemplate&) = delete;

  std::string render(const Facts& facts);

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace allot
