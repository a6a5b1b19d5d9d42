
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
#include "libcore/storage/sqlite/sqlite_store.hpp"

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

/// Copies a store's file. It reads SQLite's own descriptor of the store, because closing another descriptor of that
/// file would release SQLite's locks.
class FileCopy : public StoreCopy {
 public:
  /// Creates the file under a temporary name, which `save` changes to `file`; throws exists if `file` exists.
  FileCopy(Connection& from, const std::string& file);
  ~FileCopy() override;

  /// Copies the file without a lock; concurrent writes may be copied in part.
  void copy(const ReportProgress& report) override;

  /// Copies the parts that differ, in a read transaction that holds its lock. Both files are in the system's cache by
  /// then, so this takes a fraction of the time of `copy`.
  void correct() override;

  void save() override;

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

FileCopy::FileCopy(Connection& from, const std::string& file)
    : from_(from), file_(file), unnamed_(TemporaryFile::make(file)) {
  if (!unnamed_) throw cannot_make(file_);
  struct stat status {};
  if (lstat(file_.c_str(), &status) == 0) throw copy_exists(file_);
  to_ = ::open(unnamed_->name().c_str(), O_RDWR | O_CLOEXEC);
  if (to_ < 0) throw cannot_write(file_);
}

FileCopy::~FileCopy() {
  if (to_ >= 0) ::close(to_);
}

void FileCopy::copy(const ReportProgress& report) {
  const std::int64_t size = from_.file_size();
  for (std::int64_t at = 0; at < size; at += kPiece) {
    read(at, std::min(kPiece, size - at));
    write(at);
    if (report)
      report("bytes", static_cast<std::uint64_t>(std::min(at + kPiece, size)), static_cast<std::uint64_t>(size));
  }
  if (fsync(to_) != 0) throw cannot_write(file_);  // so that the few writes of `correct` do not wait for these
}

void FileCopy::correct() {
  const std::int64_t size = from_.file_size();
  for (std::int64_t at = 0; at < size; at += kPiece) {
    read(at, std::min(kPiece, size - at));
    if (differs(at)) write(at);
  }
  if (ftruncate(to_, size) != 0) throw cannot_write(file_);
}

void FileCopy::save() {
  const Naming naming = unnamed_->appear();
  if (naming == Naming::done) return;
  if (naming == Naming::unsynced) throw Error::output(describe_unsynced(file_));
  if (errno == EEXIST) throw copy_exists(file_);
  throw cannot_make(file_);
}

void FileCopy::read(std::int64_t at, std::int64_t size) {
  piece_.resize(static_cast<std::size_t>(size));
  from_.read_file(piece_, at);
}

bool FileCopy::differs(std::int64_t at) {
  copied_.resize(piece_.size());
  return pread(to_, copied_.data(), copied_.size(), at) != static_cast<ssize_t>(copied_.size()) || copied_ != piece_;
}

void FileCopy::write(std::int64_t at) {
  for (std::size_t done = 0; done < piece_.size();) {
    const ssize_t count = pwrite(to_, piece_.data() + done, piece_.size() - done, at + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_write(file_);
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace

std::unique_ptr<StoreCopy> SqliteStore::begin_copy(const std::string& file) {
  return std::make_unique<FileCopy>(connection_, file);
}

}  // namespace allot
