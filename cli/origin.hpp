#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The name of the account that runs the program, or `uid 1234` if it has no name.
std::string find_login();

/// `words` without the option of a message, which the log has beside the command line.
std::vector<std::string> without_message(std::vector<std::string> words, const std::optional<std::string>& message);

/// `words` quoted as a command line for a shell, truncated to `kLongestCommand` bytes.
std::string join_words(const std::vector<std::string>& words);
inline constexpr std::size_t kLongestCommand = 4096;

}  // namespace allot::cli
