#pragma once

#include <span>
#include <string_view>

namespace allot::cli {

class Subcommand;

/// Whether a command may stand in a line of a batch.
enum class InBatch { allowed, refused };

/// Whether a command may be given to a shell, by someone who has no account on this machine.
enum class InShell { refused, allowed };

/// One command: its word, its one-line help and what sets it up.
struct Command {
  std::string_view name;
  std::string_view help;
  void (*setup)(const Subcommand& command);
  InShell in_shell;
  InBatch in_batch = InBatch::allowed;
  bool is_hidden = false;
};

/// Every command, in the order of the help. To add one: CONTRIBUTING.md, Adding a command.
std::span<const Command> commands();

/// The command whose word is `name`; null if there is none.
const Command* find_command(std::string_view name);

/// The same; throws usage if there is none.
const Command& get_command(const std::string& name);

/// Throws usage where a remote caller may not give `command`.
void require_in_shell(const Command& command);

// One function for each file of cli/commands.
void setup_init(const Subcommand& command);
void setup_group(const Subcommand& command);
void setup_license(const Subcommand& command);
void setup_user(const Subcommand& command);
void setup_state(const Subcommand& command);
void setup_catalog(const Subcommand& command);
void setup_import(const Subcommand& command);
void setup_diff(const Subcommand& command);
void setup_export(const Subcommand& command);
void setup_batch(const Subcommand& command);
void setup_log(const Subcommand& command);
void setup_undo(const Subcommand& command);
void setup_remind(const Subcommand& command);
void setup_template(const Subcommand& command);
void setup_check(const Subcommand& command);
void setup_backup(const Subcommand& command);
void setup_shell(const Subcommand& command);
void setup_completion(const Subcommand& command);
void setup_help(const Subcommand& command);
void setup_complete(const Subcommand& command);

}  // namespace allot::cli
