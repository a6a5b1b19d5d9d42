#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The words of a line, quoted as a POSIX shell quotes ('...', "...", \), a `#` at the start of a word beginning a
/// comment; nothing is expanded. Throws usage where a quote is not closed.
std::vector<std::string> split_words(std::string_view line);

}  // namespace allot::cli
