#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace allot::cli {

/// Runs the command line `arguments` (without the program's name) and gives the exit status; errors end here.
int run(const std::vector<std::string>& arguments, Streams& streams);

/// Runs `work` and gives its exit status once what it printed is written; prints what it throws, as JSON where
/// `is_json` says so then, and gives the exit status of that.
int run_and_report(Streams& streams, const std::function<bool()>& is_json, const std::function<int()>& work);

/// What is done where `arguments` name no command: the version, the help, or an error.
int run_without_command(const std::vector<std::string>& arguments, Streams& streams);

/// Whether the command line `arguments` wants errors as JSON, known even where it cannot be parsed.
bool wants_json(const std::vector<std::string>& arguments);

}  // namespace allot::cli
