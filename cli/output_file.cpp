#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/store_files.hpp"
#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = std::size_t{64} * 1024;

/// Returns the error for a file that cannot be written because of `reason`, an errno.
Error cannot_write(const std::string& name, int reason) {
  const bool is_full = reason == ENOSPC || reason == EDQUOT;
  const bool is_place = reason == ENOENT || reason == ENOTDIR || reason == EACCES || reason == EPERM || reason == EROFS;
  return Error::output(fmt::format("{} cannot be written: {}", quote(name), std::strerror(reason)),
                       is_full    ? "name a file on a disk with space for it"
                       : is_place ? "name a file that you may write, in a folder that exists"
                                  : "");
}

Error cannot_write(const std::string& name) { return cannot_write(name, errno); }

bool is_in_proc(const fs::path& file) { return file.native().starts_with("/proc/"); }

fs::path find_target(const std::string& name) {
  std::error_code failure;
  fs::path target = follow_links(name, failure);
  if (failure) throw cannot_write(name, failure.value());
  return target;
}

/// Returns the mode of a file that the shell creates with `>`.
mode_t mode_by_umask() {
  constexpr mode_t kReadWrite = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH;
  const mode_t mask = umask(0);  // there is no other way to read it
  umask(mask);
  return kReadWrite & ~mask;
}

}  // namespace

OutputFile::OutputFile(const FileName& file, const Streams& streams, Readers readers) : name_(file.text()) {
  struct stat status {};
  const bool is_there = stat(name_.c_str(), &status) == 0;
  if (!is_there && errno != ENOENT) throw cannot_write(name_);
  if (is_there && S_ISDIR(status.st_mode))
    throw Error::output(fmt::format("{} is a folder", quote(name_)), "name a file in it");
  const fs::path target = find_target(name_);
  if (is_there && (!S_ISREG(status.st_mode) || is_in_proc(target))) {
    spool_ = std::make_unique<Spool>(streams);
    buffer_ = std::make_unique<SpoolWriter>(*spool_);
  } else {
    unnamed_ = TemporaryFile::make(target);
    if (unnamed_) file_ = open(unnamed_->name().c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0) throw cannot_write(name_);
    if (readers == Readers::by_umask && fchmod(file_, mode_by_umask()) != 0) throw cannot_write(name_);
    buffer_ = std::make_unique<FileBuffer>(file_, std::ios::out, kBuffer);
  }
  stream_.rdbuf(buffer_.get());
  if (spool_) stream_.exceptions(std::ios::badbit);  // rethrow errors of the temporary file
}

void OutputFile::save() {
  if (spool_) return print();
  stream_.flush();
  if (!stream_) throw cannot_write(name_);
  const Naming naming = unnamed_->replace();
  if (naming == Naming::failed) throw cannot_write(name_);
  if (naming == Naming::unsynced) throw Error::output(describe_unsynced(name_));
}

void OutputFile::print() {
  file_ = open(name_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file_ < 0) throw cannot_write(name_);
  FileBuffer out{file_, std::ios::out, kBuffer};
  if (!spool_->write_to(out)) throw cannot_write(name_);
}

}  // namespace allot::cli
