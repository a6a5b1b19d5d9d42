#pragma once

namespace allot {

/// The lock of the process that sends the mails of a store. It ends with this object or the process, and must be
/// released outside transactions.
class SendingLock {
 public:
  SendingLock() = default;
  virtual ~SendingLock() = default;
  SendingLock(const SendingLock&) = delete;
  SendingLock& operator=(const SendingLock&) = delete;
};

}  // namespace allot
