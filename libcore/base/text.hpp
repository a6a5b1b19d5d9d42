#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The maximum lengths of names and e-mails in bytes; allot-rules(7).
inline constexpr std::size_t kNameBytes = 255;
inline constexpr std::size_t kMessageBytes = 4096;
inline constexpr std::size_t kEmailBytes = 254;

/// The largest count of a resource in one licence or grant.
inline constexpr std::int64_t kLargestCount = 2147483647;

/// Returns whether `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// Returns why `text` cannot be shown unchanged: broken UTF-8, control or bidirectional-formatting characters; nothing
/// if it can.
std::optional<std::string> find_fault_in_characters(std::string_view text);

/// Returns why `text` is not a valid name of a group or licence, as a phrase ("is empty", "contains '/'"); else
/// nothing.
std::optional<std::string> find_fault_in_name(std::string_view text);

/// Returns why `text` is not a valid kind, type, user name or value of a label; else nothing.
std::optional<std::string> find_fault_in_text(std::string_view text);

/// Returns why `text` is not a valid key of a label or name of a catalogue entry, which has 1 to 63 characters a-z, 0-9
/// and '-', the first of them a letter; else nothing.
std::optional<std::string> find_fault_in_key(std::string_view text);

/// Returns why `text` is not a valid message of a write, which has 1 to `kMessageBytes` bytes and no control characters
/// but line ends; else nothing.
std::optional<std::string> find_fault_in_message(std::string_view text);

/// Returns why `text` is not a valid e-mail; else nothing.
std::optional<std::string> find_fault_in_email(std::string_view text);

/// Parses decimal digits without sign or leading zero, at most `largest`.
std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t largest = kLargestCount);

/// Returns `text` with its ASCII letters in lower case.
std::string fold_ascii(std::string_view text);

/// Returns whether `text` has an upper-case ASCII letter.
bool has_capital(std::string_view text);

/// Returns whether `a` and `b` are equal without regard to the case of ASCII letters.
bool equals_folded(std::string_view a, std::string_view b);

/// Returns `text` in double quotes, with control, bidirectional-formatting and invalid bytes escaped and long text
/// truncated.
std::string quote(std::string_view text);

/// Does the same without shortening, for a text whose end matters, as that of a URL does.
std::string quote_whole(std::string_view text);

/// Returns `word` quoted so that a POSIX shell reads it unchanged.
std::string quote_for_shell(std::string_view word);

/// Returns `text` with characters that a terminal could interpret as controls escaped; other valid UTF-8 is unchanged.
std::string escape_for_terminal(std::string_view text);

/// Returns the entry of `candidates` closest to `word`, if it is close enough to be meant.
std::optional<std::string> find_nearest(std::string_view word, const std::vector<std::string>& candidates);

/// Returns a number with its noun, such as `1 group` or `2 groups`.
std::string count_of(std::size_t number, std::string_view noun);

}  // namespace allot
