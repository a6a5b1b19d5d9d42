#include "libcore/storage/sending_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libcore/storage/store.hpp"

namespace allot {
namespace {

// SQLite locks the 512 bytes at 1 GiB, even beyond the end of the file; this byte does not overlap them.
constexpr off_t kLockedByte = (off_t{1} << 30) + 4096;

constexpr std::chrono::milliseconds kBetweenTries{20};

}  // namespace

SendingLock::SendingLock(const Store& store, std::chrono::milliseconds wait) {
  if (store.is_in_transaction()) throw Error::internal("mails are sent while a transaction is open");
  const std::string& path = store.path();
  file_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
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
      close(file_);
      throw Error::store(fmt::format("cannot lock the store {}: {}", quote(path), std::strerror(reason)));
    }
    if (std::chrono::steady_clock::now() >= end) {
      close(file_);
      throw Error::busy("another process sends the mails of this store", "try again when it is done");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
}

SendingLock::~SendingLock() { close(file_); }

}  // namespace allot
