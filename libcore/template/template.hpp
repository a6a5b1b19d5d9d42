#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/model/language.hpp"
#include "libcore/model/template_text.hpp"
#include "libcore/template/facts.hpp"

namespace allot {

/// A variable of templates; allot-template(1), Variables. A number NAME also defines the flags NAME_one, NAME_few,
/// NAME_many and NAME_other, of which the plural form of the number in the language of the template is set.
struct Variable {
  enum class Kind { text, number, flag, list };

  std::string_view name;
  Kind kind = Kind::text;
  std::string_view meaning;
  std::span<const Variable> inner{};  ///< of a list: the additional variables of each of its entries
};

/// A built-in template: its name, language, purpose and text.
struct BuiltInTemplate {
  std::string_view name;
  std::string_view language;
  std::string_view purpose;
  std::string_view subject;
  std::string body;
};

/// Returns all built-in templates by name and language; every name has one in English.
std::span<const BuiltInTemplate> built_in_templates();

/// Returns the built-in template, or null if there is none with that name and language.
const BuiltInTemplate* find_built_in_template(std::string_view name, std::string_view language = kEnglish);

/// Identifies a template that was set.
struct TemplateKey {
  std::string name;
  Language language;

  /// Returns the name under which the template is stored: `admin`, or `admin.uk` if it is not English.
  std::string text() const;
  /// Parses the stored name.
  static TemplateKey parse(std::string_view text);
};

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

/// Returns whether `text` shows the list `name` whenever it has entries: in a section that is in no other.
bool shows_list(std::string_view text, std::string_view name);

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
