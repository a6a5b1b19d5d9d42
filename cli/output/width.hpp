#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// Whether `text` is printable ASCII, so that each byte has a width of one column and needs no escape.
bool is_printable_ascii(std::string_view text);

/// The width of `text` (UTF-8) on a terminal in columns: combining marks and control characters 0, CJK and emoji 2.
std::size_t display_width(std::string_view text);

/// `text` truncated to at most `width` columns at a boundary of grapheme clusters, with `…` at the end; a width of 0
/// means no limit.
std::string fit(std::string_view text, std::size_t width);

/// `text` broken into lines of at most `width` columns, at least one: after a space, else after a `,`, `/`, `@` or `-`,
/// else at a boundary of grapheme clusters; spaces at a break are dropped. A width of 0 means no limit.
std::vector<std::string> wrap_words(std::string_view text, std::size_t width);

/// `text` wrapped by `wrap_words` as one text of several lines, those after the first indented by `indent` columns.
std::string wrap_hanging(std::string_view text, std::size_t width, std::size_t indent);

/// The width of the longest part of `text` that `wrap_words` does not break.
std::size_t longest_word(std::string_view text);

/// The same for a path of an outline or a drawn tree, broken before a `/` where possible; all lines but the first
/// continue its indentation or its branch and are indented by two more columns.
std::vector<std::string> wrap_path(std::string_view text, std::size_t width);

/// The width from which `wrap_path` breaks no word of at most `widest_word` columns.
std::size_t least_path_width(std::string_view text, std::size_t widest_word);

}  // namespace allot::cli
