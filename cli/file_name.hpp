#pragma once

#include <string>
#include <utility>

namespace allot::cli {

/// A file that the command line names. Only a context gives one out, as not everyone may name files.
class FileName {
 public:
  const std::string& text() const { return text_; }

 private:
  friend class Context;
  explicit FileName(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace allot::cli
