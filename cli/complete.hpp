#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"

namespace allot::cli {

/// How the words that complete a line are printed: as they are, or so that bash can put them into the line.
enum class Quoting { plain, bash };

/// A command line as far as the cursor, split as a shell would.
struct PartialLine {
  std::vector<std::string> words;  ///< those that are finished, the program's name first
  std::string current;             ///< the one at the cursor, without its quotes
  char quote = '\0';               ///< the quote that is open at the cursor
  std::size_t kept = 0;            ///< how much of `current` stands before the part that bash replaces
};

PartialLine split_partial(std::string_view line);

/// `word` so that bash, inside the open `quote`, reads it as it is.
std::string quote_for_bash(std::string_view word, char quote);

/// Prints what can stand at the end of `line`, one word a line; the word `__files` alone asks for file names.
void complete_line(std::string_view line, Quoting quoting, Context& context);

}  // namespace allot::cli
