#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace allot::cli {

/// The public key in `text`, the content of the file `name`: its type, data and comment. Throws invalid_input if
/// `text` is not a key of a type that OpenSSH accepts for users, is a private key, or has more than one line.
std::string parse_public_key(std::string_view text, std::string_view name);

/// The authorized_keys line that restricts the holder of `key` to the command `words`. Throws usage if an argument
/// contains control characters: quotes do not prevent them from ending the line.
std::string make_authorized_key(const std::vector<std::string>& words, std::string_view key);

}  // namespace allot::cli
