#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "libcore/base/text.hpp"
#include "libcore/store/connection.hpp"
#include "libcore/store/store.hpp"

namespace allot {
namespace {

constexpr std::int64_t kPiece = std::int64_t{64} * 1024;  // SQLite reads less than 128 KiB at once

Error copy_exists(const std::string& file) { return Error::exists(fmt::format("{} exists already", quote(file))); }

Error cannot_write(const std::string& file) {
  return Error::output(fmt::format("cannot write {}: {}", quote(file), std::strerror(errno)));
}

/// The file that a copy is written to before it has its name.
std::unique_ptr<TemporaryFile> make_unnamed(const std::string& file) {
  auto unnamed = TemporaryFile::make(file);
  if (!unnamed) throw Error::output(fmt::format("cannot make {}: {}", quote(file), std::strerror(errno)));
  struct stat status {};
  if (lstat(file.c_str(), &status) == 0) throw copy_exists(file);
  return unnamed;
}

/// Copies the bytes of a store's file. SQLite's own descriptor reads them, as closing another one of that file would
/// give up SQLite's locks.
class FileCopy {
 public:
  /// Writes to the file `unnamed`; messages name it `file`.
  FileCopy(Connection& from, const std::string& unnamed, const std::string& file)
      : from_(from), file_(file), to_(open(unnamed.c_str(), O_RDWR | O_CLOEXEC)) {
    if (to_ < 0) throw cannot_write(file_);
  }
  ~FileCopy() { close(to_); }
  FileCopy(const FileCopy&) = delete;
  FileCopy& operator=(const FileCopy&) = delete;

  /// Copies every byte, without a lock: what is written meanwhile may be copied in part.
  void copy(std::int64_t page_size, const ReportProgress& report) {
    const std::int64_t size = from_.file_size();
    for (std::int64_t at = 0; at < size; at += kPiece) {
      read(at, std::min(kPiece, size - at));
      write(at);
      const std::int64_t done = std::min(at + kPiece, size);
      if (report)
        report("pages", static_cast<std::uint64_t>(done / page_size), static_cast<std::uint64_t>(size / page_size));
    }
    sync();  // so that the few writes of `correct` are not held up by all of these
  }

  /// Corrects what differs, under a read lock. Both files were read just now, so that this takes a fraction of the
  /// time.
  void correct() {
    const std::int64_t size = from_.file_size();
    for (std::int64_t at = 0; at < size; at += kPiece) {
      read(at, std::min(kPiece, size - at));
      if (differs(at)) write(at);
    }
    if (ftruncate(to_, size) != 0) throw cannot_write(file_);
  }

  void sync() {
    if (fsync(to_) != 0) throw cannot_write(file_);
  }

 private:
  void read(std::int64_t at, std::int64_t size) {
    piece_.resize(static_cast<std::size_t>(size));
    from_.read_file(piece_, at);
  }

  bool differs(std::int64_t at) {
    copied_.resize(piece_.size());
    return pread(to_, copied_.data(), copied_.size(), at) != static_cast<ssize_t>(copied_.size()) || copied_ != piece_;
  }

  void write(std::int64_t at) {
    for (std::size_t done = 0; done < piece_.size();) {
      const ssize_t count =
          pwrite(to_, piece_.data() + done, piece_.size() - done, at + static_cast<std::int64_t>(done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw cannot_write(file_);
      done += static_cast<std::size_t>(count);
    }
  }

  Connection& from_;
  const std::string& file_;
  int to_ = -1;
  std::vector<char> piece_;
  std::vector<char> copied_;
};

}  // namespace

void Store::require_place(const std::string& file) { make_unnamed(file); }

Store Store::copy_to(const std::string& file, const ReportProgress& report) {
  auto unnamed = make_unnamed(file);
  FileCopy copy{*connection_, unnamed->name(), file};
  copy.copy(connection_->ask_integer("PRAGMA page_size"), report);
  {
    const Transaction transaction{*this, Transaction::Kind::read};
    revision();  // a transaction has no lock before it reads
    copy.correct();
  }
  copy.sync();
  Store copied{std::make_unique<Connection>(unnamed->name(), std::chrono::milliseconds{0}, SQLite::OPEN_READONLY),
               file};
  copied.unnamed_ = std::move(unnamed);
  return copied;
}

void Store::save_copy() {
  connection_.reset();
  const Naming naming = unnamed_->appear();
  if (naming == Naming::done) return;
  if (naming == Naming::unsynced) throw Error::output(describe_unsynced(path_));
  if (errno == EEXIST) throw copy_exists(path_);
  throw Error::output(fmt::format("cannot make {}: {}", quote(path_), std::strerror(errno)));
}

}  // namespace allot
