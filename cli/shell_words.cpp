#include "cli/shell_words.hpp"

#include "libcore/base/error.hpp"

namespace allot::cli {
namespace {

/// Splits one line, character by character.
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

}  // namespace allot::cli
