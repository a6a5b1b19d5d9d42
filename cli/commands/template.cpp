#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/show_template.hpp"
#include "cli/subcommand.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"
#include "libcore/edit/templates.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kLargestTemplate = std::size_t{256} * 1024;

struct TemplateSetOptions {
  std::string name;
  std::optional<std::string> language;
  std::optional<std::string> subject;
  std::optional<std::string> body;
  std::optional<std::string> html;
  bool no_html = false;
};

void require_sound_subject(const std::string& text) {
  if (const auto fault = find_fault_in_characters(text)) {
    throw Error::usage(fmt::format("the subject {} {}", quote(text), *fault), "a subject is one line");
  }
  for (const TemplateFault& fault : find_faults_in_template(text)) {
    throw Error::usage(fmt::format("the subject {}, column {}: {}", quote(text), fault.column, fault.message),
                       "`allot template show` lists the variables");
  }
}

/// The offset of the first invalid character of a line, or the size of the line.
std::size_t find_unfit(std::string_view line) {
  std::vector<std::size_t> ends;  // of the characters of the line
  for (std::size_t at = 1; at <= line.size(); ++at) {
    const bool is_inside = at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U;
    if (!is_inside) ends.push_back(at);
  }
  const auto end = std::partition_point(ends.begin(), ends.end(),
                                        [&](std::size_t at) { return !find_fault_in_characters(line.substr(0, at)); });
  return end == ends.begin() ? 0 : *(end - 1);
}

/// The first character of a text that is not allowed in a template, with its line and column from 1 and the reason;
/// nullopt if there is none.
std::optional<TemplateFault> find_fault_in_lines(std::string_view text) {
  for (std::size_t line = 1;; ++line) {
    const std::size_t end = text.find('\n');
    std::string shown{text.substr(0, end)};
    std::replace(shown.begin(), shown.end(), '\t', ' ');
    if (auto fault = find_fault_in_characters(shown)) {
      return TemplateFault{line, find_unfit(shown) + 1, "the line " + *fault};
    }
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
}

/// Reads a stream to its end; throws invalid_input if it cannot be read or is too large for a template.
std::string read_limited(std::istream& in, const std::string& name) {
  std::string text(kLargestTemplate + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) throw Error::invalid_input(fmt::format("{} cannot be read", quote(name)));
  if (text.size() > kLargestTemplate) {
    throw Error::invalid_input(
        fmt::format("{} is larger than {} bytes, which a template may have", quote(name), kLargestTemplate));
  }
  return text;
}

/// The text of a file with \n as line ends; throws invalid_input with the position of each fault.
std::string read_text(const std::string& word, Context& context) {
  const std::string name = word == "-" ? "standard input" : word;
  std::string text = read_limited(*context.open_input(word), name);
  for (std::size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos;) text.erase(at, 1);
  std::vector<TemplateFault> faults;
  if (auto fault = find_fault_in_lines(text)) {
    faults.push_back(std::move(*fault));
  } else {
    faults = find_faults_in_template(text);
  }
  std::vector<Problem> problems;
  for (TemplateFault& fault : faults) {
    problems.push_back({name, fault.line, fault.column, std::move(fault.message)});
  }
  if (!problems.empty()) throw Error::invalid_input(problems, problems.size());
  return text;
}

void set_template(const TemplateSetOptions& options, Context& context) {
  if (!options.subject && !options.body && !options.html && !options.no_html) {
    throw Error::usage("no change of the template is given", "give --subject, --body, --html or --no-html");
  }
  const TemplateKey key{options.name, parse_template_language(options.language)};
  if (options.subject) require_sound_subject(*options.subject);
  context.require_message();
  if (!context.is_in_batch()) context.engine().require_writable();
  std::optional<std::string> body;
  std::optional<std::string> html;
  if (options.body) body = read_text(*options.body, context);
  if (options.html) html = read_text(*options.html, context);
  context.write([&](Write& write) {
    TemplateText letter = letter_template(write, key);
    if (options.subject) letter.subject = *options.subject;
    if (body) letter.body = *body;
    if (html) letter.html = *html;
    if (options.no_html) letter.html.reset();
    set_template(write, key, letter);
  });
}

void add_language_option(const Subcommand& subcommand, std::optional<std::string>& language) {
  subcommand.option("--language", "L", language, "The language of the texts, such as uk (en)");
}

void setup_template_set(const Subcommand& subcommand) {
  auto options = std::make_shared<TemplateSetOptions>();
  subcommand.argument("NAME", options->name, "The template");
  add_language_option(subcommand, options->language);
  subcommand.option("--subject", "TEXT", options->subject, "The subject");
  subcommand.mark_input(subcommand.option("--body", "FILE", options->body, "The plain text (- for standard input)"));
  const Word html = subcommand.option("--html", "FILE", options->html, "The HTML alternative of the text");
  subcommand.mark_input(html);
  subcommand.flag("--no-html", options->no_html, "Remove the HTML alternative").excludes(html);
  subcommand.set_action([options](Context& context) { set_template(*options, context); });
}

struct TemplateOptions {
  std::string name;
  std::optional<std::string> language;
};

void setup_reset(const Subcommand& subcommand) {
  auto options = std::make_shared<TemplateOptions>();
  subcommand.argument("NAME", options->name, "The template");
  add_language_option(subcommand, options->language);
  subcommand.set_action([options](Context& context) {
    const TemplateKey key{options->name, parse_template_language(options->language)};
    context.write([&](Write& write) { reset_template(write, key); });
  });
}

void setup_template_show(const Subcommand& subcommand) {
  auto options = std::make_shared<TemplateOptions>();
  subcommand.argument("NAME", options->name, "The template");
  add_language_option(subcommand, options->language);
  subcommand.set_action([options](Context& context) {
    const Language language = parse_template_language(options->language);
    const auto view = context.view();
    show_template(options->name, view->letter_template(options->name, language), context);
  });
}

/// Lists the templates that are built in or were set, by name and language.
void list(const std::optional<std::string>& language, Context& context) {
  const std::optional<Language> wanted = language ? std::optional{parse_template_language(language)} : std::nullopt;
  std::map<std::pair<std::string, Language>, bool> found;  // whether it was set
  for (const BuiltInTemplate& each : built_in_templates()) {
    found[{std::string{each.name}, *Language::parse(each.language)}] = false;
  }
  const auto view = context.view();
  for (const TemplateKey& key : view->own_templates()) found[{key.name, key.language}] = true;
  std::vector<ListedTemplate> templates;
  for (const auto& [key, is_set] : found) {
    if (!wanted || *wanted == key.second) templates.push_back({{key.first, key.second}, is_set});
  }
  list_templates(templates, context);
}

void setup_template_list(const Subcommand& subcommand) {
  auto language = std::make_shared<std::optional<std::string>>();
  subcommand.option("--language", "L", *language, "Only the templates of this language");
  subcommand.set_action([language](Context& context) { list(*language, context); });
}

}  // namespace

void setup_template(const Subcommand& command) {
  command.add_subcommands({{"list", "List the templates", setup_template_list},
                           {"show", "Show a template and its variables", setup_template_show},
                           {"set", "Change the texts of a template", setup_template_set},
                           {"reset", "Restore the built-in texts of a template", setup_reset}});
}

}  // namespace allot::cli
