#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/streams.hpp"

namespace allot::cli {

/// Runs the command line `arguments` (without the program's name) and gives the exit status; errors end here.
int run(const std::vector<std::string>& arguments, Streams& streams);

/// Runs one line of a batch as a part of `write`, and prints on `out`; throws what is wrong with it.
int run_line(const std::vector<std::string>& arguments, Context& batch, Write& write, std::ostream& out);

}  // namespace allot::cli
