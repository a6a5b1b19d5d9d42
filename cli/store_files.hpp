#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace allot::cli {

/// The files that a store consists of: the one that was named, and the journal, the -wal and the -shm file that SQLite
/// keeps beside it. They are compared by device and inode, through symbolic and hard links, without opening any:
/// closing a file of the store gives up the locks that the process has on it.
class StoreFiles {
 public:
  explicit StoreFiles(std::string store);

  /// The one of them, in words, that the file `name`, or an open file, is; nothing if it is none.
  std::optional<std::string> find(const std::string& name) const;
  std::optional<std::string> find_open(int file) const;

  /// The same for a file that is to be written: a name that is free may be that of such a file too.
  std::optional<std::string> find_for_writing(const std::string& name) const;

 private:
  std::optional<std::string> find(const struct stat& status) const;
  std::string describe(std::size_t index) const;

  std::string store_;
  std::vector<std::string> files_;  // the store itself first
};

/// The file that `name` leads to through symbolic links, whether it is there or not; what a process has open, as
/// /dev/stdout is, leads no further.
std::filesystem::path follow_links(std::filesystem::path name);
/// The same; `failure` says where a link or folder on the way could not be read.
std::filesystem::path follow_links(std::filesystem::path name, std::error_code& failure);

/// Whether `file` is open on a regular file, which is never waited for.
bool is_regular(int file);

}  // namespace allot::cli
