#pragma once

#include <string>
#include <vector>

#include "cli/candidates.hpp"
#include "cli/context.hpp"
#include "cli/partial_line.hpp"

namespace allot::cli {

/// Finds the candidates for the word at the cursor of `line`; none if the line has an error.
Candidates complete_line(const PartialLine& line, Context& context);

}  // namespace allot::cli
