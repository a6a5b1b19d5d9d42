#pragma once

#include <span>
#include <string_view>

namespace allot::cli {

class Verb;

/// Whether a command may stand in a line of a batch.
enum class InBatch { allowed, refused };

/// Whether a command may be given to a shell, by someone who has no account on this machine.
enum class InShell { refused, allowed };

/// One command: its word, its one-line help and what sets it up.
struct Command {
  std::string_view name;
  std::string_view help;
  void (*setup)(const Verb& command);
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
void setup_init(const Verb& command);
void setup_group(const Verb& command);
void setup_license(const Verb& command);
void setup_user(const Verb& command);
void setup_state(const Verb& command);
void setup_catalog(const Verb& command);
void setup_import(const Verb& command);
void setup_diff(const Verb& command);
void setup_export(const Verb& command);
void setup_batch(const Verb& command);
void setup_log(const Verb& command);
void setup_undo(const Verb& command);
void setup_remind(const Verb& command);
void setup_template(const Verb& command);
void setup_check(const Verb& command);
void setup_backup(const Verb& command);
void setup_shell(const Verb& command);
void setup_completion(const Verb& command);
void setup_help(const Verb& command);
void setup_complete(const Verb& command);

}  // namespace allot::cli
