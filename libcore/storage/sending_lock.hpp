#pragma once

#include <chrono>

namespace allot {

class Store;

/// The lock of the process that sends the mails of a store: a byte of its file that SQLite does not use. The system
/// releases it when the process ends. It must be acquired and released outside transactions, because closing the file
/// releases SQLite's own locks on it.
class SendingLock {
 public:
  /// Throws busy if another process keeps the lock for longer than `wait`, store if the file cannot be locked, and
  /// internal if a transaction is open.
  SendingLock(const Store& store, std::chrono::milliseconds wait);
  ~SendingLock();
  SendingLock(const SendingLock&) = delete;
  SendingLock& operator=(const SendingLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace allot
