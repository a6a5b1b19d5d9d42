#pragma once

#include <chrono>

namespace allot {

class Store;

/// The lock of the one process that sends the mails of a store: a byte of its file that SQLite does not use. It goes
/// with the process, however that ends. It is taken and let go outside of transactions, as closing the file gives up
/// SQLite's own locks on it.
class SendingLock {
 public:
  /// Throws busy where another process sends for longer than `wait`, store where the file cannot be locked, and
  /// internal where a transaction is open.
  SendingLock(const Store& store, std::chrono::milliseconds wait);
  ~SendingLock();
  SendingLock(const SendingLock&) = delete;
  SendingLock& operator=(const SendingLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace allot
