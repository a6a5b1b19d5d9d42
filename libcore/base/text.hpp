#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// The bytes limits of allot-rules(7) for names and for the texts that people write freely.
inline constexpr std::size_t kNameBytes = 255;
inline constexpr std::size_t kEmailBytes = 254;

/// The largest count of a resource in one licence or grant.
inline constexpr std::int64_t kLargestCount = 2147483647;

/// Whether `text` is well-formed UTF-8 (no surrogates, nothing overlong).
bool is_utf8(std::string_view text);

/// Why `text` cannot be shown as it is: broken UTF-8, control or bidirectional-formatting characters; nothing if it
/// can.
std::optional<std::string> find_fault_in_characters(std::string_view text);

/// Why `text` cannot be the name of a group or licence, as a phrase ("is empty", "contains '/'"); nothing if it can.
std::optional<std::string> find_fault_in_name(std::string_view text);

/// Why `text` cannot be a kind, a type or a user's name; nothing if it can.
std::optional<std::string> find_fault_in_text(std::string_view text);

/// Why `text` cannot be an e-mail; nothing if it can.
std::optional<std::string> find_fault_in_email(std::string_view text);

/// Why `text` cannot name a counted resource or feature; nothing if it can.
std::optional<std::string> find_fault_in_item_name(std::string_view text);

/// The value of `text` if it is decimal digits without sign or leading zero and at most `largest`.
std::optional<std::int64_t> parse_number(std::string_view text, std::int64_t largest = kLargestCount);

/// `text` with its ASCII letters in lower case.
std::string fold_ascii(std::string_view text);

/// Whether `text` has an ASCII letter that is not in lower case.
bool has_capital(std::string_view text);

/// Whether `a` and `b` are the same but for the case of ASCII letters.
bool equals_folded(std::string_view a, std::string_view b);

/// `text` between double quotes, its control, bidirectional-formatting and invalid bytes as escapes, long text cut
/// short.
std::string quote(std::string_view text);

/// `word` so that a POSIX shell reads it as it is.
std::string quote_for_shell(std::string_view word);

/// `text` with what a terminal could take for an order made visible as escapes; valid UTF-8 otherwise untouched.
std::string escape_for_terminal(std::string_view text);

/// The entry of `candidates` that is closest to `word`, if one is close enough to be what was meant.
std::optional<std::string> find_nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `1 group`, `2 groups`: the number with its noun.
std::string count_of(std::size_t number, std::string_view noun);

}  // namespace allot
