#include "libcore/template/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <set>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/template/plural.hpp"

namespace allot {
namespace {

namespace mustache = kainjow::mustache;

/// Reads the tags of a template and records the faults; the library itself renders an unknown name as nothing.
class TemplateCheck {
 public:
  explicit TemplateCheck(std::string_view text) : text_(text), scopes_{template_variables()} {}

  std::vector<TemplateFault> run() {
    while (read_tag()) {
    }
    for (const Section& section : sections_) {
      fault(section.at, fmt::format("the section {} is not closed", quote(section.name)));
    }
    return std::move(faults_);
  }

  /// Returns whether the variable occurred.
  bool has_list(std::string_view name) const { return lists_.contains(name); }

 private:
  struct Section {
    std::string_view name;
    std::size_t at = 0;
  };

  /// Reads the next tag; returns false if there is none.
  bool read_tag() {
    const std::size_t at = text_.find("{{", next_);
    if (at == std::string_view::npos) return false;
    const bool is_triple = text_.substr(at).starts_with("{{{");
    const std::string_view end_mark = is_triple ? "}}}" : "}}";
    const std::size_t begin = at + end_mark.size();
    const std::size_t end = text_.find(end_mark, begin);
    if (end == std::string_view::npos) {
      fault(at, fmt::format("the tag is not closed by {}", end_mark));
      return false;
    }
    next_ = end + end_mark.size();
    const std::string_view content = text_.substr(begin, end - begin);
    if (!content.starts_with('!') && content.find('\n') != std::string_view::npos) {
      fault(at, "a tag ends on the line on which it begins");
      return true;
    }
    take_tag(trim(content), at, is_triple);
    return true;
  }

  void take_tag(std::string_view content, std::size_t at, bool is_triple) {
    const char sign = content.empty() || is_triple ? '\0' : content.front();
    const std::string_view name = trim(
        sign != '\0' && std::string_view{"#^/!&>="}.find(sign) != std::string_view::npos ? content.substr(1) : content);
    switch (sign) {
      case '!':
        return;
      case '>':
        return fault(at, "other templates cannot be included");
      case '=':
        return fault(at, "the marks of tags cannot be changed");
      case '/':
        return close(name, at);
      case '#':
      case '^':
        return open(name, at, sign == '#');
      default:
        get_variable(name, at);
    }
  }

  void open(std::string_view name, std::size_t at, bool is_entered) {
    const Variable* const variable = get_variable(name, at);
    const bool is_list = variable != nullptr && variable->kind == Variable::Kind::list;
    if (is_entered && is_list && list_depth_ > 0 && !is_in(scopes_[list_depth_], *variable)) {
      // Nested lists could make a text as long as the product of their lengths.
      fault(at, fmt::format("the list {} cannot stand in another one", quote(name)));
    }
    if (is_entered && is_list && sections_.empty()) lists_.insert(name);
    sections_.push_back({name, at});
    scopes_.push_back(variable != nullptr && is_entered ? variable->inner : std::span<const Variable>{});
    outer_lists_.push_back(list_depth_);
    if (is_entered && is_list) list_depth_ = scopes_.size() - 1;
  }

  void close(std::string_view name, std::size_t at) {
    if (sections_.empty()) return fault(at, fmt::format("no section {} is open here", quote(name)));
    if (sections_.back().name != name) {
      fault(at, fmt::format("the section {} is closed where {} is open", quote(name), quote(sections_.back().name)));
    }
    sections_.pop_back();
    scopes_.pop_back();
    list_depth_ = outer_lists_.back();
    outer_lists_.pop_back();
  }

  static bool is_in(std::span<const Variable> scope, const Variable& variable) {
    return std::any_of(scope.begin(), scope.end(), [&](const Variable& each) { return &each == &variable; });
  }

  const Variable* get_variable(std::string_view name, std::size_t at) {
    std::vector<std::string> known;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      for (const Variable& variable : *scope) {
        if (variable.name == name) return &variable;
        known.emplace_back(variable.name);
        if (variable.kind != Variable::Kind::number) continue;
        for (const std::string_view form : kPluralWords) {
          known.push_back(fmt::format("{}_{}", variable.name, form));
          if (known.back() == name) return &variable;
        }
      }
    }
    const auto nearest = find_nearest(name, known);
    fault(at, fmt::format("there is no variable {} here{}", quote(name),
                          nearest ? fmt::format(", did you mean {}?", *nearest) : ""));
    return nullptr;
  }

  void fault(std::size_t at, std::string message) {
    const std::string_view before = text_.substr(0, at);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t start = before.rfind('\n');
    const std::size_t column = start == std::string_view::npos ? at : at - start - 1;
    faults_.push_back({line + 1, column + 1, std::move(message)});
  }

  static std::string_view trim(std::string_view text) {
    constexpr std::string_view kWhite = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kWhite);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kWhite) - first + 1);
  }

  std::string_view text_;
  std::size_t next_ = 0;
  std::vector<Section> sections_;
  std::vector<std::span<const Variable>> scopes_;
  std::size_t list_depth_ = 0;            // the index of the innermost list's scope; 0 outside lists
  std::vector<std::size_t> outer_lists_;  // the `list_depth_` outside each open section
  std::set<std::string_view> lists_;      // the lists with a section that is in no other
  std::vector<TemplateFault> faults_;
};

mustache::data to_data(const Facts& facts) {
  mustache::data data{mustache::data::type::object};
  for (const auto& [name, value] : facts.values()) {
    if (const auto* const text = std::get_if<std::string>(&value)) {
      data.set(name, text->empty() ? mustache::data{false} : mustache::data{*text});
    } else if (const auto* const flag = std::get_if<bool>(&value)) {
      data.set(name, mustache::data{*flag});
    } else {
      mustache::data list{mustache::data::type::list};
      for (const Facts& entry : std::get<Facts::List>(value)) list.push_back(to_data(entry));
      data.set(name, list);
    }
  }
  return data;
}

enum class Escape { nothing, html };

/// Replaces line ends while the library renders, because the library leaves an empty line where it omits a section
/// whose tags are alone on their lines. No template or value contains this character.
constexpr char kLineEnd = '\x01';

/// Returns whether a line contains only a section tag or a comment, so that it produces no line of output.
bool is_tag_alone(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  line = line.substr(first, line.find_last_not_of(" \t") - first + 1);
  return line.size() > 4 && line.starts_with("{{") && line.ends_with("}}") && line.find("}}") == line.size() - 2 &&
         std::string_view{"#^/!"}.find(line[2]) != std::string_view::npos;
}

/// Returns `text` as one line: lines of tags that stand alone without their ends, other line ends as `kLineEnd`.
std::string join_lines(std::string_view text) {
  std::string joined;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (is_tag_alone(line)) {
      joined.append(line.substr(line.find('{'), line.rfind('}') + 1 - line.find('{')));
    } else {
      joined.append(line);
      if (end != std::string_view::npos) joined += kLineEnd;
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return joined;
}

std::string render_part(const std::string& text, const mustache::data& data, Escape escape) {
  mustache::mustache part{join_lines(text)};
  if (escape == Escape::nothing) part.set_custom_escape([](const std::string& value) { return value; });
  std::string rendered = part.render(data);
  if (!part.is_valid()) throw Error::internal("a template cannot be rendered: " + part.error_message());
  std::replace(rendered.begin(), rendered.end(), kLineEnd, '\n');
  return rendered;
}

}  // namespace

void Facts::set_number(const std::string& name, std::int64_t number, std::string_view language) {
  set(name, std::to_string(number));
  const Plural form = plural_of(language, number);
  for (std::size_t i = 0; i < kPluralWords.size(); ++i) {
    set_flag(fmt::format("{}_{}", name, kPluralWords[i]), form == static_cast<Plural>(i));
  }
}

std::string TemplateKey::text() const {
  return language.text() == kEnglish ? name : fmt::format("{}.{}", name, language.text());
}

TemplateKey TemplateKey::parse(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto language = Language::parse(text.substr(std::min(dot + 1, text.size())));
  return {std::string{text.substr(0, dot)}, language.value_or(english())};
}

std::vector<TemplateFault> find_faults_in_template(std::string_view text) {
  std::vector<TemplateFault> faults = TemplateCheck{text}.run();
  if (!faults.empty()) return faults;
  const mustache::mustache parsed{join_lines(text)};
  if (!parsed.is_valid()) faults.push_back({1, 1, parsed.error_message()});
  return faults;
}

bool shows_list(std::string_view text, std::string_view name) {
  TemplateCheck check{text};
  check.run();
  return check.has_list(name);
}

TemplateText render(const TemplateText& letter, const Facts& facts) {
  const mustache::data data = to_data(facts);
  TemplateText rendered;
  rendered.subject = render_part(letter.subject, data, Escape::nothing);
  std::replace_if(
      rendered.subject.begin(), rendered.subject.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  rendered.body = render_part(letter.body, data, Escape::nothing);
  if (letter.html) rendered.html = render_part(*letter.html, data, Escape::html);
  return rendered;
}

struct HtmlTemplate::Parsed {
  mustache::mustache text;
};

HtmlTemplate::HtmlTemplate(std::string_view text)
    : parsed_(std::make_unique<Parsed>(Parsed{mustache::mustache{join_lines(text)}})) {
  if (!parsed_->text.is_valid()) throw Error::internal("a template is not valid: " + parsed_->text.error_message());
}

HtmlTemplate::~HtmlTemplate() = default;

std::string HtmlTemplate::render(const Facts& facts) {
  std::string rendered = parsed_->text.render(to_data(facts));
  std::replace(rendered.begin(), rendered.end(), kLineEnd, '\n');
  return rendered;
}

}  // namespace allot
