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

/// What a parsed command line does: it is given the context and returns an exit status.
using Action = std::function<int(Context&)>;

/// Whether a parser takes the global options.
enum class Globals { taken, left_out };

/// The parser of one command, which its setup function fills with verbs.
class Parser {
 public:
  /// A parser of the one command `name`, or of the global options alone where `name` is empty; where `verb` is a verb
  /// of the command, of that verb alone. Help shows what `caller` may give.
  /// The global options may be left out where no word begins with a dash: building them is a third of a start.
  explicit Parser(std::string_view name, std::string_view subcommand = {}, Caller caller = Caller::local,
                  Globals globals = Globals::taken);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Says what `app` does when it was the one named.
  void set_action(CLI::App& app, Action run);

  /// Lets `app` take `--at`.
  void allow_at(const CLI::App& app) { at_apps_.insert(&app); }

  /// Says that the values of `option` name files that are read.
  void add_input(const CLI::Option& option) { inputs_.push_back(&option); }

  /// What the parsed line names of such files.
  std::vector<std::string> find_inputs() const;

  /// Says what happens to the streams once the whole line was understood, before anything else looks at them.
  void set_preparation(std::function<void(Streams&)> prepare) { prepare_ = std::move(prepare); }
  void prepare(Streams& streams) const {
    if (prepare_) prepare_(streams);
  }

  /// Says how to make what a word of the command line is kept in as it was before a line was parsed.
  void on_reuse(std::function<void()> forget) { forgets_.push_back(std::move(forget)); }

  /// Parses `arguments` (without the program's name) into an action, which is run before the next line is parsed;
  /// throws usage. A request for help becomes an action that prints it.
  Action parse(std::vector<std::string> arguments);

  /// Throws usage with the nearest match where `word` is no global option.
  void require_known_option(const std::string& word);

  /// The verb that the command line names, of which alone the parser may be.
  const std::string& named_verb() const { return named_verb_; }

  /// Whether it is of one verb of its command, and of no other.
  bool is_of_one_verb() const { return is_of_one_verb_; }
  void restrict_to_verb() { is_of_one_verb_ = true; }

  const GlobalOptions& globals() const { return globals_; }

  /// The first global option other than --quiet that was given; nothing if there was none.
  std::optional<std::string> find_global_option() const;

  /// The program, and the command that the parser is of (null where it is of none).
  CLI::App& root() { return *root_; }
  CLI::App* command() { return command_; }

  /// A verb of that command; throws usage with the nearest match where there is none of that name.
  const CLI::App& get_verb(const std::string& name) const;

 private:
  void add_global_options(Caller caller);
  CLI::App& chosen();
  [[noreturn]] void explain(const std::exception& failure, const std::string& kind);
  void require_known_words();

  std::unique_ptr<CLI::App> root_;
  CLI::App* command_ = nullptr;
  std::string named_verb_;
  bool is_of_one_verb_ = false;
  bool was_used_ = false;
  std::vector<std::function<void()>> forgets_;
  GlobalOptions globals_;
  Action action_;
  std::function<void(Streams&)> prepare_;
  std::set<const CLI::App*> at_apps_;
  std::vector<const CLI::Option*> inputs_;
};

/// The place of the command's word among `arguments` from `start` on: the first that is neither a global option nor its
/// value.
std::optional<std::size_t> find_command_word(const std::vector<std::string>& arguments, std::size_t start = 0);

/// The word that would be the verb of the command at `place`, or an empty one.
std::string_view find_verb_word(const std::vector<std::string>& arguments, std::size_t place);

/// Stands before a word that comes after `--`, so that it is taken for an argument; no word of a command line holds it.
inline constexpr char kArgumentMark = '\0';

/// `word` without the mark.
std::string unmark(std::string word);

/// Makes of `arguments` what CLI11 reads as it is meant: a value that begins with `-`, such as a negative number, in
/// one word with its option; an empty one after `=` in a word of its own; what comes after `--` marked.
std::vector<std::string> prepare_words(const CLI::App& root, std::vector<std::string> arguments);

}  // namespace allot::cli
