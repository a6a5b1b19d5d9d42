#include "cli/shell_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

/// Splits a line character by character.
class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::vector<std::string> run() {
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == ' ' || c == '\t' || c == '\r') {
        end_word();
      } else if (c == '#' && !in_word_) {
        break;
      } else {
        in_word_ = true;
        take(c);
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  void take(char c) {
    if (c == '\'') {
      take_until_single_quote();
    } else if (c == '"') {
      take_until_double_quote();
    } else if (c == '\\') {
      word_ += next("the line ends with a backslash");
    } else {
      word_ += c;
    }
  }

  void take_until_single_quote() {
    for (char c = next(kOpenQuote); c != '\''; c = next(kOpenQuote)) word_ += c;
  }

  void take_until_double_quote() {
    for (char c = next(kOpenQuote); c != '"'; c = next(kOpenQuote)) {
      if (c == '\\') {
        c = next(kOpenQuote);
        if (c != '"' && c != '\\' && c != '$' && c != '`') word_ += '\\';
      }
      word_ += c;
    }
  }

  char next(const char* fault) {
    if (at_ == line_.size()) throw Error::usage(fault);
    return line_[at_++];
  }

  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  static constexpr const char* kOpenQuote = "a quote is not closed";

  std::string_view line_;
  std::size_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> split_words(std::string_view line) { return Splitter{line}.run(); }

std::vector<std::string> split_remote_line(std::string_view line) {
  if (line.size() > kLongestRemoteLine) {
    throw Error::usage(fmt::format("the command is longer than {} bytes", kLongestRemoteLine));
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (const auto fault = find_fault_in_characters(line)) throw Error::usage(fmt::format("the command {}", *fault));
  return split_words(line);
}

bool read_remote_line(std::istream& in, std::string& line) {
  line.clear();
  for (char c = 0; in.get(c);) {
    if (c == '\n') return true;
    if (line.size() <= kLongestRemoteLine) line += c;
  }
  return !line.empty();
}

}  // namespace allot::cli
