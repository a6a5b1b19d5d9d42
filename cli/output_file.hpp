#pragma once

#include <ext/stdio_filebuf.h>

#include <memory>
#include <ostream>
#include <string>

namespace allot::cli {

/// A file of mode 0600 that replaces another one only when it is whole; without `save` nothing is left behind.
class OutputFile {
 public:
  /// Throws output where the folder cannot be written.
  explicit OutputFile(const std::string& name);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  std::ostream& stream() { return stream_; }

  /// Writes everything to the disk and gives the file its name; throws output where that fails.
  void save();

 private:
  std::string name_;
  std::string unnamed_;
  int file_ = -1;
  std::unique_ptr<__gnu_cxx::stdio_filebuf<char>> buffer_;
  std::ostream stream_{nullptr};
};

}  // namespace allot::cli
