#include "cli/authorized_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// A key type and the number of fields in its data after the type name (RFC 4253, 5656, 8709; OpenSSH, PROTOCOL.u2f).
struct KeyType {
  std::string_view name;
  std::size_t fields;
};

constexpr KeyType kTypes[] = {
    {"ssh-ed25519", 1},
    {"ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521", 2},
    {"sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256@openssh.com", 3},
    {"ssh-rsa", 2},
};

std::optional<std::uint32_t> value_of_digit(char c) {
  static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t place = kDigits.find(c);
  return place == std::string_view::npos ? std::nullopt : std::optional{static_cast<std::uint32_t>(place)};
}

/// Decodes base 64; nullopt if `text` is empty or not valid base 64.
std::optional<std::string> decode_base64(std::string_view text) {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  text.remove_suffix(padding);
  std::string bytes;
  std::uint32_t gathered = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto value = value_of_digit(c);
    if (!value) return std::nullopt;
    gathered = (gathered << 6U) | *value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(gathered >> bits);
      gathered &= (1U << bits) - 1;
    }
  }
  return gathered == 0 ? std::optional{bytes} : std::nullopt;
}

/// Removes a field, preceded by its length in four bytes, from the front of `data`.
std::optional<std::string_view> take_field(std::string_view& data) {
  if (data.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (const char c : data.substr(0, 4)) size = (size << 8U) | static_cast<unsigned char>(c);
  data.remove_prefix(4);
  if (size > data.size()) return std::nullopt;
  const std::string_view field = data.substr(0, size);
  data.remove_prefix(size);
  return field;
}

bool is_data_of(std::string_view data, const KeyType& type) {
  if (take_field(data) != type.name) return false;
  for (std::size_t i = 0; i < type.fields; ++i) {
    const auto field = take_field(data);
    if (!field || field->empty()) return false;
  }
  return data.empty();
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(text.find_first_not_of(" \t", end), text.size()));
  return word;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

/// Throws if `text` is a private key or a public key in another format.
void require_no_other_file(std::string_view text, std::string_view name) {
  const std::string_view first = text.substr(0, text.find('\n'));
  if (first.find("PRIVATE KEY") != std::string_view::npos || first.starts_with("PuTTY-User-Key-File")) {
    throw Error::invalid_input(fmt::format("{} is a private key", quote(name)),
                               "name the public key, a file that ends with .pub, not the private key");
  }
  if (first.starts_with("---- BEGIN SSH2 PUBLIC KEY")) {
    throw Error::invalid_input(fmt::format("{} is a public key in another format", quote(name)),
                               "`ssh-keygen -i -f FILE` prints it in the format of OpenSSH");
  }
}

}  // namespace

std::string parse_public_key(std::string_view text, std::string_view name) {
  const std::string file = quote(name);
  text = trim(text);
  require_no_other_file(text, name);
  if (text.find('\n') != std::string_view::npos) throw Error::invalid_input(fmt::format("{} has several lines", file));
  const std::string_view type_name = take_word(text);
  const std::string_view data = take_word(text);
  const auto type =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const KeyType& each) { return each.name == type_name; });
  if (type == std::end(kTypes)) {
    std::vector<std::string_view> names;
    for (const KeyType& known : kTypes) names.push_back(known.name);
    throw Error::invalid_input(fmt::format("{} does not begin with a type of key, but with {}", file, quote(type_name)),
                               fmt::format("known are {}", fmt::join(names, ", ")));
  }
  const auto bytes = decode_base64(data);
  if (!bytes || !is_data_of(*bytes, *type)) {
    throw Error::invalid_input(fmt::format("{} is not a complete key of the type {}", file, type_name));
  }
  if (const auto fault = find_fault_in_characters(text))
    throw Error::invalid_input(fmt::format("the comment of {} {}", file, *fault));
  return fmt::format("{} {}{}{}", type_name, data, text.empty() ? "" : " ", text);
}

std::string make_authorized_key(const std::vector<std::string>& words, std::string_view key) {
  std::string command;
  for (const std::string& word : words) {
    const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; };
    if (std::any_of(word.begin(), word.end(), is_control)) {
      throw Error::usage(fmt::format("{} has control characters, and cannot stand in authorized_keys", quote(word)));
    }
    if (!command.empty()) command += ' ';
    command += quote_for_shell(word);
  }
  // sshd reads \" as a quote and every other backslash literally.
  std::string quoted;
  for (const char c : command) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return fmt::format("restrict,command=\"{}\" {}", quoted, key);
}

}  // namespace allot::cli
