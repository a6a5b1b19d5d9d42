#include "cli/program.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <new>
#include <string_view>

#include "cli/confinement.hpp"
#include "cli/edited_file.hpp"
#include "cli/exit_code.hpp"
#include "cli/program_files.hpp"
#include "cli/run.hpp"
#include "libcore/access/engine.hpp"
#include "libcore/base/temporary_file.hpp"
#include "libcore/storage/location.hpp"

namespace allot::cli {
namespace {

Day local_day() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &local);
  return *Day::parse(text);
}

std::optional<std::string> find_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

/// Opens /dev/null on closed standard descriptors, so that a store is never opened on one of them.
void hold_standard_files() {
  for (int file = open("/dev/null", O_RDWR); file >= 0 && file <= STDERR_FILENO; file = dup(file)) {
  }
}

/// Removes the temporary files, then ends the program by the signal.
void end_tidily(int signal) {
  remove_temporary_files();
  name_edited_file();
  std::raise(signal);
}

void tidy_up_when_ended() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action.sa_handler = end_tidily;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

bool is_open(int file) { return fcntl(file, F_GETFD) != -1 || errno != EBADF; }

int run_commands(int argc, char** argv) {
  const bool has_input = is_open(STDIN_FILENO);
  const bool has_output = is_open(STDOUT_FILENO);
  hold_standard_files();
  std::signal(SIGPIPE, SIG_DFL);  // a closed pipe ends the program silently, even if the parent ignores SIGPIPE
  std::signal(SIGXFSZ, SIG_IGN);  // exceeding a file-size limit becomes an error like a full disk
  mallopt(M_MXFAST, 0);           // fast bins would consolidate SQLite's pages each time, a tenth of an import
  tidy_up_when_ended();
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  if (!has_input) std::cin.setstate(std::ios::badbit);
  if (!has_output) std::cout.setstate(std::ios::badbit);
  Streams streams{std::cin,      std::cout,     std::cerr, STDOUT_FILENO,
                  STDERR_FILENO, find_variable, local_day, [] { return std::int64_t{std::time(nullptr)}; }};
  streams.in_fd = STDIN_FILENO;
  streams.confine = confine_process;
  streams.run_server_program = [&](const Streams& now) { run_server_program(argv, now); };
  if (!tune_process()) {
    std::cerr << "allot: SQLite refuses the settings of the process\n";
    return static_cast<int>(ExitCode::internal);
  }
  return run({argv + 1, argv + argc}, streams);
}

}  // namespace

int run_program(int argc, char** argv) {
  try {
    return run_commands(argc, argv);
  } catch (const std::bad_alloc&) {
    // Thrown before run(), or again during its report: the following code allocates no memory.
    constexpr std::string_view kMessage = "allot: out of memory\n";
    static_cast<void>(!write(STDERR_FILENO, kMessage.data(), kMessage.size()));
    return static_cast<int>(ExitCode::internal);
  }
}

}  // namespace allot::cli
