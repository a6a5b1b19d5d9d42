#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The name of the account that runs the program, or `uid 1234` where it has none.
std::string find_login();

/// `words` as a command line that a shell would split into them again; at most `kLongestCommand` bytes, the rest is
/// cut.
std::string join_words(const std::vector<std::string>& words);
inline constexpr std::size_t kLongestCommand = 4096;

}  // namespace allot::cli
