#pragma once

#include <ext/stdio_filebuf.h>

#include <memory>
#include <ostream>
#include <string>

#include "cli/file_name.hpp"
#include "cli/spool.hpp"
#include "libcore/base/temporary_file.hpp"

namespace allot::cli {

/// Who may read an output file: its owner, or everybody whom the umask of the process allows to.
enum class Readers { owner, by_umask };

/// A file, of mode 0600 unless others may read it, that replaces an existing file only when complete; without `save` no
/// file is left. A symbolic link is kept and its target replaced. A file that is not regular (a device, a FIFO) is
/// opened and written only by `save`, as it may block on its reader.
class OutputFile {
 public:
  /// Throws output if the file or its folder cannot be written.
  OutputFile(const FileName& file, const Streams& streams, Readers readers = Readers::owner);

  std::ostream& stream() { return stream_; }

  /// Syncs the file and renames it, or writes a file that is not regular; throws output on failure. No transaction may
  /// be open.
  void save();

 private:
  using FileBuffer = __gnu_cxx::stdio_filebuf<char>;

  void print();

  std::string name_;
  std::unique_ptr<TemporaryFile> unnamed_;  // null if the file is not regular
  std::unique_ptr<Spool> spool_;            // the content for that file; else null
  int file_ = -1;                           // closed by a FileBuffer
  std::unique_ptr<std::streambuf> buffer_;
  std::ostream stream_{nullptr};
};

}  // namespace allot::cli
