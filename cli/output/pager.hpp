#pragma once

#include <cstdio>
#include <memory>
#include <ostream>
#include <streambuf>
#include <string>

namespace allot::cli {

/// A program that shows what is printed page by page; it is waited for when this goes away.
class Pager {
 public:
  /// Starts `command` by the shell; is not open where that fails.
  explicit Pager(const std::string& command);
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

  bool is_open() const { return pipe_ != nullptr; }
  std::ostream& stream() { return stream_; }

 private:
  class Buffer : public std::streambuf {
   public:
    explicit Buffer(std::FILE* file) : file_(file) {}

   protected:
    int overflow(int c) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

   private:
    std::FILE* file_;
  };

  std::FILE* pipe_;
  Buffer buffer_;
  std::ostream stream_;
};

}  // namespace allot::cli
