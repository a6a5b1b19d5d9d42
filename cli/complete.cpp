#include "cli/complete.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <utility>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/value_slots.hpp"
#include "libcore/base/letter_case.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

using Words = std::vector<std::string>;

/// Finds the candidates of one line.
class Completion {
 public:
  Completion(const PartialLine& line, Context& context)
      : line_(line),
        arguments_(line.words.begin() + (line.words.empty() ? 0 : 1), line.words.end()),
        place_(find_command_word(arguments_)),
        parser_(place_ ? arguments_[*place_] : ""),
        store_(context.streams(), find_globals(context)) {}

  /// All candidates that begin with the word at the cursor.
  Candidates find() {
    Candidates found = find_all();
    std::erase_if(found.items, [&](const Candidate& each) {
      // A name with such characters can only be in a damaged store. A value with a dash would be read as an option.
      return find_fault_in_characters(each.text) || !is_match(each) ||
             (prefix_.empty() && !is_option_ && !has_mark_ && each.text.starts_with('-'));
    });
    for (Candidate& each : found.items) each.text.insert(0, prefix_);
    if (!found.common.empty()) found.common.insert(0, prefix_);
    return found;
  }

 private:
  Candidates find_all() {
    if (!place_) return complete_start();
    if (find_command(arguments_[*place_]) == nullptr) return {};
    const CLI::App* app = parser_.command();
    std::size_t next = *place_ + 1;
    if (!app->get_subcommands({}).empty()) {
      const bool needs_subcommand = app->get_require_subcommand_min() > 0;
      if (next >= arguments_.size() && !line_.current.starts_with('-')) {
        Candidates found = subcommands_of(*app);
        if (needs_subcommand) return found;
        std::erase_if(found.items, [&](const Candidate& each) { return !is_match(each); });
        Candidates more = fill(slot_of_next(*app));
        more.items.insert(more.items.begin(), found.items.begin(), found.items.end());
        if (!found.items.empty()) more.common.clear();
        return more;
      }
      if (next < arguments_.size()) {
        const auto subcommands =
            app->get_subcommands([&](const CLI::App* each) { return each->get_name() == arguments_[next]; });
        if (subcommands.empty() && needs_subcommand) return {};
        if (!subcommands.empty()) {
          app = subcommands.front();
          ++next;
        }
      }
    }
    return complete_arguments(*app, {arguments_.begin() + static_cast<std::ptrdiff_t>(next), arguments_.end()});
  }

  Candidates complete_start() {
    if (!arguments_.empty() && takes_value(parser_.root(), arguments_.back()))
      return fill(slot_of_option(arguments_.back(), command_));
    if (line_.current.starts_with('-')) return complete_option(parser_.root());
    return commands_of_program();
  }

  /// Completes an option of `app` or a global option at the cursor, or the value after its `=`.
  Candidates complete_option(const CLI::App& app) {
    const std::size_t equals = line_.current.find('=');
    if (equals != std::string::npos) {
      prefix_ = line_.current.substr(0, equals + 1);
      return fill(slot_of_option(line_.current.substr(0, equals), command_));
    }
    is_option_ = true;
    Candidates found;
    add_options(app, found);
    if (&app != &parser_.root()) add_options(parser_.root(), found);
    return found;
  }

  Candidates complete_arguments(const CLI::App& app, const Words& given) {
    command_ = command_line_of(app);
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (has_mark_ || !given[i].starts_with('-')) {
        positionals_.push_back(given[i]);
      } else if (given[i] == "--") {
        has_mark_ = true;
      } else if (takes_value(app, given[i]) || takes_value(parser_.root(), given[i])) {
        if (++i == given.size()) return fill(slot_of_option(given[i - 1], command_));
      } else if (given[i] == "--all") {
        removes_all_ = true;
      }
    }
    if (line_.current.starts_with('-') && !has_mark_) return complete_option(app);
    return fill(slot_of_next(app));
  }

  /// The kind of value of the positional argument at the cursor.
  ValueSlot slot_of_next(const CLI::App& app) const {
    if (removes_all_) return {positionals_.empty() ? ValueKind::user : ValueKind::nothing};
    const auto slots = app.get_options([](const CLI::Option* each) { return each->get_positional(); });
    const std::string command = command_line_of(app);
    const std::size_t index = positionals_.size();
    if (index < slots.size()) return slot_of_positional(slots[index]->get_name(true, false), command);
    const bool repeats = !slots.empty() && slots.back()->get_expected_max() > 1;
    return repeats ? slot_of_positional(slots.back()->get_name(true, false), command) : ValueSlot{};
  }

  Candidates fill(const ValueSlot& slot) {
    const std::string first = positionals_.empty() ? "" : positionals_[0];
    switch (slot.kind) {
      case ValueKind::files:
        return {{}, true};
      case ValueKind::words:
        return slot.words;
      case ValueKind::path:
        return store_.paths(typed());
      case ValueKind::user:
        return store_.users(typed());
      case ValueKind::member:
        return store_.members(first, typed());
      case ValueKind::group_of_user:
        return store_.groups_of(first);
      case ValueKind::license:
        return store_.licenses(positionals_.empty() ? "" : positionals_.back());
      case ValueKind::item:
        return store_.items();
      case ValueKind::feature:
        return store_.features();
      case ValueKind::resource:
        return store_.resources("");
      case ValueKind::count:
        return store_.resources("=");
      case ValueKind::revision:
        return store_.revisions(typed());
      case ValueKind::group_kind:
        return store_.kinds();
      case ValueKind::label:
        return store_.labels(command_, positionals_, Follow::space);
      case ValueKind::label_key:
        return store_.labels(command_, positionals_, Follow::more);
      case ValueKind::sort_key:
        if (typed().starts_with('-')) prefix_ += '-';
        return store_.sort_keys(command_);
      case ValueKind::column:
        return complete_columns();
      case ValueKind::page:
        return pages();
      case ValueKind::subcommand:
        return find_command(first) == nullptr ? Candidates{} : subcommands_of(*Parser{first}.command());
      case ValueKind::nothing:
        break;
    }
    return {};
  }

  /// Completes the last of several columns, without those before it.
  Candidates complete_columns() {
    const std::string before = typed().substr(0, typed().rfind(',') + 1);
    prefix_ += before;
    Candidates found = store_.columns(command_);
    std::erase_if(found.items, [&](const Candidate& each) {
      return ("," + before).find("," + each.text + ",") != std::string::npos;
    });
    return found;
  }

  std::string typed() const { return line_.current.substr(prefix_.size()); }

  bool is_match(const Candidate& candidate) const { return starts_with_any_case(candidate.text, typed()); }

  static bool takes_value(const CLI::App& app, const std::string& word) {
    const CLI::Option* const option = word.starts_with('-') ? app.get_option_no_throw(word) : nullptr;
    return option != nullptr && option->get_expected_max() > 0;
  }

  static void add_options(const CLI::App& app, Candidates& found) {
    for (const CLI::Option* option : app.get_options([](const CLI::Option* each) { return each->nonpositional(); })) {
      const std::string name = option->get_lnames().empty() ? option->get_name() : "--" + option->get_lnames().front();
      const bool is_known =
          std::any_of(found.items.begin(), found.items.end(), [&](const Candidate& each) { return each.text == name; });
      if (!is_known) found.add(name, option->get_description());
    }
  }

  static Candidates subcommands_of(const CLI::App& app) {
    Candidates found;
    for (const CLI::App* subcommand : app.get_subcommands({})) {
      found.add(subcommand->get_name(), subcommand->get_description());
    }
    return found;
  }

  static Candidates commands_of_program() {
    Candidates found;
    for (const Command& command : commands()) {
      if (!command.is_hidden) found.add(std::string{command.name}, std::string{command.help});
    }
    return found;
  }

  /// The manual pages.
  static Candidates pages() {
    Candidates found = commands_of_program();
    found.add("hierarchy", "The format of hierarchy files");
    found.add("postgresql", "A store in a PostgreSQL database");
    found.add("rules", "The model and its rules");
    return found;
  }

  /// Uses the store and the actor of the line, so that completion sees the same groups as the command. The options of
  /// the running program take precedence.
  GlobalOptions find_globals(const Context& context) const {
    GlobalOptions options = parser_.globals();
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string& word = arguments_[i];
      const bool has_next = i + 1 < arguments_.size();
      if (word == "--db" && has_next) options.db = arguments_[i + 1];
      if (word.starts_with("--db=")) options.db = word.substr(5);
      if (word == "--config" && has_next) options.config = arguments_[i + 1];
      if (word.starts_with("--config=")) options.config = word.substr(9);
      if (word == "--as" && has_next) options.as = arguments_[i + 1];
      if (word.starts_with("--as=")) options.as = word.substr(5);
    }
    if (context.given().db) options.db = context.given().db;
    if (context.given().config) options.config = context.given().config;
    if (context.given().as) options.as = context.given().as;
    return options;
  }

  const PartialLine& line_;
  Words arguments_;
  std::optional<std::size_t> place_;  // of the command in the arguments
  Parser parser_;
  StoreCandidates store_;
  std::string command_;  // such as `user list`
  Words positionals_;
  bool has_mark_ = false;     // whether `--` precedes the cursor
  bool removes_all_ = false;  // whether --all of `user remove` is set
  bool is_option_ = false;    // whether the word at the cursor is the name of an option
  // What precedes the value at the cursor in its word: an option with its `=`, the `-` of a key, other columns.
  std::string prefix_;
};

}  // namespace

Candidates complete_line(const PartialLine& line, Context& context) {
  try {
    return Completion{line, context}.find();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace allot::cli
