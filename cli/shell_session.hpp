#pragma once

#include "cli/context.hpp"

namespace allot::cli {

/// Restricts `streams` to those of a remote caller: only the command of the environment, no files, no terminal, and
/// a process with resource limits.
void seal(Streams& streams);

/// Runs the command that OpenSSH passes or, without a command, each line of standard input, as the actor of the sealed
/// context `shell`. Returns the exit status; for lines, the status of the last line that failed.
int serve(Context& shell);

}  // namespace allot::cli
