#include "libexec/allot-mail/sendmail.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"
#include "libexec/allot-mail/descriptor.hpp"

namespace allot::mail {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptComplaint = 4096;
constexpr std::int64_t kLookMilliseconds = 20;

struct Pipe {
  Descriptor out;
  Descriptor in;
};

/// A pipe with a non-blocking read end.
std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  Pipe made{Descriptor{ends[0]}, Descriptor{ends[1]}};
  if (fcntl(made.out.number(), F_SETFL, O_NONBLOCK) != 0) return std::nullopt;
  return made;
}

/// An unnamed file with the content `text`, positioned at its start; not open, with errno set, on failure.
Descriptor make_input(std::string_view text) {
  Descriptor file{memfd_create("mail", MFD_CLOEXEC)};
  if (!file.is_open() || !write_all(file.number(), text) || lseek(file.number(), 0, SEEK_SET) != 0) file = Descriptor{};
  return file;
}

/// Starts the program in its own process group with default signal handling; returns 0 or an errno number.
int spawn(pid_t& child, const std::string& program, const Delivery& delivery, int input, int complaints) {
  std::array<std::string, 6> words{program, "-i", "-f", delivery.from, "--", delivery.to};
  std::array<char*, 7> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const int fault = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return fault;
}

/// A descriptor that becomes readable at the end of `child`.
int open_process(pid_t child) {
  return static_cast<int>(syscall(SYS_pidfd_open, child, 0U));  // glibc 2.36 declares its function for C only
}

/// A running program: its messages are read until it ends or the deadline passes.
class Run {
 public:
  Run(pid_t child, Descriptor complaints)
      : child_(child), end_(open_process(child)), complaints_(std::move(complaints)) {}

  /// The status from waitpid; nullopt if the program was killed at the deadline, or if there is no status.
  std::optional<int> finish(Clock::time_point deadline) {
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(child_, &status, WNOHANG)) == 0) {
      if (Clock::now() >= deadline) {
        kill(-child_, SIGKILL);
        waitpid(child_, &status, 0);
        return std::nullopt;
      }
      await_something(deadline);
      listen();
    }
    listen();
    return ended == child_ ? std::optional{status} : std::nullopt;
  }

  /// The last non-empty line of its messages.
  std::string complaint() const {
    const std::size_t end = said_.find_last_not_of(" \t\r\n") + 1;
    const std::size_t begin = end == 0 ? 0 : said_.find_last_of("\r\n", end - 1) + 1;
    return said_.substr(begin, end - begin);
  }

 private:
  void await_something(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    // Without pidfd, poll for the end of the process.
    const auto most = end_.is_open() ? left : std::min<std::int64_t>(left, kLookMilliseconds);
    std::array<pollfd, 2> files{pollfd{end_.number(), POLLIN, 0}, pollfd{complaints_.number(), POLLIN, 0}};
    poll(files.data(), files.size(), static_cast<int>(std::max<std::int64_t>(most, 0)));
  }

  void listen() {
    std::array<char, 1024> block{};
    for (ssize_t got = 1; complaints_.is_open() && got > 0;) {
      got = read(complaints_.number(), block.data(), block.size());
      if (got > 0) said_.append(block.data(), static_cast<std::size_t>(got));
      if (said_.size() > kKeptComplaint) said_.erase(0, said_.size() - kKeptComplaint);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) complaints_.close();
    }
  }

  pid_t child_;
  Descriptor end_;
  Descriptor complaints_;
  std::string said_;
};

/// Maps the exit status of a program by sysexits(3).
DeliveryStatus fate_of(int exit_status) {
  switch (exit_status) {
    case EX_OK:
      return DeliveryStatus::delivered;
    case EX_DATAERR:
    case EX_NOUSER:
    case EX_NOHOST:
      return DeliveryStatus::refused;
    default:
      return DeliveryStatus::deferred;
  }
}

}  // namespace

Sendmail::Sendmail(std::string program, int timeout) : program_(std::move(program)), timeout_(timeout) {
  struct stat found {};
  const bool is_path = program_.starts_with('/') && program_.find('\0') == std::string::npos;
  if (!is_path || stat(program_.c_str(), &found) != 0 || !S_ISREG(found.st_mode) ||
      access(program_.c_str(), X_OK) != 0) {
    throw Error::usage(fmt::format("{} is not the absolute path of a program", quote(program_)));
  }
}

DeliveryOutcome Sendmail::deliver(const Delivery& delivery) {
  // The input is complete before the program starts, so that the program never sends a part of a mail.
  const Descriptor input = make_input(with_line_feeds(delivery.message));
  if (!input.is_open()) return {DeliveryStatus::deferred, 0, fault_of("no file for the mail can be made", errno)};
  auto complaints = make_pipe();
  if (!complaints) return {DeliveryStatus::deferred, 0, fault_of("no pipe can be made", errno)};
  pid_t child = 0;
  if (const int fault = spawn(child, program_, delivery, input.number(), complaints->in.number())) {
    return {DeliveryStatus::deferred, 0, fault_of(fmt::format("{} cannot be run", quote(program_)), fault)};
  }
  complaints->in.close();
  Run run{child, std::move(complaints->out)};
  const auto status = run.finish(Clock::now() + std::chrono::seconds{timeout_});
  if (!status)
    return {DeliveryStatus::unknown, 0, fmt::format("{} was not seen to end within {} s", quote(program_), timeout_)};
  std::string answer = run.complaint();
  if (WIFSIGNALED(*status)) {
    const int signal = WTERMSIG(*status);
    return {DeliveryStatus::unknown, 0, fmt::format("{} was ended by signal {}: {}", quote(program_), signal, answer)};
  }
  const int exit_status = WEXITSTATUS(*status);
  if (answer.empty()) answer = fmt::format("{} ended with status {}", quote(program_), exit_status);
  return {fate_of(exit_status), exit_status, std::move(answer)};
}

}  // namespace allot::mail
