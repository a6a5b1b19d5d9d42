#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/output/style.hpp"

namespace allot::cli {

/// The characters of bars: block elements in steps of an eighth of a column, or `#` and `.`.
enum class Glyphs { blocks, ascii };

/// A bar of `width` columns that shows `used` of `limit`, empty only at 0 and full only from the limit on; an empty
/// text without a limit.
std::string bar(std::int64_t used, std::optional<std::int64_t> limit, std::size_t width,
                Glyphs glyphs = Glyphs::blocks);

/// Green below 80 % of the limit, yellow from 80 %, red from 100 %; plain without a limit, dim for 0 of 0.
Style bar_style(std::int64_t used, std::optional<std::int64_t> limit);

}  // namespace allot::cli
