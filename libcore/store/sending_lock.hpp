#pragma once

#include <chrono>
#include <string>

namespace allot {

/// The lock of the one process that sends the mails of a store: a byte of its file that SQLite does not use. It goes
/// with the process, however that ends. It must be let go outside of transactions, as closing a file gives up SQLite's
/// own locks on it.
class SendingLock {
 public:
  /// Throws busy where another process sends for longer than `wait`, and store where the file cannot be locked.
  SendingLock(const std::string& path, std::chrono::milliseconds wait);
  ~SendingLock();
  SendingLock(const SendingLock&) = delete;
  SendingLock& operator=(const SendingLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace allot
