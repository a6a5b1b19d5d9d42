#pragma once

#include <memory>

#include "cli/spool.hpp"
#include "cli/streams.hpp"

namespace allot::cli {

/// Buffers standard output until the stream is flushed, then writes the buffer to the pager that the command requests
/// or to the output itself. The stream is flushed when no transaction is open, so no lock is held while a reader is
/// waited for.
class BufferedOutput : private std::streambuf {
 public:
  /// Replaces the buffer of `streams.out` for its lifetime. The destructor flushes the stream.
  explicit BufferedOutput(Streams& streams);
  ~BufferedOutput() override;
  BufferedOutput(const BufferedOutput&) = delete;
  BufferedOutput& operator=(const BufferedOutput&) = delete;

 private:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;
  int sync() override;
  int print(std::streambuf& to);

  Streams& streams_;
  std::streambuf* printed_on_;
  Spool spool_;
};

}  // namespace allot::cli
