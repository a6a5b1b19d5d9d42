#pragma once

#include <cstdio>
#include <memory>
#include <ostream>
#include <streambuf>
#include <string>

namespace allot::cli {

/// Returns whether the first word of a shell command names a program in one of the folders of `path` (separated by
/// `:`). A command whose first word has a character that the shell may treat specially is taken to be one.
bool can_run(const std::string& command, const std::string& path);

/// A pager program; the destructor waits for its end.
class Pager {
 public:
  /// Starts `command` with the shell; not open on failure.
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
