#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace allot {

/// The result of giving a file its name.
enum class Naming {
  done,      ///< the file and its name are on the disk
  unsynced,  ///< the file has its name, but the folder could not be synced: a system crash may undo it
  failed,    ///< the file does not have its name
};

/// A new file of mode 0600 beside `path` that is to get that name; it is removed if it does not.
class TemporaryFile {
 public:
  /// Creates an empty file; returns null and sets errno on failure.
  static std::unique_ptr<TemporaryFile> make(const std::string& path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// Returns its temporary name.
  const std::string& name() const { return name_; }

  /// Sync the file, give it the name `path` (replacing an existing file, or only if none exists) and sync the folder;
  /// set errno on failure.
  Naming replace();
  Naming appear();

 private:
  TemporaryFile(std::string path, std::string name, int file);
  Naming sync_name();

  std::string path_;
  std::string name_;
  int file_;  // open before the first write, so that syncing it reports every error
  bool has_name_ = true;
  std::atomic<const char*>* listed_ = nullptr;
};

/// Returns the message that `name` was written but its folder could not be synced, with the reason from errno.
std::string describe_unsynced(const std::string& name);

/// Removes the existing temporary files when a signal ends the program; async-signal-safe.
void remove_temporary_files() noexcept;

}  // namespace allot
