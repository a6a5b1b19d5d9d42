#pragma once

#include <string>

#include "cli/streams.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace allot::cli {

/// The name of `app` on the command line: `group add`; `allot` for the program.
std::string command_line_of(const CLI::App& app);

/// The names of the subcommands of `app`, separated by commas.
std::string list_subcommands(const CLI::App& app);

/// The output of `-h` for `app`: its usage, its subcommands, its options and the global options.
std::string help_of(const CLI::App& app, const CLI::App& root);

/// The output of `allot -h`: every command that `caller` may run, with its one-line help.
std::string help_of_program(const CLI::App& root, Caller caller = Caller::local);

/// The message for a command line that CLI11 rejected with an error of `kind` and message `text`.
std::string explain_parse_error(const std::string& kind, const std::string& text);

}  // namespace allot::cli
