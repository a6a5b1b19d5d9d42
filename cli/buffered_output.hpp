#pragma once

#include <memory>

#include "cli/spool.hpp"
#include "cli/streams.hpp"

namespace allot::cli {

/// Buffers what is written on standard output until the stream is flushed, which is done when no transaction is open,
/// and then hands it to the pager that the command wants or to the output itself. So no lock is held while a reader is
/// waited for.
class BufferedOutput : private std::streambuf {
 public:
  /// Takes the place of the buffer of `streams.out` for as long as it lives, after which that is flushed.
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
