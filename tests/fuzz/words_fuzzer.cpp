// Splits any bytes into lines and words, as lines of a batch and of a remote caller; reads them as a public key.

#include <sstream>

#include "cli/authorized_key.hpp"
#include "cli/origin.hpp"
#include "cli/shell_words.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "tests/fuzz/world.hpp"

namespace {

using allot::fuzz::require;
using Words = std::vector<std::string>;

/// The result of `split`, or nullopt if it refuses the line with an expected error.
std::optional<Words> split(Words (*split_line)(std::string_view), std::string_view line) {
  try {
    return split_line(line);
  } catch (const allot::Error& error) {
    require(error.kind() == allot::ErrorKind::usage, "a line that cannot be split is a fault of usage");
    return std::nullopt;
  }
}

void check_line(std::string_view line) {
  const auto words = split(allot::cli::split_words, line);
  const auto remote = split(allot::cli::split_remote_line, line);
  if (remote) {
    require(words == remote, "a remote line has the words that it has in a batch");
    for (const std::string& word : *remote) {
      require(!allot::find_fault_in_characters(word), "a word from a remote caller has no control characters");
    }
  }
  if (!words || line.find_first_of("\n\r") != std::string_view::npos) return;
  const std::string joined = allot::cli::join_words(*words);
  require(joined.size() <= allot::cli::kLongestCommand, "a joined line is cut");
  if (joined.size() < allot::cli::kLongestCommand - 4 && allot::is_utf8(line) &&
      !allot::find_fault_in_characters(line)) {
    require(split(allot::cli::split_words, joined) == words, "words that are joined are split into the same");
  }
}

void check_lines(std::string_view text) {
  std::istringstream lines{std::string{text}};
  std::string line;
  while (allot::cli::read_remote_line(lines, line)) {
    require(line.size() <= allot::cli::kLongestRemoteLine + 1, "no more than the longest line is kept");
    require(line.find('\n') == std::string::npos, "a line ends at its end");
  }
}

void check_key(std::string_view text) {
  try {
    const std::string key = allot::cli::parse_public_key(text, "key");
    require(key.find_first_of(std::string_view{"\n\r\0", 3}) == std::string::npos, "a key is one line");
    const std::string line = allot::cli::make_authorized_key({"/usr/bin/allot", "shell"}, key);
    require(line.find('\n') == std::string::npos, "a line of authorized_keys is one line");
  } catch (const allot::Error& error) {
    require(error.kind() == allot::ErrorKind::invalid_input || error.kind() == allot::ErrorKind::usage,
            "what is no key is an input that is not valid");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_line(text);
  check_lines(text);
  check_key(text);
  return 0;
}
