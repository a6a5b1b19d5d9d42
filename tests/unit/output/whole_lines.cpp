#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "cli/output/whole_lines.hpp"

using namespace allot::cli;

namespace {

/// Runs `write` with a writer of lines into a pipe in another process, and returns what the reader got and how the
/// process ended. The reader sends SIGTERM after the first bytes, and reads on if it `is_patient`.
std::pair<std::string, int> read_lines(const std::string& text, bool is_patient) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t writer = fork();
  if (writer == 0) {
    close(ends[0]);
    std::signal(SIGTERM, SIG_DFL);  // doctest handles it
    WholeLines lines{ends[1]};
    lines.sputn(text.data(), static_cast<std::streamsize>(text.size()));
    _exit(0);
  }
  close(ends[1]);
  std::string output;
  char bytes[1000];
  for (ssize_t count = 0; (count = read(ends[0], bytes, sizeof bytes)) > 0;) {
    if (output.empty()) kill(writer, SIGTERM);
    output.append(bytes, static_cast<std::size_t>(count));
    if (!is_patient) break;
  }
  int status = 0;
  REQUIRE(waitpid(writer, &status, 0) == writer);
  close(ends[0]);
  return {output, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

TEST_CASE("a signal takes effect after the line that is being written") {
  const std::string line = std::string(1'000'000, 'x') + '\n';
  CHECK(read_lines(line + line + line, true) == std::pair{line, SIGTERM});
}

TEST_CASE("a reader that does not read does not keep a signal away") {
  CHECK(read_lines(std::string(1'000'000, 'x') + '\n', false).second == SIGTERM);
}

TEST_CASE("lines that come in pieces are written whole") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  {
    WholeLines lines{ends[1]};
    CHECK(lines.sputn("a", 1) == 1);
    CHECK(lines.sputn("b\nc\n", 4) == 4);
    CHECK(lines.sputc('d') == 'd');
  }
  close(ends[1]);
  char bytes[16];
  CHECK(std::string(bytes, static_cast<std::size_t>(read(ends[0], bytes, sizeof bytes))) == "ab\nc\nd");
  close(ends[0]);
}

TEST_CASE("a descriptor that cannot be written is reported") {
  WholeLines lines{1'000'000};
  CHECK(lines.sputn("a\n", 2) == 0);
}

}  // namespace
