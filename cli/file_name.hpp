#pragma once

#include <string>
#include <utility>

namespace allot::cli {

/// A file named on the command line. Only a context creates it, since not every caller may name files.
class FileName {
 public:
  const std::string& text() const { return text_; }

 private:
  friend class Context;
  explicit FileName(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace allot::cli
