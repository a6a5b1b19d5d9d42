#pragma once

#include <string>

#include "cli/streams.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace allot::cli {

/// The words that name `app` on the command line: `group add`; `allot` for the program.
std::string command_line_of(const CLI::App& app);

/// The names of the subcommands of `app`, by commas.
std::string list_subcommands(const CLI::App& app);

/// What `-h` prints for `app`: its usage, its verbs, its options and the global ones.
std::string help_of(const CLI::App& app, const CLI::App& root);

/// What `allot -h` prints: every command that `caller` may give with its one-line help.
std::string help_of_program(const CLI::App& root, Caller caller = Caller::local);

/// The message for a command line that CLI11 refused with an error of `kind` that says `text`.
std::string explain_parse_error(const std::string& kind, const std::string& text);

}  // namespace allot::cli
