#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The shells for which there is completion.
enum class ShellKind { bash, zsh, fish };

/// A command line up to the cursor, split by the rules of the shell.
struct PartialLine {
  std::vector<std::string> words;  ///< the complete words, starting with the program name
  std::string current;             ///< the word at the cursor, without its quotes
  char quote = '\0';               ///< the open quote at the cursor
};

PartialLine split_partial(std::string_view line, ShellKind shell = ShellKind::bash);

/// `word` escaped so that bash reads it literally inside the open `quote`.
std::string quote_for_bash(std::string_view word, char quote);

}  // namespace allot::cli
