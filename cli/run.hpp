#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace allot::cli {

/// Runs the command line `arguments` (without the program name) and returns the exit status; throws no errors.
int run(const std::vector<std::string>& arguments, Streams& streams);

/// Runs `work`, writes its output and returns its exit status. Prints an error that `work` throws, as JSON if
/// `is_json` returns true at that time, and returns the exit status of the error.
int run_and_report(Streams& streams, const std::function<bool()>& is_json, const std::function<int()>& work);

/// Handles `arguments` without a command: prints the version or the help, or throws an error.
int run_without_command(const std::vector<std::string>& arguments, Streams& streams);

/// Whether the command line `arguments` requests errors as JSON, even if it cannot be parsed.
bool wants_json(const std::vector<std::string>& arguments);

}  // namespace allot::cli
