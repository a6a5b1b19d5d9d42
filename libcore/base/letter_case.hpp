#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot {

/// Returns `text` with every character of Unicode folded: two texts that differ only in case fold to the same text.
/// One character folds to one character. `text` must be UTF-8.
std::string fold_case(std::string_view text);

/// Returns `text` (UTF-8) in a form in which texts are equal that differ in case, also where a character folds to
/// several
/// (`ß` to `ss`), or in the composition of characters.
std::string fold_for_search(std::string_view text);

/// Returns whether `text` begins with `start` without regard to case.
bool starts_with_any_case(std::string_view text, std::string_view start);

/// Returns the characters that fold to the same character as `character`, itself included.
std::vector<std::string> case_variants(std::string_view character);

/// Returns the characters of UTF-8 text one by one.
std::vector<std::string_view> split_characters(std::string_view text);

/// Returns the longest text of whole characters that both texts begin with.
std::string_view common_start(std::string_view a, std::string_view b);

}  // namespace allot
