#pragma once

#include <cstddef>
#include <istream>
#include <streambuf>
#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace allot::cli {

/// A buffer that is written, then read: in memory or, if large, in an unnamed temporary file. The file is in the
/// folder TMPDIR, else in /var/tmp, else in /tmp.
class Spool {
 public:
  /// `streams`, which provides TMPDIR, must outlive the spool.
  explicit Spool(const Streams& streams) : streams_(streams) {}
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Throws output if the file cannot be created or written.
  void append(const char* bytes, std::size_t size);

  std::size_t size() const { return in_file_ + text_.size(); }

  /// Reads up to `size` bytes at `position` and returns their number; throws output if the file cannot be read.
  std::size_t read(char* bytes, std::size_t size, std::size_t position) const;

  /// Writes the content to `to`; false if `to` does not accept it. Throws output if the file cannot be read.
  bool write_to(std::streambuf& to) const;

  void clear();

 private:
  void write_file(const char* bytes, std::size_t size);

  const Streams& streams_;
  int file_ = -1;
  std::size_t in_file_ = 0;
  std::string folder_;  // the folder of the file
  std::string text_;    // the content after that of the file
};

/// Writes into a spool.
class SpoolWriter : public std::streambuf {
 public:
  explicit SpoolWriter(Spool& spool) : spool_(spool) {}

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;

 private:
  Spool& spool_;
};

/// Reads a spool after it is written; seeking is supported.
class SpoolReader : public std::istream {
 public:
  explicit SpoolReader(const Streams& streams) : std::istream(nullptr), buffer_(streams) { rdbuf(&buffer_); }

  Spool& spool() { return buffer_.spool; }

 private:
  struct Buffer : public std::streambuf {
    explicit Buffer(const Streams& streams) : spool(streams) {}

    int_type underflow() override;
    pos_type seekoff(off_type offset, std::ios::seekdir from, std::ios::openmode which) override;
    pos_type seekpos(pos_type position, std::ios::openmode which) override;

    Spool spool;
    std::size_t position = 0;  // the position of the end of `piece`
    std::vector<char> piece;
  };

  Buffer buffer_;
};

}  // namespace allot::cli
