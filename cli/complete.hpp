#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace allot::cli {

/// A command line up to the cursor, split by the rules of the shell.
struct PartialLine {
  std::vector<std::string> words;  ///< the complete words, starting with the program name
  std::string current;             ///< the word at the cursor, without its quotes
  char quote = '\0';               ///< the open quote at the cursor
};

PartialLine split_partial(std::string_view line);

/// `word` escaped so that bash reads it literally inside the open `quote`.
std::string quote_for_bash(std::string_view word, char quote);

/// Prints the completions of `line`, one per line; the single word `__files` requests file names. With `kept`, the
/// start of the line that bash keeps, each completion is quoted text that bash appends to `kept`.
void complete_line(std::string_view line, const std::optional<std::string>& kept, Context& context);

}  // namespace allot::cli
