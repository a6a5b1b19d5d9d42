#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// Splits a line into words with the quoting of a POSIX shell ('...', "...", \). A `#` at the start of a word begins a
/// comment; no expansion takes place. Throws usage if a quote is not terminated.
std::vector<std::string> split_words(std::string_view line);

/// The maximum length of a line from a remote caller in bytes.
inline constexpr std::size_t kLongestRemoteLine = std::size_t{64} * 1024;

/// Splits a line from a remote caller. Throws usage also if the line is too long, is not UTF-8, or has control or
/// bidirectional-formatting characters other than a carriage return at its end.
std::vector<std::string> split_remote_line(std::string_view line);

/// Reads a line into `line` and keeps at most kLongestRemoteLine + 1 bytes; returns false at the end of the input.
bool read_remote_line(std::istream& in, std::string& line);

}  // namespace allot::cli
