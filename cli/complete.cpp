#include "cli/complete.hpp"

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/values.hpp"
#include "libcore/base/text.hpp"
#include "libcore/template/template.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kMostWords = 200;

using Words = std::vector<std::string>;

/// The kind of value at a position of the command line.
enum class Kind { nothing, files, path, email, license, item, counted, count, feature, command, words };

struct ValueSlot {
  Kind kind = Kind::nothing;
  Words words{};
};

template <std::size_t N>
Words words_of(const std::array<std::string_view, N>& words) {
  return {words.begin(), words.end()};
}

/// The kind of value of the option `name`.
ValueSlot slot_of_option(const std::string& name) {
  if (name == "--db" || name == "--config" || name == "--output" || name == "-o" || name == "--body" ||
      name == "--html")
    return {Kind::files};
  if (name == "--restriction") return {Kind::words, words_of(kRestrictionWords)};
  if (name == "--role") return {Kind::words, words_of(kRoleWords)};
  if (name == "--remind-repeat") return {Kind::words, words_of(kRepeatWords)};
  if (name == "--format") return {Kind::words, {"table", "json", "tsv"}};
  if (name == "--color") return {Kind::words, {"auto", "always", "never"}};
  if (name == "--type") return {Kind::words, {"plus", "basic", "trial"}};
  if (name == "--kind") return {Kind::words, {"distributor", "dealer", "site", "building", "apartment"}};
  if (name == "--feature" || name == "--no-feature") return {Kind::feature};
  if (name == "--count") return {Kind::count};
  if (name == "--requires") return {Kind::counted};
  if (name == "--why") return {Kind::item};
  if (name == "--user" || name == "--as" || name == "--by") return {Kind::email};
  if (name == "--into") return {Kind::path};
  return {};
}

Words names_of_templates() {
  Words names;
  for (const BuiltInTemplate& each : built_in_templates()) names.emplace_back(each.name);
  return names;
}

/// The kind of value of the positional argument `name` of the command `command`.
ValueSlot slot_of_positional(const std::string& name, const std::string& command) {
  if (name == "PATH" || name == "NEW-PARENT" || name == "FROM" || name == "TO") return {Kind::path};
  if (name == "EMAIL") return {Kind::email};
  if (name == "FILE") return {Kind::files};
  if (name == "SHELL") return {Kind::words, {"bash", "zsh", "fish"}};
  if (name == "COMMAND") return {Kind::command};
  if (name == "NAME" && command.starts_with("license")) return {Kind::license};
  if (name == "NAME" && command.starts_with("template")) return {Kind::words, names_of_templates()};
  if (name == "NAME" && command == "catalog remove") return {Kind::item};
  return {};
}

/// Finds the completions of one line.
class Completion {
 public:
  Completion(const PartialLine& line, Context& context) : line_(line), context_(context) {}

  /// All matching words; only `__files` if file names are requested.
  Words find() {
    const Words arguments{line_.words.begin() + (line_.words.empty() ? 0 : 1), line_.words.end()};
    const auto place = find_command_word(arguments);
    Parser parser{place ? arguments[*place] : ""};
    find_globals(arguments, parser);
    if (!place) return complete_start(arguments, parser);
    if (find_command(arguments[*place]) == nullptr) return {};
    CLI::App* app = parser.command();
    std::size_t next = *place + 1;
    if (!app->get_subcommands({}).empty()) {
      if (next >= arguments.size() && !line_.current.starts_with('-')) {
        Words words = fitting(names_of_subcommands(*app));
        if (app->get_require_subcommand_min() > 0) return words;
        const Words more = fill(slot_of_next(*app));
        words.insert(words.end(), more.begin(), more.end());
        return words;
      }
      if (next < arguments.size()) {
        const auto subcommands =
            app->get_subcommands([&](CLI::App* subcommand) { return subcommand->get_name() == arguments[next]; });
        if (subcommands.empty() && app->get_require_subcommand_min() > 0) return {};
        if (!subcommands.empty()) {
          app = subcommands.front();
          ++next;
        }
      }
    }
    return complete_arguments(*app, parser, {arguments.begin() + static_cast<std::ptrdiff_t>(next), arguments.end()});
  }

 private:
  Words complete_start(const Words& arguments, Parser& parser) {
    if (!arguments.empty() && takes_value(parser.root(), arguments.back()))
      return fill(slot_of_option(arguments.back()));
    if (line_.current.starts_with('-')) return complete_option(parser.root(), parser);
    return fill({Kind::command});
  }

  /// Completes an option of `app` or a global option at the cursor, or the value after its `=`.
  Words complete_option(const CLI::App& app, Parser& parser) {
    const std::size_t equals = line_.current.find('=');
    if (equals != std::string::npos) {
      prefix_ = line_.current.substr(0, equals + 1);
      return fill(slot_of_option(line_.current.substr(0, equals)));
    }
    Words names = names_of_options(app);
    for (std::string& name : names_of_options(parser.root())) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return fitting(names);
  }

  Words complete_arguments(const CLI::App& app, Parser& parser, const Words& given) {
    bool has_mark = false;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (has_mark || !given[i].starts_with('-')) {
        positionals_.push_back(given[i]);
      } else if (given[i] == "--") {
        has_mark = true;
      } else if (takes_value(app, given[i]) || takes_value(parser.root(), given[i])) {
        if (++i == given.size()) return fill(slot_of_option(given[i - 1]));
      } else if (given[i] == "--all") {
        removes_all_ = true;
      }
    }
    if (line_.current.starts_with('-') && !has_mark) return complete_option(app, parser);
    return fill(slot_of_next(app));
  }

  /// The kind of value of the positional argument at the cursor.
  ValueSlot slot_of_next(const CLI::App& app) const {
    const auto slots = app.get_options([](const CLI::Option* each) { return each->get_positional(); });
    const std::string command = command_line_of(app);
    if (command == "user remove") return {positionals_.empty() && !removes_all_ ? Kind::path : Kind::email};
    const std::size_t index = positionals_.size();
    if (index < slots.size()) return slot_of_positional(slots[index]->get_name(true, false), command);
    const bool repeats = !slots.empty() && slots.back()->get_expected_max() > 1;
    return repeats ? slot_of_positional(slots.back()->get_name(true, false), command) : ValueSlot{};
  }

  Words fill(const ValueSlot& slot) {
    switch (slot.kind) {
      case Kind::files:
        return {"__files"};
      case Kind::words:
        return fitting(slot.words);
      case Kind::command:
        return fitting(names_of_commands());
      case Kind::path:
        return paths();
      case Kind::email:
        return fitting(view().find_emails(typed(), kMostWords));
      case Kind::license:
        return licenses();
      case Kind::item:
        return fitting(view().catalogue().names());
      case Kind::feature:
        return fitting(view().catalogue().features());
      case Kind::counted:
        return fitting(counted(""));
      case Kind::count:
        return fitting(counted("="));
      case Kind::nothing:
        break;
    }
    return {};
  }

  /// The groups whose path starts with the typed text, level by level; a group with children also with a slash.
  Words paths() {
    const std::string text = typed();
    const std::size_t slash = text.rfind('/');
    const std::string above = slash == std::string::npos ? "" : text.substr(0, slash);
    const std::string start = slash == std::string::npos ? text : text.substr(slash + 1);
    Words found;
    const std::string before = slash == std::string::npos ? "" : text.substr(0, slash + 1);
    for (const auto& step : view().find_steps(above.empty() ? Path{} : Path::parse(above), start, kMostWords)) {
      found.push_back(fmt::format("{}{}{}", prefix_, before, step.name));
      if (step.goes_on) found.push_back(found.back() + "/");
    }
    return found;
  }

  Words licenses() {
    if (positionals_.empty()) return {};
    Words names;
    const AncestorPath ancestors = view().ancestors(Path::parse(positionals_[0]));
    for (const License& license : ancestors.back().licenses) names.push_back(license.name);
    return fitting(names);
  }

  /// The names of the counted resources, each followed by `end`.
  Words counted(std::string_view end) {
    Words names;
    for (const CountedResource& entry : view().catalogue().counted()) names.push_back(entry.name + std::string{end});
    return names;
  }

  std::string typed() const { return line_.current.substr(prefix_.size()); }

  /// The `words` that start with the typed text (case-insensitive), prefixed with the option they are the value of.
  Words fitting(const Words& words) const {
    Words fit;
    const std::string start = fold_ascii(typed());
    for (const std::string& word : words) {
      if (fold_ascii(word).starts_with(start)) fit.push_back(prefix_ + word);
    }
    return fit;
  }

  static bool takes_value(const CLI::App& app, const std::string& word) {
    const CLI::Option* const option = word.starts_with('-') ? app.get_option_no_throw(word) : nullptr;
    return option != nullptr && option->get_expected_max() > 0;
  }

  static Words names_of_options(const CLI::App& app) {
    Words names;
    for (const CLI::Option* option : app.get_options([](const CLI::Option* each) { return each->nonpositional(); })) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
  }

  static Words names_of_subcommands(const CLI::App& app) {
    Words names;
    for (const CLI::App* subcommand : app.get_subcommands({})) names.push_back(subcommand->get_name());
    return names;
  }

  static Words names_of_commands() {
    Words names;
    for (const Command& command : commands()) {
      if (!command.is_hidden) names.emplace_back(command.name);
    }
    return names;
  }

  /// Uses the store and the actor of the line, so that completion sees the same groups as the command. The options of
  /// the running program take precedence.
  void find_globals(const Words& arguments, const Parser& parser) {
    options_ = parser.globals();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& word = arguments[i];
      const bool has_next = i + 1 < arguments.size();
      if (word == "--db" && has_next) options_.db = arguments[i + 1];
      if (word.starts_with("--db=")) options_.db = word.substr(5);
      if (word == "--config" && has_next) options_.config = arguments[i + 1];
      if (word.starts_with("--config=")) options_.config = word.substr(9);
      if (word == "--as" && has_next) options_.as = arguments[i + 1];
      if (word.starts_with("--as=")) options_.as = word.substr(5);
    }
    if (context_.given().db) options_.db = context_.given().db;
    if (context_.given().config) options_.config = context_.given().config;
    if (context_.given().as) options_.as = context_.given().as;
  }

  View& view() {
    if (!view_) {
      options_.wait = "0";
      store_context_.emplace(context_.streams(), options_);
      view_ = store_context_->view();
    }
    return *view_;
  }

  const PartialLine& line_;
  Context& context_;
  GlobalOptions options_;
  std::optional<Context> store_context_;
  std::shared_ptr<View> view_;
  Words positionals_;
  bool removes_all_ = false;  // whether --all of `user remove` is set
  std::string prefix_;
};

}  // namespace

void complete_line(std::string_view line, const std::optional<std::string>& kept, Context& context) {
  const PartialLine partial = split_partial(line);
  Words words;
  try {
    words = Completion{partial, context}.find();
  } catch (const Error&) {
    return;  // a line with an error has no completions
  }
  const std::size_t kept_of_word = kept ? split_partial(*kept).current.size() : 0;
  for (const std::string& word : words) {
    const bool is_plain = !kept || word == "__files";
    const std::size_t start = std::min(kept_of_word, word.size());
    context.out() << (is_plain ? word : quote_for_bash(std::string_view{word}.substr(start), partial.quote)) << '\n';
  }
}

}  // namespace allot::cli
