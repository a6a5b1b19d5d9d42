#pragma once

#include <string>

#include "cli/streams.hpp"

namespace allot::cli {

/// Returns the command of the editor: VISUAL, else EDITOR, else vi; throws usage if there is none.
std::string find_editor(const Streams& streams);

/// Runs an editor on the terminal and waits for its end; throws invalid_input if it fails.
void run_editor(const std::string& editor, const std::string& file, const Streams& streams);

}  // namespace allot::cli
