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

/// A copy of a store's file in a new file with mode 0600, made while others write: `copy`, then `correct` in a read
/// transaction, then `save`. SQLite's own descriptor of the store is read, as closing another one of that file would
/// release SQLite's locks. Throws output where the copy cannot be written, store where the store cannot be read.
class StoreCopy {
 public:
  /// Makes the file under a temporary name, which `save` changes to `file`; throws exists if `file` is there.
  StoreCopy(Store& store, const std::string& file);
  ~StoreCopy();
  StoreCopy(const StoreCopy&) = delete;
  StoreCopy& operator=(const StoreCopy&) = delete;

  /// Copies every byte, without a lock: what is written meanwhile may be copied in part.
  void copy(const ReportProgress& report = {});

  /// Copies again what differs, in a read transaction that has its lock. Both files were read just now, so that this
  /// takes a fraction of the time.
  void correct();

  /// Syncs the copy and gives it its name; throws exists if another file has taken it.
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
