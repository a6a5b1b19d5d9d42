#pragma once

#include "libcore/base/progress.hpp"

namespace allot {

/// Copies a store to a new SQLite file with mode 0600 while other processes write: call `copy`, then `correct` in a
/// read transaction, then `save`. The file has a temporary name until `save`. Throws output if the copy cannot be
/// written, store if the store cannot be read.
class StoreCopy {
 public:
  StoreCopy() = default;
  virtual ~StoreCopy() = default;
  StoreCopy(const StoreCopy&) = delete;
  StoreCopy& operator=(const StoreCopy&) = delete;

  /// Copies what can be copied outside a transaction.
  virtual void copy(const ReportProgress& report) = 0;

  /// Completes the copy as of the open read transaction.
  virtual void correct() = 0;

  /// Syncs the copy and gives it its name; throws exists if another file has that name.
  virtual void save() = 0;
};

}  // namespace allot
