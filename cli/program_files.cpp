#include "cli/program_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "cli/version.hpp"
#include "libcore/base/text.hpp"

extern char** environ;

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

/// Restores the closed descriptors of this process, on which its own /dev/null is open, so that the program that
/// replaces it finds them closed too.
void close_missing(const Streams& streams) {
  if (streams.in.bad()) close(STDIN_FILENO);
  if (!streams.out) close(STDOUT_FILENO);
}

}  // namespace

fs::path find_program(std::error_code& failure) {
  fs::path own = fs::read_symlink("/proc/self/exe", failure);
  const fs::path server{kServerProgram};
  if (failure || own.filename() != server.filename()) return own;
  return (own.parent_path() / kProgramFromServerProgram).lexically_normal();
}

bool has_server_program() {
  std::error_code failure;
  const fs::path own = find_program(failure);
  return !failure && access((own.parent_path() / kServerProgram).lexically_normal().c_str(), X_OK) == 0;
}

void run_server_program(char** argv, const Streams& streams) {
  std::error_code failure;
  const fs::path own = fs::read_symlink("/proc/self/exe", failure);
  if (failure) throw Error::store(fmt::format("cannot find allot-postgresql: /proc/self/exe: {}", failure.message()));
  const std::string program = (own.parent_path() / kServerProgram).lexically_normal().string();
  std::vector<std::string> kept;
  std::vector<char*> environment;
  if (streams.caller == Caller::remote) {
    for (const char* const name : {"HOME", "SSH_ORIGINAL_COMMAND"}) {
      if (const auto value = streams.find_variable(name)) kept.push_back(fmt::format("{}={}", name, *value));
    }
    for (std::string& variable : kept) environment.push_back(variable.data());
    environment.push_back(nullptr);
  }
  if (access(program.c_str(), X_OK) == 0) {
    close_missing(streams);
    execve(program.c_str(), argv, environment.empty() ? environ : environment.data());
  }
  if (errno == ENOENT) {
    throw Error::store("the store is on a PostgreSQL server, which the program allot-postgresql is needed for",
                       "install the package allot-postgresql");
  }
  throw Error::store(fmt::format("cannot start {}: {}", quote(program), std::strerror(errno)),
                     "install the package allot-postgresql again");
}

}  // namespace allot::cli
