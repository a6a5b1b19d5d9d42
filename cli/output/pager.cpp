#include "cli/output/pager.hpp"

#include <unistd.h>

#include <algorithm>

namespace allot::cli {

bool can_run(const std::string& command, const std::string& path) {
  const std::string word = command.substr(0, command.find(' '));
  if (word.empty()) return false;
  if (word.find_first_of("/=$`'\"\\(){}[]|&;<>*?~#!%") != std::string::npos) return true;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t end = std::min(path.find(':', from), path.size());
    if (access((path.substr(from, end - from) + '/' + word).c_str(), X_OK) == 0) return true;
    from = end + 1;
  }
  return false;
}

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
