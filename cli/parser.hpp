#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace allot::cli {

/// The action of a parsed command line: takes the context and returns an exit status.
using Action = std::function<int(Context&)>;

/// Whether a parser accepts the global options.
enum class Globals { taken, left_out };

/// The parser of one command. The setup function of the command adds the subcommands.
class Parser {
 public:
  /// A parser of the command `name`, or only of the global options if `name` is empty; if `subcommand` is a subcommand
  /// of the command, only of that subcommand. Help shows the options that `caller` may use.
  /// The global options may be left out if no argument begins with a dash: building them takes a third of the start.
  explicit Parser(std::string_view name, std::string_view subcommand = {}, Caller caller = Caller::local,
                  Globals globals = Globals::taken);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Sets the action of `app`.
  void set_action(CLI::App& app, Action run);

  /// Allows `--at` for `app`.
  void allow_at(const CLI::App& app) { at_apps_.insert(&app); }
  void allow_csv(const CLI::App& app) { csv_apps_.insert(&app); }

  /// Marks the values of `option` as input files.
  void add_input(const CLI::Option& option) { inputs_.push_back(&option); }

  /// The input files that the parsed line names.
  std::vector<std::string> find_inputs() const;

  /// Sets a function that modifies the streams after the line is parsed and before any other use of the streams.
  void set_preparation(std::function<void(Streams&)> prepare) { prepare_ = std::move(prepare); }
  void prepare(Streams& streams) const {
    if (prepare_) prepare_(streams);
  }

  /// Adds a function that resets the variable of an option or argument before the next line is parsed.
  void on_reuse(std::function<void()> forget) { forgets_.push_back(std::move(forget)); }

  /// Parses `arguments` (without the program name) into an action, which must run before the next line is parsed;
  /// throws usage. A request for help becomes an action that prints the help.
  Action parse(std::vector<std::string> arguments);

  /// Throws usage with the nearest match if `word` is not a global option.
  void require_known_option(const std::string& word);

  /// The subcommand passed to the constructor.
  const std::string& named_subcommand() const { return named_subcommand_; }

  /// Whether the parser accepts only one subcommand of its command.
  bool is_of_one_subcommand() const { return is_of_one_subcommand_; }
  void restrict_to_subcommand() { is_of_one_subcommand_ = true; }

  const GlobalOptions& globals() const { return globals_; }

  /// The first global option of the line other than --quiet; nullopt if there is none.
  std::optional<std::string> find_global_option() const;

  /// The program, and the command of the parser (null if it has none).
  CLI::App& root() { return *root_; }
  CLI::App* command() { return command_; }

  /// The subcommand `name` of that command; throws usage with the nearest match if it does not exist.
  const CLI::App& get_subcommand(const std::string& name) const;

 private:
  void add_global_options(Caller caller);
  CLI::App& chosen();
  [[noreturn]] void explain(const std::exception& failure, const std::string& kind);
  void require_known_words();

  std::unique_ptr<CLI::App> root_;
  CLI::App* command_ = nullptr;
  std::string named_subcommand_;
  bool is_of_one_subcommand_ = false;
  bool was_used_ = false;
  std::vector<std::function<void()>> forgets_;
  GlobalOptions globals_;
  Action action_;
  std::function<void(Streams&)> prepare_;
  std::set<const CLI::App*> at_apps_;
  std::set<const CLI::App*> csv_apps_;
  std::vector<const CLI::Option*> inputs_;
};

/// The index of the command name in `arguments` from `start` on: the first argument that is neither a global option
/// nor the value of a global option.
std::optional<std::size_t> find_command_word(const std::vector<std::string>& arguments, std::size_t start = 0);

/// The argument in the position of a subcommand of the command at `place`; may be empty.
std::string_view find_subcommand_name(const std::vector<std::string>& arguments, std::size_t place);

/// Prefix of a word after `--`, which makes it a positional argument. Words of a command line cannot contain it.
inline constexpr char kArgumentMark = '\0';

/// `word` without the mark.
std::string unmark(std::string word);

/// Rewrites `arguments` so that CLI11 reads them as intended: a value that begins with `-`, such as a negative number,
/// is joined with its option; an empty value after `=` becomes a separate word; words after `--` are marked.
std::vector<std::string> prepare_words(const CLI::App& root, std::vector<std::string> arguments);

}  // namespace allot::cli
