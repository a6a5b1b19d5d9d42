#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace allot {

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

  /// Takes the name `path`: in place of the file that has it, or only where none has; false, with errno, where it
  /// fails.
  bool replace();
  bool appear();

 private:
  TemporaryFile(std::string path, std::string name);

  std::string path_;
  std::string name_;
  std::atomic<const char*>* listed_ = nullptr;
};

/// Removes the temporary files that there are, for a program that a signal ends: safe in a handler.
void remove_temporary_files() noexcept;

}  // namespace allot
