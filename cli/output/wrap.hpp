#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace allot::cli {

/// `text` broken at spaces into lines of at most `width` columns, the lines after the first indented by `indent`
/// spaces; a longer word has a line of its own. A width of 0 means no limit.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace allot::cli
