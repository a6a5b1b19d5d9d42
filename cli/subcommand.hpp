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

/// One word that a verb takes: an argument, an option or a flag. It hides CLI11, whose headers cost seconds to compile.
class Word {
 public:
  explicit Word(CLI::Option* option) : option_(option) {}

  /// The two contradict each other.
  Word excludes(Word other) const;
  /// This one is given only together with `other`.
  Word needs(Word other) const;

 private:
  friend class Subcommand;

  CLI::Option* option_;
};

/// A command or one of its verbs, while it is set up: what it takes and what it does.
class Subcommand {
 public:
  Subcommand(Parser& parser, CLI::App& app) : parser_(parser), app_(app) {}

  /// A verb below a command: its word, what help says of it and the function that sets it up.
  struct Entry {
    const char* name;
    const char* help;
    void (*setup)(const Subcommand&);
  };

  /// Adds the verbs below this command; where the command line names one of them, that one alone.
  /// Whether one must be named, or the command does something by itself too.
  enum class Needed { yes, no };
  void add_subcommands(std::initializer_list<Entry> entries, Needed needed = Needed::yes) const;

  /// Arguments in their order: one that must be there, one that may, and one or more.
  Word argument(const char* name, std::string& value, const char* help) const;
  Word argument(const char* name, std::optional<std::string>& value, const char* help) const;
  Word arguments(const char* name, std::vector<std::string>& values, const char* help) const;

  /// An option with a value, which help shows as `shown`; with a vector it may come again and again.
  Word option(const char* names, const char* shown, std::optional<std::string>& value, const char* help) const;
  Word option(const char* names, const char* shown, std::vector<std::string>& values, const char* help) const;
  Word flag(const char* names, bool& value, const char* help) const;

  /// Says that the values of `word` name files that are read, `-` being standard input.
  void mark_input(Word word) const;

  /// Lets it take `--at`.
  void allow_at() const;

  /// What happens to the streams before the context is made of them.
  void set_preparation(std::function<void(Streams&)> prepare) const;

  /// What it does when it is the one named, after the whole line was understood.
  void set_action(std::function<void(Context&)> run) const;
  /// The same for what has an exit status of its own.
  void set_status_action(std::function<int(Context&)> run) const;

 private:
  Parser& parser_;
  CLI::App& app_;
};

}  // namespace allot::cli
