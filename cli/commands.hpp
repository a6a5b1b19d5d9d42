#pragma once

#include <span>
#include <string_view>

namespace allot::cli {

class Subcommand;

/// Whether a command is allowed in a batch.
enum class InBatch { allowed, refused };

/// Whether a command is allowed in a shell, that is for a caller without an account on this machine.
enum class InShell { refused, allowed };

/// A command: its name, its one-line help and its setup function.
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

/// The command `name`; null if it does not exist.
const Command* find_command(std::string_view name);

/// The command `name`; throws usage if it does not exist.
const Command& get_command(const std::string& name);

/// Throws usage if `command` is not allowed for a remote caller.
void require_in_shell(const Command& command);

// One function for each file of cli/commands.
void setup_init(const Subcommand& command);
void setup_group(const Subcommand& command);
void setup_license(const Subcommand& command);
void setup_user(const Subcommand& command);
void setup_state(const Subcommand& command);
void setup_entitlements(const Subcommand& command);
void setup_find(const Subcommand& command);
void setup_rebalance(const Subcommand& command);
void setup_report(const Subcommand& command);
void setup_metrics(const Subcommand& command);
void setup_catalog(const Subcommand& command);
void setup_import(const Subcommand& command);
void setup_diff(const Subcommand& command);
void setup_export(const Subcommand& command);
void setup_edit(const Subcommand& command);
void setup_batch(const Subcommand& command);
void setup_log(const Subcommand& command);
void setup_undo(const Subcommand& command);
void setup_remind(const Subcommand& command);
void setup_template(const Subcommand& command);
void setup_check(const Subcommand& command);
void setup_backup(const Subcommand& command);
void setup_restore(const Subcommand& command);
void setup_shell(const Subcommand& command);
void setup_completion(const Subcommand& command);
void setup_help(const Subcommand& command);
void setup_complete(const Subcommand& command);

}  // namespace allot::cli
