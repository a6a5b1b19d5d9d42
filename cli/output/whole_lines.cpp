#include "cli/output/whole_lines.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>

namespace allot::cli {
namespace {

constexpr int kReaderPatience = 1000;  // milliseconds
constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};

}  // namespace

WholeLines::WholeLines(int file) : file_(file) {
  sigemptyset(&ending_);
  for (const int signal : kEndingSignals) sigaddset(&ending_, signal);
}

WholeLines::~WholeLines() { admit_signals(); }

void WholeLines::hold_signals() {
  if (!is_holding_) sigprocmask(SIG_BLOCK, &ending_, &admitted_);
  is_holding_ = true;
}

void WholeLines::admit_signals() {
  if (is_holding_) sigprocmask(SIG_SETMASK, &admitted_, nullptr);
  is_holding_ = false;
}

bool WholeLines::has_pending_signal() const {
  sigset_t pending;
  sigpending(&pending);
  return std::any_of(std::begin(kEndingSignals), std::end(kEndingSignals),
                     [&](int signal) { return sigismember(&pending, signal) == 1; });
}

WholeLines::int_type WholeLines::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char character = traits_type::to_char_type(c);
  return xsputn(&character, 1) == 1 ? c : traits_type::eof();
}

std::streamsize WholeLines::xsputn(const char* bytes, std::streamsize size) {
  std::string_view rest{bytes, static_cast<std::size_t>(size)};
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::size_t count = end == std::string_view::npos ? rest.size() : end + 1;
    hold_signals();
    if (!write_piece(rest.data(), count)) {
      admit_signals();
      return size - static_cast<std::streamsize>(rest.size());
    }
    if (end != std::string_view::npos) admit_signals();
    rest.remove_prefix(count);
  }
  return size;
}

/// Writes no more at a time than a pipe that is ready accepts at once, so that no signal waits for a reader.
bool WholeLines::write_piece(const char* bytes, std::size_t size) {
  while (size > 0) {
    pollfd output{file_, POLLOUT, 0};
    if (poll(&output, 1, kReaderPatience) <= 0) {
      if (!has_pending_signal()) continue;
      admit_signals();
      hold_signals();
      continue;
    }
    const ssize_t count = write(file_, bytes, std::min<std::size_t>(size, PIPE_BUF));
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace allot::cli
