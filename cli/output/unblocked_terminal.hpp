#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace allot::cli {

/// A stream to a terminal that is never waited for: what a stopped or slow terminal does not take at once is dropped.
/// It opens the terminal anew, as whether a file is waited for is shared by all processes that have it open.
class UnblockedTerminal : public std::ostream {
 public:
  /// The terminal that `file` is open on; what is written is dropped where that cannot be opened.
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
