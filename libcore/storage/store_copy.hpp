#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/progress.hpp"
#include "libcore/base/temporary_file.hpp"

namespace allot {

class Connection;
class Store;

/// Copies a store's file to a new file with mode 0600 while other processes write: call `copy`, then `correct` in a
/// read transaction, then `save`. It reads SQLite's own descriptor of the store, because closing another descriptor of
/// that file would release SQLite's locks. Throws output if the copy cannot be written, store if the store cannot be
/// read.
class StoreCopy {
 public:
  /// Creates the file under a temporary name, which `save` changes to `file`; throws exists if `file` exists.
  StoreCopy(Store& store, const std::string& file);
  ~StoreCopy();
  StoreCopy(const StoreCopy&) = delete;
  StoreCopy& operator=(const StoreCopy&) = delete;

  /// Copies the file without a lock; concurrent writes may be copied in part.
  void copy(const ReportProgress& report = {});

  /// Copies the parts that differ, in a read transaction that holds its lock. Both files are in the system's cache by
  /// then, so this takes a fraction of the time of `copy`.
  void correct();

  /// Syncs the copy and gives it its name; throws exists if another file has that name.
  void save();

 private:
  void read(std::int64_t at, std::int64_t size);
  bool differs(std::int64_t at);
  void write(std::int64_t at);

  Connection& from_;
  std::string file_;
  std::unique_ptr<TemporaryFile> unnamed_;
  int to_ = -1;
  std::vector<char> piece_;
  std::vector<char> copied_;
};

}  // namespace allot
