#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace allot::cli {

/// The files of a store: the database file, and the journal, -wal and -shm files of SQLite beside it. Files are
/// compared by device and inode, through symbolic and hard links, without opening them: closing a file of the store
/// would release the locks that the process holds on it. A store on a server has no files here.
class StoreFiles {
 public:
  explicit StoreFiles(std::string store);

  /// Describes the file of the store that the file `name`, or an open file, is; nullopt for any other file.
  std::optional<std::string> find(const std::string& name) const;
  std::optional<std::string> find_open(int file) const;

  /// The same for a file to be written: an unused name may also be the name of a file of the store.
  std::optional<std::string> find_for_writing(const std::string& name) const;

 private:
  std::optional<std::string> find(const struct stat& status) const;
  std::string describe(std::size_t index) const;

  std::string store_;
  std::vector<std::string> files_;  // the database file first
};

/// Follows the symbolic links of `name`, whether the target exists or not. Links to open files of a process, such as
/// /dev/stdout, are not followed.
std::filesystem::path follow_links(std::filesystem::path name);
/// The same; `failure` is set if a link or folder of the path could not be read.
std::filesystem::path follow_links(std::filesystem::path name, std::error_code& failure);

/// Whether `file` is open on a regular file, which never blocks.
bool is_regular(int file);

}  // namespace allot::cli
