#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace allot::cli {

class Context;
class Parser;
struct Streams;

/// An argument, option or flag of a subcommand. Hides CLI11, whose headers take seconds to compile.
class Word {
 public:
  explicit Word(CLI::Option* option) : option_(option) {}

  /// Makes both mutually exclusive.
  Word excludes(Word other) const;
  /// Requires `other` to be present.
  Word needs(Word other) const;
  /// Makes the value of an option optional: without one it is empty.
  Word with_optional_value() const;

 private:
  friend class Subcommand;

  CLI::Option* option_;
};

/// Sets up a command or subcommand: its arguments, options and action.
class Subcommand {
 public:
  Subcommand(Parser& parser, CLI::App& app) : parser_(parser), app_(app) {}

  /// A subcommand of a command: its name, its one-line help and its setup function.
  struct Entry {
    const char* name;
    const char* help;
    void (*setup)(const Subcommand&);
  };

  /// Adds the subcommands of this command; if the command line names one of them, only that subcommand.
  /// `needed`: whether a subcommand is required, or the command also runs without one.
  enum class Needed { yes, no };
  void add_subcommands(std::initializer_list<Entry> entries, Needed needed = Needed::yes) const;

  /// Adds positional arguments in order: required, optional, and one or more.
  Word argument(const char* name, std::string& value, const char* help) const;
  Word argument(const char* name, std::optional<std::string>& value, const char* help) const;
  Word arguments(const char* name, std::vector<std::string>& values, const char* help) const;

  /// Adds an option with a value, shown in help as `shown`; with a vector the option is repeatable.
  Word option(const char* names, const char* shown, std::optional<std::string>& value, const char* help) const;
  Word option(const char* names, const char* shown, std::vector<std::string>& values, const char* help) const;
  Word flag(const char* names, bool& value, const char* help) const;

  /// Marks the values of `word` as input files; `-` is standard input.
  void mark_input(Word word) const;

  /// Allow `--at` and `--format csv`.
  void allow_at() const;
  void allow_csv() const;

  /// Sets a function that modifies the streams before the context is created.
  void set_preparation(std::function<void(Streams&)> prepare) const;

  /// Sets the action, which runs after the entire line is parsed.
  void set_action(std::function<void(Context&)> run) const;
  /// The same for an action that returns an exit status.
  void set_status_action(std::function<int(Context&)> run) const;

 private:
  Parser& parser_;
  CLI::App& app_;
};

}  // namespace allot::cli
