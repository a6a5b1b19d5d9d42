#include "cli/editor.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/output/pager.hpp"
#include "libcore/base/text.hpp"

extern char** environ;

namespace allot::cli {
namespace {

/// Ignores the signals of the keyboard, which are meant for the editor, and gives them back.
class IgnoredKeys {
 public:
  IgnoredKeys() {
    struct sigaction ignored {};
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignored, &interrupt_);
    sigaction(SIGQUIT, &ignored, &quit_);
  }
  ~IgnoredKeys() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
  }
  IgnoredKeys(const IgnoredKeys&) = delete;
  IgnoredKeys& operator=(const IgnoredKeys&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

/// Starts a shell command with the standard signals and the terminal as its output; returns an error number or 0.
int start(const std::string& editor, const std::string& file, const Streams& streams, pid_t& process) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  if (isatty(streams.out_fd) == 0) posix_spawn_file_actions_adddup2(&files, streams.err_fd, STDOUT_FILENO);
  sigset_t standard;
  sigemptyset(&standard);
  for (const int signal : {SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ}) sigaddset(&standard, signal);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::string words[] = {"sh", "-c", editor + " \"$@\"", editor, file};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), words[4].data(), nullptr};
  const int failure = posix_spawn(&process, "/bin/sh", &files, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return failure;
}

}  // namespace

std::string find_editor(const Streams& streams) {
  for (const char* const name : {"VISUAL", "EDITOR"}) {
    const auto editor = streams.find_variable(name);
    if (editor && !editor->empty()) return *editor;
  }
  if (can_run("vi", streams.find_variable("PATH").value_or(""))) return "vi";
  throw Error::usage("there is no editor", "name one in the variable VISUAL or EDITOR");
}

void run_editor(const std::string& editor, const std::string& file, const Streams& streams) {
  const IgnoredKeys ignored;
  pid_t process = 0;
  if (const int failure = start(editor, file, streams, process); failure != 0) {
    throw Error::invalid_input(fmt::format("cannot start the editor {}: {}", quote(editor), std::strerror(failure)));
  }
  int status = 0;
  while (waitpid(process, &status, 0) == -1 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string end = WIFEXITED(status) ? fmt::format("failed with exit status {}", WEXITSTATUS(status))
                                            : fmt::format("was ended by signal {}", WTERMSIG(status));
  throw Error::invalid_input(fmt::format("the editor {} {}; nothing is saved", quote(editor), end));
}

}  // namespace allot::cli
