#include "libexec/allot-mail/shield.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <memory>

namespace allot::mail {
namespace {

constexpr std::size_t kLongestLine = 76;

// 52 characters of Base64; with `Subject:` and the delimiters, the line is shorter than the 76 bytes of RFC 2047.
constexpr std::size_t kWordBytes = 39;

// The maximum length of a header word that is not encoded.
constexpr std::size_t kLongestWord = 60;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    longest = std::max(longest, length);
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return longest;
}

bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// `text` as encoded words, each of complete characters.
std::string encode_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    std::size_t length = std::min(kWordBytes, text.size());
    while (length < text.size() && is_inside_character(text[length])) --length;
    const std::unique_ptr<char, void (*)(void*)> letters{
        g_base64_encode(reinterpret_cast<const guchar*>(text.data()), length), g_free};
    words += fmt::format("{}=?utf-8?b?{}?=", words.empty() ? "" : " ", letters.get());
    text.remove_prefix(length);
  }
  return words;
}

void append_shielded(std::string& out, std::string_view line) {
  while (line.starts_with('.') || line.starts_with("From ")) {
    out += fmt::format("={:02X}", static_cast<unsigned>(line.front()));
    const bool is_too_long = line.size() + 2 > kLongestLine;
    line.remove_prefix(1);
    if (!is_too_long) break;
    out += "=\r\n";
  }
  out += line;
}

}  // namespace

std::string header_text(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    // U+0080 to U+009F are C2 80 to C2 9F.
    const bool is_high_control = c == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    const bool is_space = c <= ' ' || c == 0x7F || is_high_control;
    if (!is_space) line += text[at];
    if (is_space && !line.empty() && line.back() != ' ') line += ' ';
    if (is_high_control) ++at;
  }
  if (line.ends_with(' ')) line.pop_back();
  // GMime would create words that are too long for a text without spaces.
  const bool is_plain = is_ascii(line) && line.find("=?") == std::string::npos && longest_word(line) <= kLongestWord;
  return is_plain ? line : encode_words(line);
}

std::string header_address(const std::string& address) {
  const std::size_t at = address.find('@');
  const std::string local = address.substr(0, at);
  const bool has_odd_dots = local.starts_with('.') || local.ends_with('.') || local.find("..") != std::string::npos;
  if (!has_odd_dots && local.find("=?") == std::string::npos) return address;
  return fmt::format("\"{}\"{}", local, address.substr(at));
}

std::string shield_lines(std::string_view mail) {
  const std::size_t head = std::min(mail.find("\r\n\r\n"), mail.size());
  std::string out{mail.substr(0, head)};
  out.reserve(mail.size() + mail.size() / 16);
  for (std::size_t begin = head; begin < mail.size();) {
    const std::size_t end = std::min(mail.find("\r\n", begin), mail.size());
    append_shielded(out, mail.substr(begin, end - begin));
    out += mail.substr(end, 2);
    begin = end + 2;
  }
  return out;
}

}  // namespace allot::mail
