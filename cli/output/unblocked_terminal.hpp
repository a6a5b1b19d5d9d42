#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace allot::cli {

/// A non-blocking stream to a terminal: output that a stopped or slow terminal does not accept at once is dropped. The
/// terminal is opened again, since O_NONBLOCK is shared by all processes that share the open file.
class UnblockedTerminal : public std::ostream {
 public:
  /// The terminal that `file` is open on. If it cannot be opened, all output is dropped.
  explicit UnblockedTerminal(int file) : std::ostream(nullptr), buffer_(file) { rdbuf(&buffer_); }

 private:
  class Buffer : public std::streambuf {
   public:
    explicit Buffer(int file) : of_(file) {}
    ~Buffer() override;

   protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* bytes, std::streamsize size) override;
    int sync() override;

   private:
    int of_;
    int file_ = -1;
    std::string text_;
  };

  Buffer buffer_;
};

}  // namespace allot::cli
