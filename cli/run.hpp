#pragma once

#include <string>
#include <vector>

#include "cli/streams.hpp"

namespace allot::cli {

/// Runs the command line `arguments` (without the program's name) and gives the exit status; errors end here.
int run(const std::vector<std::string>& arguments, Streams& streams);

}  // namespace allot::cli
