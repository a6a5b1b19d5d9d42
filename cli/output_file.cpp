#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBuffer = std::size_t{64} * 1024;
constexpr int kMostLinks = 40;

Error cannot_write(const std::string& name) {
  return Error::output(fmt::format("{} cannot be written: {}", quote(name), std::strerror(errno)));
}

bool is_in_proc(const fs::path& folder) { return folder.native().starts_with("/proc/"); }

/// The file that `name` leads to through symbolic links, whether it is there or not; what a process has open, as
/// /dev/stdout is, leads no further.
fs::path follow_links(fs::path name) {
  std::error_code failure;
  for (int links = 0; links < kMostLinks; ++links) {
    const fs::path folder = fs::canonical(fs::absolute(name).parent_path(), failure);
    if (failure) break;
    name = folder / name.filename();
    if (is_in_proc(folder) || !fs::is_symlink(name, failure)) break;
    name = folder / fs::read_symlink(name, failure);
  }
  return name;
}

}  // namespace

OutputFile::OutputFile(const FileName& file) : name_(file.text()) {
  const std::string& name = name_;
  struct stat status {};
  const bool is_there = stat(name.c_str(), &status) == 0;
  if (!is_there && errno != ENOENT) throw cannot_write(name_);
  if (is_there && S_ISDIR(status.st_mode)) throw Error::output(fmt::format("{} is a folder", quote(name)));
  const fs::path target = follow_links(name);
  if (is_there && (!S_ISREG(status.st_mode) || is_in_proc(target))) {
    file_ = open(name.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  } else {
    unnamed_ = TemporaryFile::make(target);
    if (unnamed_) file_ = open(unnamed_->name().c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (file_ < 0) throw cannot_write(name_);
  buffer_ = std::make_unique<__gnu_cxx::stdio_filebuf<char>>(file_, std::ios::out, kBuffer);
  stream_.rdbuf(buffer_.get());
}

void OutputFile::save() {
  stream_.flush();
  if (!stream_) throw cannot_write(name_);
  if (unnamed_ && (fsync(file_) != 0 || !unnamed_->replace())) throw cannot_write(name_);
}

}  // namespace allot::cli
