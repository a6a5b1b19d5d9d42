#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The words of a line, quoted as a POSIX shell quotes ('...', "...", \), a `#` at the start of a word beginning a
/// comment; nothing is expanded. Throws usage where a quote is not closed.
std::vector<std::string> split_words(std::string_view line);

/// The longest line that is taken from a remote caller, in bytes.
inline constexpr std::size_t kLongestRemoteLine = std::size_t{64} * 1024;

/// The words of a line from a remote caller; throws usage also where it is too long, not UTF-8, or has control or
/// bidirectional-formatting characters, other than a carriage return at its end.
std::vector<std::string> split_remote_line(std::string_view line);

/// Reads a line into `line`, of which no more than one byte above kLongestRemoteLine is kept; false where there is
/// none.
bool read_remote_line(std::istream& in, std::string& line);

}  // namespace allot::cli
