#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot::cli {

/// Whether `text` is printable ASCII throughout, so that every byte takes one column and none needs an escape.
bool is_printable_ascii(std::string_view text);

/// The columns that `text` (UTF-8) takes on a terminal: combining marks and control characters 0, CJK and emoji 2.
std::size_t display_width(std::string_view text);

/// `text` cut to at most `width` columns, whole characters with their marks only, `…` at its end; a width of 0 bounds
/// nothing.
std::string fit(std::string_view text, std::size_t width);

/// `path` cut to at most `width` columns by leaving out names in its middle (`/north/…/apt 12`), its last name kept
/// longest; other text loses its middle; a width of 0 bounds nothing.
std::string fit_path(std::string_view path, std::size_t width);

}  // namespace allot::cli
