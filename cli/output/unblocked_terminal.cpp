#include "cli/output/unblocked_terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace allot::cli {

UnblockedTerminal::Buffer::~Buffer() {
  if (file_ >= 0) close(file_);
}

UnblockedTerminal::Buffer::int_type UnblockedTerminal::Buffer::overflow(int_type c) {
  if (!traits_type::eq_int_type(c, traits_type::eof())) text_ += traits_type::to_char_type(c);
  return traits_type::not_eof(c);
}

std::streamsize UnblockedTerminal::Buffer::xsputn(const char* bytes, std::streamsize size) {
  text_.append(bytes, static_cast<std::size_t>(size));
  return size;
}

int UnblockedTerminal::Buffer::sync() {
  if (file_ < 0) {
    file_ = ::open(fmt::format("/proc/self/fd/{}", of_).c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }
  if (file_ >= 0) [[maybe_unused]]
    const ssize_t count = ::write(file_, text_.data(), text_.size());
  text_.clear();
  return 0;
}

}  // namespace allot::cli
