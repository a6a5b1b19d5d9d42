#include "cli/output/pager.hpp"

namespace allot::cli {

Pager::Pager(const std::string& command)
    : pipe_(popen(command.c_str(), "we")), buffer_(pipe_), stream_(pipe_ != nullptr ? &buffer_ : nullptr) {}

Pager::~Pager() {
  if (pipe_ == nullptr) return;
  stream_.flush();
  pclose(pipe_);
}

int Pager::Buffer::overflow(int c) {
  if (c == traits_type::eof()) return traits_type::not_eof(c);
  return std::fputc(c, file_);
}

std::streamsize Pager::Buffer::xsputn(const char* text, std::streamsize size) {
  return static_cast<std::streamsize>(std::fwrite(text, 1, static_cast<std::size_t>(size), file_));
}

int Pager::Buffer::sync() { return std::fflush(file_) == 0 ? 0 : -1; }

}  // namespace allot::cli
