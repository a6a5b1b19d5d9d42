#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace allot::cli {

/// A command line as far as the cursor, split as a shell would.
struct PartialLine {
  std::vector<std::string> words;  ///< those that are finished, the program's name first
  std::string current;             ///< the one at the cursor, without its quotes
  char quote = '\0';               ///< the quote that is open at the cursor
};

PartialLine split_partial(std::string_view line);

/// `word` so that bash, inside the open `quote`, reads it as it is.
std::string quote_for_bash(std::string_view word, char quote);

/// Prints what can stand at the end of `line`, one word a line; the word `__files` alone asks for file names. With
/// `kept`, the start of the line that bash leaves as it is, the words are what bash puts after it, quoted.
void complete_line(std::string_view line, const std::optional<std::string>& kept, Context& context);

}  // namespace allot::cli
