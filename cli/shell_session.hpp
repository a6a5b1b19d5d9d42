#pragma once

#include "cli/context.hpp"

namespace allot::cli {

/// Makes of `streams` those of a remote caller: no environment but its command, no files, no terminal, a process that
/// is bounded.
void seal(Streams& streams);

/// Runs the command that OpenSSH passes on or, where there is none, each line of standard input, for the one whom the
/// sealed context `shell` acts as, and gives the exit status: for lines that of the last one that failed.
int serve(Context& shell);

}  // namespace allot::cli
