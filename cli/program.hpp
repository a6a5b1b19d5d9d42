#pragma once

namespace allot::cli {

/// Runs the program with the arguments of main and returns its exit status.
int run_program(int argc, char** argv);

}  // namespace allot::cli
