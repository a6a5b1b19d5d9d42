#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} * 1024;

Error cannot_write(const std::string& name) {
  return Error::output(fmt::format("{} cannot be written: {}", quote(name), std::strerror(errno)));
}

}  // namespace

OutputFile::OutputFile(const std::string& name) : name_(name), unnamed_(name + ".XXXXXX") {
  file_ = mkostemp(unnamed_.data(), O_CLOEXEC);
  if (file_ < 0) throw cannot_write(name_);
  buffer_ = std::make_unique<__gnu_cxx::stdio_filebuf<char>>(file_, std::ios::out, kBuffer);
  stream_.rdbuf(buffer_.get());
}

OutputFile::~OutputFile() {
  if (!unnamed_.empty()) unlink(unnamed_.c_str());
}

void OutputFile::save() {
  stream_.flush();
  if (!stream_ || fsync(file_) != 0 || std::rename(unnamed_.c_str(), name_.c_str()) != 0) throw cannot_write(name_);
  unnamed_.clear();
}

}  // namespace allot::cli
