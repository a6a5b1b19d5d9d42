#pragma once

#include <ext/stdio_filebuf.h>

#include <memory>
#include <ostream>
#include <string>

#include "cli/file_name.hpp"
#include "cli/spool.hpp"
#include "libcore/base/temporary_file.hpp"

namespace allot::cli {

/// A file of mode 0600 that replaces another one only when it is whole; without `save` nothing is left behind. A
/// symbolic link goes on to name what it named. What is no regular file (a device, a FIFO) is opened and written by
/// `save` alone, as that may wait for its reader.
class OutputFile {
 public:
  /// Throws output where the file or its folder cannot be written.
  OutputFile(const FileName& file, const Streams& streams);

  std::ostream& stream() { return stream_; }

  /// Writes everything to the disk and gives the file its name, or writes what is no regular file; throws output where
  /// that fails. No transaction may be open.
  void save();

 private:
  using FileBuffer = __gnu_cxx::stdio_filebuf<char>;

  void print();

  std::string name_;
  std::unique_ptr<TemporaryFile> unnamed_;  // null where it is written to as it stands
  std::unique_ptr<Spool> spool_;            // of what is written there; else null
  int file_ = -1;                           // which a FileBuffer closes
  std::unique_ptr<std::streambuf> buffer_;
  std::ostream stream_{nullptr};
};

}  // namespace allot::cli
