
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/sqlite_store.hpp"

namespace allot {
namespace {

// SQLite locks the 512 bytes at 1 GiB, even beyond the end of the file; this byte does not overlap them.
constexpr off_t kLockedByte = (off_t{1} << 30) + 4096;

constexpr std::chrono::milliseconds kBetweenTries{20};

/// Locks a byte of the store's file that SQLite does not use. Closing the file releases SQLite's own locks on it.
class ByteLock : public SendingLock {
 public:
  ByteLock(const std::string& path, std::chrono::milliseconds wait);
  ~ByteLock() override { ::close(file_); }

 private:
  int file_ = -1;
};

ByteLock::ByteLock(const std::string& path, std::chrono::milliseconds wait) {
  file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) {
    throw Error::store(fmt::format("cannot lock the store {}: {}", quote(path), std::strerror(errno)),
                       "check the permissions of the file");
  }
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = kLockedByte;
  lock.l_len = 1;
  const auto end = std::chrono::steady_clock::now() + wait;
  while (fcntl(file_, F_OFD_SETLK, &lock) != 0) {
    const int reason = errno;
    if (reason != EAGAIN && reason != EACCES) {
      ::close(file_);
      throw Error::store(fmt::format("cannot lock the store {}: {}", quote(path), std::strerror(reason)));
    }
    if (std::chrono::steady_clock::now() >= end) {
      ::close(file_);
      throw Error::busy("another process sends the mails of this store", "try again when it is done");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace

std::unique_ptr<SendingLock> SqliteStore::lock_sending(std::chrono::milliseconds wait) {
  if (is_in_transaction()) throw Error::internal("mails are sent while a transaction is open");
  return std::make_unique<ByteLock>(path_, wait);
}

}  // namespace allot
