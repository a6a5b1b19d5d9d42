#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace allot {

/// How giving a file its name went.
enum class Naming {
  done,      ///< the file and its name are on the disk
  unsynced,  ///< the file has its name, but the folder could not be synced: a crash of the machine may undo it
  failed,    ///< the file does not have its name
};

/// A new file of mode 0600 that stands beside `path` until it takes that name; it is removed where it does not.
class TemporaryFile {
 public:
  /// Makes an empty one; null, with errno, where that is not possible.
  static std::unique_ptr<TemporaryFile> make(const std::string& path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// Its name until then.
  const std::string& name() const { return name_; }

  /// Syncs the file, takes the name `path` (in place of the file that has it, or only where none has) and syncs the
  /// folder; sets errno where that fails.
  Naming replace();
  Naming appear();

 private:
  TemporaryFile(std::string path, std::string name, int file);
  Naming sync_name();

  std::string path_;
  std::string name_;
  int file_;  // open from before the first write on, so that syncing it reports every fault
  bool has_name_ = true;
  std::atomic<const char*>* listed_ = nullptr;
};

/// Says that `name` was written, but not its folder, with errno's reason.
std::string describe_unsynced(const std::string& name);

/// Removes the temporary files that there are, for a program that a signal ends: safe in a handler.
void remove_temporary_files() noexcept;

}  // namespace allot
