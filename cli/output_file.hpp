#pragma once

#include <ext/stdio_filebuf.h>

#include <memory>
#include <ostream>
#include <string>

#include "cli/file_name.hpp"
#include "libcore/base/temporary_file.hpp"

namespace allot::cli {

/// A file of mode 0600 that replaces another one only when it is whole; without `save` nothing is left behind. What is
/// no plain file (a device, a FIFO) is written to as it stands, and a symbolic link goes on to name what it named.
class OutputFile {
 public:
  /// Throws output where the file or its folder cannot be written.
  explicit OutputFile(const FileName& file);

  std::ostream& stream() { return stream_; }

  /// Writes everything to the disk and gives the file its name; throws output where that fails.
  void save();

 private:
  std::string name_;
  std::unique_ptr<TemporaryFile> unnamed_;  // null where it is written to as it stands
  int file_ = -1;
  std::unique_ptr<__gnu_cxx::stdio_filebuf<char>> buffer_;
  std::ostream stream_{nullptr};
};

}  // namespace allot::cli
