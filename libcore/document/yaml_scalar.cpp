#include <fmt/format.h>
#include <unictype.h>
#include <unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "libcore/base/text.hpp"
#include "libcore/document/writer.hpp"

namespace allot {
namespace {

/// Words that YAML 1.1 or 1.2 reads as a boolean or null, regardless of case.
constexpr std::array<std::string_view, 9> kReservedWords{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Returns whether an ASCII character is allowed in a plain scalar except at its start.
bool is_plain_character(char c) {
  constexpr std::string_view kMarks = "_-.@+/()&'";
  return is_letter(c) || is_ascii_digit(c) || kMarks.find(c) != std::string_view::npos;
}

/// Returns the first character of `text`, which must not be empty, and its length in bytes.
std::pair<ucs4_t, std::size_t> first_character(std::string_view text) {
  ucs4_t c = 0;
  const int length = u8_mbtouc(&c, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  return {c, static_cast<std::size_t>(length)};
}

bool is_graphic(ucs4_t c) {
  return uc_is_general_category_withtable(
      c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S);
}

/// Returns whether a plain scalar can start like `text`: with a letter, or with a digit if the rest shows that it is
/// neither a number nor a date.
bool has_plain_start(std::string_view text) {
  const char first = text.front();
  if (static_cast<unsigned char>(first) >= 0x80) {
    return uc_is_general_category_withtable(first_character(text).first, UC_CATEGORY_MASK_L);
  }
  if (is_ascii_digit(first)) return text.find_first_of("@ ") != std::string_view::npos;
  return is_letter(first) || first == '_';
}

bool can_be_plain(std::string_view text) {
  if (text.empty() || !has_plain_start(text) || text.back() == ' ') return false;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      const auto [c, length] = first_character(text.substr(at));
      if (!is_graphic(c)) return false;
      at += length;
      continue;
    }
    const bool is_single_space = text[at] == ' ' && text[at + 1] != ' ';
    if (!is_single_space && !is_plain_character(text[at])) return false;
    ++at;
  }
  return std::find(kReservedWords.begin(), kReservedWords.end(), fold_ascii(text)) == kReservedWords.end();
}

/// Returns whether a character must be escaped in double quotes: controls, line breaks, byte order marks,
/// noncharacters.
bool needs_escape(ucs4_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || (c & 0xFFFE) == 0xFFFE ||
         (c >= 0xFDD0 && c <= 0xFDEF);
}

void append_escaped(std::string& out, ucs4_t c) {
  if (c == '\t') {
    out += "\\t";
  } else if (c == '\n') {
    out += "\\n";
  } else if (c <= 0xFF) {
    out += fmt::format("\\x{:02X}", c);
  } else if (c <= 0xFFFF) {
    out += fmt::format("\\u{:04X}", c);
  } else {
    out += fmt::format("\\U{:08X}", c);
  }
}

std::string put_in_quotes(std::string_view text) {
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  while (!text.empty()) {
    const auto [c, length] = first_character(text);
    if (needs_escape(c)) {
      append_escaped(quoted, c);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return quoted + '"';
}

}  // namespace

std::string to_yaml_scalar(std::string_view text) {
  return can_be_plain(text) ? std::string{text} : put_in_quotes(text);
}

}  // namespace allot
