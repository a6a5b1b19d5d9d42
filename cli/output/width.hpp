#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot::cli {

/// Whether `text` is printable ASCII, so that each byte has a width of one column and needs no escape.
bool is_printable_ascii(std::string_view text);

/// The width of `text` (UTF-8) on a terminal in columns: combining marks and control characters 0, CJK and emoji 2.
std::size_t display_width(std::string_view text);

/// `text` truncated to at most `width` columns at a boundary of grapheme clusters, with `…` at the end; a width of 0
/// means no limit.
std::string fit(std::string_view text, std::size_t width);

/// `path` truncated to at most `width` columns by omitting names in the middle (`/north/…/apt 12`); the last name is
/// kept longest. Other text is truncated in the middle. A width of 0 means no limit.
std::string fit_path(std::string_view path, std::size_t width);

}  // namespace allot::cli
