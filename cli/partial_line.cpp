#include "cli/complete.hpp"

namespace allot::cli {
namespace {

bool is_special(char c) {
  constexpr std::string_view kSpecial = " \t\"'\\$`&|;<>()[]{}*?!#~^";
  return kSpecial.find(c) != std::string_view::npos;
}

}  // namespace

PartialLine split_partial(std::string_view line) {
  PartialLine partial;
  bool in_word = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (partial.quote == '\'' || partial.quote == '"') {
      if (c == partial.quote) {
        partial.quote = '\0';
      } else if (c == '\\' && partial.quote == '"' && at + 1 < line.size()) {
        partial.current += line[++at];
      } else {
        partial.current += c;
      }
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (in_word) partial.words.push_back(partial.current);
      partial.current.clear();
      in_word = false;
    } else {
      in_word = true;
      if (c == '\'' || c == '"') {
        partial.quote = c;
      } else if (c == '\\' && at + 1 < line.size()) {
        partial.current += line[++at];
      } else {
        partial.current += c;
      }
    }
  }
  return partial;
}

std::string quote_for_bash(std::string_view word, char quote) {
  std::string quoted;
  for (const char c : word) {
    if (quote == '\'') {
      quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
      continue;
    }
    const bool needs_escape = quote == '"' ? c == '"' || c == '\\' || c == '$' || c == '`' : is_special(c);
    if (needs_escape) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace allot::cli
