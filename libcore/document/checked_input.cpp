#include "libcore/document/checked_input.hpp"

#include <fmt/format.h>
#include <unistr.h>

#include <cstring>
#include <utility>

#include "libcore/base/error.hpp"

namespace allot {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Returns whether the 8 bytes at `text` are all printable ASCII.
bool is_plain_word(const char* text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  const std::uint64_t has_high = word | (word + kOnes);         // a byte above 0x7E
  const std::uint64_t has_low = (word - kOnes * 0x20) & ~word;  // a byte below 0x20
  return ((has_high | has_low) & kHighBits) == 0;
}

bool looks_like_utf16(std::string_view text) {
  if (text.size() < 2) return false;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  return (text[0] == '\0') != (text[1] == '\0');
}

/// Returns whether YAML allows a non-ASCII character unescaped.
bool is_printable(ucs4_t c) {
  return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF) || c >= 0x10000;
}

}  // namespace

std::size_t CheckedInput::read(char* buffer, std::size_t size) noexcept {
  try {
    while (!is_at_end_) {
      std::memcpy(buffer, held_.data(), held_size_);
      std::size_t count = std::exchange(held_size_, 0);
      count += fill(buffer + count, size - count);
      if (!has_begun_) count = begin(buffer, count);
      const std::size_t good = check(buffer, count);
      bytes_ += good;
      if (good > 0) return good;
    }
  } catch (...) {
    is_at_end_ = true;
    failure_ = std::current_exception();
  }
  return 0;
}

void CheckedInput::rethrow_if_failed() const {
  if (failure_) std::rethrow_exception(failure_);
}

/// Reads once; at the start, until there are enough bytes to detect the encoding.
std::size_t CheckedInput::fill(char* buffer, std::size_t size) {
  std::size_t count = 0;
  try {
    do {
      const std::size_t more = input_.read(buffer + count, size - count);
      if (more == 0) is_at_end_ = true;
      count += more;
    } while (!is_at_end_ && !has_begun_ && count < kByteOrderMark.size());
  } catch (const Error& error) {
    fail(error.message());
  }
  return count;
}

/// Checks the first bytes for another encoding; returns the number of bytes that remain to be checked.
std::size_t CheckedInput::begin(char* buffer, std::size_t count) {
  has_begun_ = true;
  const std::string_view text{buffer, count};
  if (looks_like_utf16(text)) {
    fail("the text is UTF-16; save it as UTF-8");
    return 0;
  }
  if (!text.starts_with(kByteOrderMark)) return count;
  faults_.push_back({mark_, "the text begins with a byte order mark; save it as UTF-8 without one"});
  std::memmove(buffer, buffer + kByteOrderMark.size(), count - kByteOrderMark.size());
  return count - kByteOrderMark.size();
}

/// Returns the number of valid bytes to return; keeps back the start of a character that the buffer cuts.
std::size_t CheckedInput::check(const char* buffer, std::size_t count) {
  std::size_t at = 0;
  while (at < count) {
    if (count - at >= 8 && is_plain_word(buffer + at)) {
      mark_.column += 8;
      at += 8;
      after_carriage_return_ = false;
      continue;
    }
    const std::size_t length = check_character({buffer + at, count - at});
    if (length == 0) break;
    at += length;
  }
  return at;
}

std::size_t CheckedInput::check_character(std::string_view rest) {
  const auto byte = static_cast<unsigned char>(rest.front());
  if (byte >= 0x80) return check_wide_character(rest);
  if (byte == '\n' || byte == '\r') {
    break_line(byte);
    return 1;
  }
  if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
    fail(fmt::format(
        "the control character U+{:04X} cannot stand in YAML; write it between double quotes as \"\\x{:02X}\"", byte,
        byte));
    return 0;
  }
  ++mark_.column;
  after_carriage_return_ = false;
  return 1;
}

std::size_t CheckedInput::check_wide_character(std::string_view rest) {
  ucs4_t c = 0;
  const int length = u8_mbtoucr(&c, reinterpret_cast<const std::uint8_t*>(rest.data()), rest.size());
  const bool is_cut = length == -2;
  if (is_cut && !is_at_end_) {
    std::memcpy(held_.data(), rest.data(), rest.size());
    held_size_ = rest.size();
    return 0;
  }
  if (length <= 0) {
    fail(fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8",
                     static_cast<unsigned char>(rest.front())));
    return 0;
  }
  if (c == 0x85 || c == 0x2028 || c == 0x2029) {
    fail(
        fmt::format("the character U+{:04X} is a line break to YAML and none to an editor; remove it, or write it"
                    " between double quotes as \"\\u{:04X}\"",
                    c, c));
    return 0;
  }
  if (!is_printable(c)) {
    fail(fmt::format("the character U+{:04X} cannot stand in YAML; write it between double quotes as \"\\u{:04X}\"", c,
                     c));
    return 0;
  }
  ++mark_.column;
  after_carriage_return_ = false;
  return static_cast<std::size_t>(length);
}

void CheckedInput::break_line(char32_t break_character) {
  const bool ends_pair = after_carriage_return_ && break_character == U'\n';
  if (!ends_pair) ++mark_.line;
  mark_.column = 1;
  after_carriage_return_ = break_character == U'\r';
}

void CheckedInput::fail(std::string message) {
  is_at_end_ = true;
  has_ended_early_ = true;
  faults_.push_back({mark_, std::move(message)});
}

}  // namespace allot
