#pragma once

#include <span>
#include <string_view>

namespace allot::cli {

class Parser;

/// Whether a command may stand in a line of a batch.
enum class InBatch { allowed, refused };

/// One command: its word, its one-line help and what sets up its verbs.
struct Command {
  std::string_view name;
  std::string_view help;
  void (*setup)(Parser& parser);
  InBatch in_batch = InBatch::allowed;
  bool is_hidden = false;
};

/// Every command, in the order of the help. To add one: CONTRIBUTING.md, Adding a command.
std::span<const Command> commands();

/// The command whose word is `name`; null if there is none.
const Command* find_command(std::string_view name);

// One function for each file of cli/commands.
void setup_init(Parser& parser);
void setup_group(Parser& parser);
void setup_license(Parser& parser);
void setup_user(Parser& parser);
void setup_state(Parser& parser);
void setup_catalog(Parser& parser);
void setup_import(Parser& parser);
void setup_diff(Parser& parser);
void setup_export(Parser& parser);
void setup_batch(Parser& parser);
void setup_check(Parser& parser);
void setup_backup(Parser& parser);
void setup_completion(Parser& parser);
void setup_help(Parser& parser);
void setup_complete(Parser& parser);

}  // namespace allot::cli
