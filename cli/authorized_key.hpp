#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The one public key that `text`, the content of the file `name`, is: its type, its data, its comment. Throws
/// invalid_input where it is none of a type that OpenSSH takes for a user, a private key, or more than one line.
std::string parse_public_key(std::string_view text, std::string_view name);

/// The line of authorized_keys that lets the holder of `key` run the command `words` and nothing else. Throws usage
/// where a word has control characters, which no quotes keep from ending a line.
std::string make_authorized_key(const std::vector<std::string>& words, std::string_view key);

}  // namespace allot::cli
