#include "libcore/base/text.hpp"

#include <fmt/format.h>
#include <unictype.h>
#include <unistr.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace allot {
namespace {

constexpr std::size_t kQuotedBytes = 80;

const std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_control(ucs4_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool is_bidi_formatting(ucs4_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_white_space(ucs4_t c) { return uc_is_property(c, UC_PROPERTY_WHITE_SPACE); }

/// Calls `visit(character, offset, length)` for each character of well-formed UTF-8 until it returns false.
template <typename Visit>
void for_each_character(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    ucs4_t c = 0;
    const int length = u8_mbtouc(&c, bytes_of(text) + at, text.size() - at);
    if (!visit(c, at, static_cast<std::size_t>(length))) return;
    at += static_cast<std::size_t>(length);
  }
}

/// Returns whether `text` contains only printable ASCII characters, as most texts do.
bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_forbidden_in_email(char c) {
  switch (c) {
    case '<':
    case '>':
    case ',':
    case ';':
    case ':':
    case '"':
    case '(':
    case ')':
    case '[':
    case ']':
    case '\\':
      return true;
    default:
      return false;
  }
}

bool has_white_space(std::string_view text) {
  if (is_printable_ascii(text)) return text.find(' ') != std::string_view::npos;
  bool found = false;
  for_each_character(text, [&](ucs4_t c, std::size_t, std::size_t) {
    found = is_white_space(c);
    return !found;
  });
  return found;
}

bool starts_or_ends_with_space(std::string_view text) {
  if (is_printable_ascii(text)) return text.starts_with(' ') || text.ends_with(' ');
  bool first = false;
  bool last = false;
  for_each_character(text, [&](ucs4_t c, std::size_t at, std::size_t) {
    last = is_white_space(c);
    if (at == 0) first = last;
    return true;
  });
  return first || last;
}

/// Appends the character at `at` to `out`, escaped if a terminal could interpret it as a control.
std::size_t append_escaped(std::string& out, std::string_view text, std::size_t at) {
  ucs4_t c = 0;
  const int length = u8_mbtoucr(&c, bytes_of(text) + at, text.size() - at);
  if (length <= 0) {
    out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[at]));
    return 1;
  }
  if (c == '\t') {
    out += "\\t";
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (is_control(c) || is_bidi_formatting(c)) {
    out += fmt::format("\\u{:04X}", c);
  } else {
    out += text.substr(at, static_cast<std::size_t>(length));
  }
  return static_cast<std::size_t>(length);
}

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  for_each_character(text, [&](ucs4_t c, std::size_t, std::size_t) {
    characters += static_cast<char32_t>(c);
    return true;
  });
  return characters;
}

/// Returns the number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) next[j] = std::min(next[j], before[j - 2] + 1);
    }
    std::swap(before, row);
    std::swap(row, next);
  }
  return row[b.size()];
}

/// Quotes about `most` bytes of `text`.
std::string quote_up_to(std::string_view text, std::size_t most) {
  std::string quoted = "\"";
  std::size_t at = 0;
  while (at < text.size() && quoted.size() <= most) {
    if (text[at] == '"' || text[at] == '\\') quoted += '\\';
    at += append_escaped(quoted, text, at);
  }
  if (at < text.size()) return fmt::format("{}...\" ({} bytes)", quoted, text.size());
  return quoted + '"';
}

}  // namespace

bool is_utf8(std::string_view text) { return u8_check(bytes_of(text), text.size()) == nullptr; }

std::optional<std::string> find_fault_in_characters(std::string_view text) {
  if (is_printable_ascii(text)) return std::nullopt;
  if (!is_utf8(text)) return "is not valid UTF-8";
  std::optional<std::string> fault;
  for_each_character(text, [&](ucs4_t c, std::size_t, std::size_t) {
    if (is_control(c)) fault = fmt::format("contains the control character U+{:04X}", c);
    if (is_bidi_formatting(c)) fault = fmt::format("contains the bidirectional-formatting character U+{:04X}", c);
    return !fault;
  });
  return fault;
}

std::optional<std::string> find_fault_in_name(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > kNameBytes) return fmt::format("is longer than {} bytes", kNameBytes);
  if (text == "." || text == "..") return "is reserved";
  if (text.find('/') != std::string_view::npos) return "contains '/'";
  if (auto fault = find_fault_in_characters(text)) return fault;
  if (starts_or_ends_with_space(text)) return "starts or ends with white space";
  return std::nullopt;
}

std::optional<std::string> find_fault_in_text(std::string_view text) {
  if (text.size() > kNameBytes) return fmt::format("is longer than {} bytes", kNameBytes);
  return find_fault_in_characters(text);
}

std::optional<std::string> find_fault_in_key(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > 63) return "is longer than 63 bytes";
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (!is_letter(text.front())) return "does not start with a letter from a to z";
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
  if (!is_plain) return "has a character other than a-z, 0-9 and '-'";
  return std::nullopt;
}

std::optional<std::string> find_fault_in_message(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.size() > kMessageBytes) return fmt::format("is longer than {} bytes", kMessageBytes);
  if (!is_utf8(text)) return "is not valid UTF-8";
  std::optional<std::string> fault;
  for_each_character(text, [&](ucs4_t c, std::size_t, std::size_t) {
    if (is_control(c) && c != '\n') fault = fmt::format("contains the control character U+{:04X}", c);
    return !fault;
  });
  return fault;
}

std::optional<std::string> find_fault_in_email(std::string_view text) {
  if (text.size() < 3) return "is shorter than 3 bytes";
  if (text.size() > kEmailBytes) return fmt::format("is longer than {} bytes", kEmailBytes);
  if (auto fault = find_fault_in_characters(text)) return fault;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return "has no '@'";
  if (text.find('@', at + 1) != std::string_view::npos) return "has more than one '@'";
  if (at == 0 || at + 1 == text.size()) return "has nothing on one side of '@'";
  const auto forbidden = std::find_if(text.begin(), text.end(), is_forbidden_in_email);
  if (forbidden != text.end()) return fmt::format("contains '{}'", *forbidden);
  if (has_white_space(text)) return "contains white space";
  return std::nullopt;
}

std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t largest) {
  if (text.starts_with('-') || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || rest != end || value > largest) return std::nullopt;
  return value;
}

std::string fold_ascii(std::string_view text) {
  std::string folded{text};
  for (char& c : folded) c = to_lower(c);
  return folded;
}

bool has_capital(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool equals_folded(std::string_view a, std::string_view b) {
  if (a == b) return true;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string quote(std::string_view text) { return quote_up_to(text, kQuotedBytes); }

std::string quote_whole(std::string_view text) { return quote_up_to(text, std::string::npos); }

std::string escape_for_terminal(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) at += append_escaped(escaped, text, at);
  return escaped;
}

std::optional<std::string> find_nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64;
  if (word.empty() || word.size() > kLongest) return std::nullopt;
  // Dashes are ignored: they do not make two options similar.
  const std::string_view dashes = word.substr(0, std::min(word.find_first_not_of('-'), word.size()));
  const std::u32string letters = characters_of(fold_ascii(word.substr(dashes.size())));
  // Less similar words resemble each other by chance.
  const std::size_t most = std::max<std::size_t>(letters.size() * 2 / 5, 1);
  std::optional<std::string> nearest;
  std::pair<bool, std::size_t> best{false, 0};
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongest || !candidate.starts_with(dashes)) continue;
    const std::u32string others = characters_of(fold_ascii(std::string_view{candidate}.substr(dashes.size())));
    const bool begins_so = letters.size() > 1 && others.starts_with(letters);
    const std::size_t distance = edit_distance(letters, others);
    if (!begins_so && (distance > most || distance >= letters.size())) continue;
    const std::pair<bool, std::size_t> rank{!begins_so, distance};
    if (nearest && best <= rank) continue;
    best = rank;
    nearest = candidate;
  }
  return nearest;
}

std::string quote_for_shell(std::string_view word) {
  const auto is_plain = [](char c) {  // without a special meaning in a shell at any position
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-_./@:,+%"}.find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string{word};
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string count_of(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace allot
