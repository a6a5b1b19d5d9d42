#include "cli/origin.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// The last UTF-8 character boundary of `text` at or before `size`.
std::size_t find_cut(const std::string& text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return size;
}

}  // namespace

// getpwuid loads libraries at run time, which a static program must not do.
std::string find_login() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> accounts{std::fopen("/etc/passwd", "re"), std::fclose};
  if (accounts) {
    while (const passwd* account = fgetpwent(accounts.get())) {
      if (account->pw_uid == getuid()) return account->pw_name;
    }
  }
  return fmt::format("uid {}", getuid());
}

std::vector<std::string> without_message(std::vector<std::string> words, const std::optional<std::string>& message) {
  if (!message) return words;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (*word == "-m" + *message || *word == "--message=" + *message) {
      words.erase(word);
      return words;
    }
    const auto next = word + 1;
    if (next == words.end() || *next != *message) continue;
    if (*word == "--message" || *word == "-m") {
      words.erase(word, next + 1);
      return words;
    }
    if (!word->starts_with('-') || word->starts_with("--") || !word->ends_with('m')) continue;  // not as in -qm
    word->pop_back();
    words.erase(next);
    return words;
  }
  return words;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += quote_for_shell(word);
  }
  if (line.size() <= kLongestCommand) return line;
  constexpr std::string_view kCut = " ...";
  line.resize(find_cut(line, kLongestCommand - kCut.size()));
  return line.append(kCut);
}

}  // namespace allot::cli
