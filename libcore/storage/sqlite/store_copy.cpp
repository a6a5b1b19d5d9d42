#include "libcore/storage/store_copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libcore/base/text.hpp"
#include "libcore/storage/sqlite/connection.hpp"
#include "libcore/storage/store.hpp"

namespace allot {
namespace {

constexpr std::int64_t kPiece = std::int64_t{64} * 1024;  // SQLite reads less than 128 KiB at once

Error copy_exists(const std::string& file) { return Error::exists(fmt::format("{} exists already", quote(file))); }

Error cannot_write(const std::string& file) {
  return Error::output(fmt::format("cannot write {}: {}", quote(file), std::strerror(errno)));
}

Error cannot_make(const std::string& file) {
  return Error::output(fmt::format("cannot make {}: {}", quote(file), std::strerror(errno)));
}

}  // namespace

StoreCopy::StoreCopy(Store& store, const std::string& file)
    : from_(*store.connection_), file_(file), unnamed_(TemporaryFile::make(file)) {
  if (!unnamed_) throw cannot_make(file_);
  struct stat status {};
  if (lstat(file_.c_str(), &status) == 0) throw copy_exists(file_);
  to_ = open(unnamed_->name().c_str(), O_RDWR | O_CLOEXEC);
  if (to_ < 0) throw cannot_write(file_);
}

StoreCopy::~StoreCopy() {
  if (to_ >= 0) close(to_);
}

void StoreCopy::copy(const ReportProgress& report) {
  const std::int64_t size = from_.file_size();
  for (std::int64_t at = 0; at < size; at += kPiece) {
    read(at, std::min(kPiece, size - at));
    write(at);
    if (report)
      report("bytes", static_cast<std::uint64_t>(std::min(at + kPiece, size)), static_cast<std::uint64_t>(size));
  }
  if (fsync(to_) != 0) throw cannot_write(file_);  // so that the few writes of `correct` do not wait for these
}

void StoreCopy::correct() {
  const std::int64_t size = from_.file_size();
  for (std::int64_t at = 0; at < size; at += kPiece) {
    read(at, std::min(kPiece, size - at));
    if (differs(at)) write(at);
  }
  if (ftruncate(to_, size) != 0) throw cannot_write(file_);
}

void StoreCopy::save() {
  const Naming naming = unnamed_->appear();
  if (naming == Naming::done) return;
  if (naming == Naming::unsynced) throw Error::output(describe_unsynced(file_));
  if (errno == EEXIST) throw copy_exists(file_);
  throw cannot_make(file_);
}

void StoreCopy::read(std::int64_t at, std::int64_t size) {
  piece_.resize(static_cast<std::size_t>(size));
  from_.read_file(piece_, at);
}

bool StoreCopy::differs(std::int64_t at) {
  copied_.resize(piece_.size());
  return pread(to_, copied_.data(), copied_.size(), at) != static_cast<ssize_t>(copied_.size()) || copied_ != piece_;
}

void StoreCopy::write(std::int64_t at) {
  for (std::size_t done = 0; done < piece_.size();) {
    const ssize_t count = pwrite(to_, piece_.data() + done, piece_.size() - done, at + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_write(file_);
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace allot
