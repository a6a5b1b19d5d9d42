#pragma once

#include <string>
#include <string_view>

namespace allot {

/// `text` made smaller; the result is what `unpack_text` reads.
std::string pack_text(std::string_view text);

/// The text of `size` bytes that was packed; throws store where it is damaged.
std::string unpack_text(std::string_view packed, std::size_t size);

}  // namespace allot
