#include "cli/partial_line.hpp"

namespace allot::cli {
namespace {

bool is_special(char c) {
  constexpr std::string_view kSpecial = " \t\"'\\$`&|;<>()[]{}*?!#~^";
  return kSpecial.find(c) != std::string_view::npos;
}

/// Whether a backslash before `c` is an escape inside `quote`; otherwise the backslash stands for itself.
bool is_escape(char quote, char c, ShellKind shell) {
  if (quote == '\0') return true;
  if (shell == ShellKind::fish) return c == '\\' || c == quote || (quote == '"' && c == '$');
  return quote == '"' && (c == '"' || c == '\\' || c == '$' || c == '`' || (shell == ShellKind::zsh && c == '!'));
}

}  // namespace

PartialLine split_partial(std::string_view line, ShellKind shell) {
  PartialLine partial;
  bool in_word = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (partial.quote == '\0' && is_blank) {
      if (in_word) partial.words.push_back(partial.current);
      partial.current.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '\\' && at + 1 < line.size() && is_escape(partial.quote, line[at + 1], shell)) {
      partial.current += line[++at];
    } else if (partial.quote == '\0' && (c == '\'' || c == '"')) {
      partial.quote = c;
    } else if (partial.quote != '\0' && c == partial.quote) {
      partial.quote = '\0';
    } else {
      partial.current += c;
    }
  }
  return partial;
}

std::string quote_for_bash(std::string_view word, char quote) {
  std::string quoted;
  for (const char c : word) {
    if (quote == '\'') {
      quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    } else if (quote == '"' && c == '!') {
      quoted += "\"'!'\"";  // there is no other way to keep the history expansion away from it
    } else {
      const bool needs_escape = quote == '"' ? c == '"' || c == '\\' || c == '$' || c == '`' : is_special(c);
      if (needs_escape) quoted += '\\';
      quoted += c;
    }
  }
  return quoted;
}

}  // namespace allot::cli
