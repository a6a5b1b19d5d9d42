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

Error cannot_write(const std::string& name) {
  return Error::output(fmt::format("{} cannot be written: {}", quote(name), std::strerror(errno)));
}

bool is_in_proc(const fs::path& file) { return file.native().starts_with("/proc/"); }

fs::path find_target(const std::string& name) {
  std::error_code failure;
  fs::path target = follow_links(name, failure);
  if (failure) throw Error::output(fmt::format("{} cannot be written: {}", quote(name), failure.message()));
  return target;
}

}  // namespace

OutputFile::OutputFile(const FileName& file, const Streams& streams) : name_(file.text()) {
  struct stat status {};
  const bool is_there = stat(name_.c_str(), &status) == 0;
  if (!is_there && errno != ENOENT) throw cannot_write(name_);
  if (is_there && S_ISDIR(status.st_mode)) throw Error::output(fmt::format("{} is a folder", quote(name_)));
  const fs::path target = find_target(name_);
  if (is_there && (!S_ISREG(status.st_mode) || is_in_proc(target))) {
    spool_ = std::make_unique<Spool>(streams);
    buffer_ = std::make_unique<SpoolWriter>(*spool_);
  } else {
    unnamed_ = TemporaryFile::make(target);
    if (unnamed_) file_ = open(unnamed_->name().c_str(), O_WRONLY | O_CLOEXEC);
    if (file_ < 0) throw cannot_write(name_);
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
