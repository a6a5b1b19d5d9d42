#pragma once

#include <filesystem>
#include <system_error>

#include "cli/streams.hpp"

namespace allot::cli {

/// The file of the program allot, also in allot-postgresql, which runs in its place. `failure` is set if the running
/// program cannot be found.
std::filesystem::path find_program(std::error_code& failure);

/// Whether the program for stores on PostgreSQL servers is installed.
bool has_server_program();

/// Replaces the program by allot-postgresql with the same arguments; `argv` is that of main. For a remote caller its
/// environment has only what the shell uses. Throws store if it cannot be started.
void run_server_program(char** argv, const Streams& streams);

}  // namespace allot::cli
