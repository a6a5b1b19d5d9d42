#include "libcore/base/sync.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace allot {

bool sync_file(int descriptor) {
  while (fsync(descriptor) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

bool sync_folder(const std::string& path) {
  int folder = -1;
  do {
    folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (folder < 0 && errno == EINTR);
  if (folder < 0) return errno == EACCES;
  const bool is_synced = sync_file(folder) || errno == EINVAL;
  const int reason = errno;
  close(folder);
  errno = reason;
  return is_synced;
}

}  // namespace allot
