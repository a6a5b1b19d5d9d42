#include "cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libcore/base/error.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr Command kCommands[] = {
    {"init", "Create a store", setup_init, InShell::refused, InBatch::refused},
    {"group", "Create, change, move, remove and show groups", setup_group, InShell::allowed},
    {"license", "Add, change, remove and show licences", setup_license, InShell::allowed},
    {"user", "Add, change, move, remove and show users", setup_user, InShell::allowed},
    {"state", "Show limits, usage and what blocks them", setup_state, InShell::allowed},
    {"entitlements", "Show what users are entitled to from a subtree", setup_entitlements, InShell::allowed},
    {"find", "Find groups, licences and users by a part of their names", setup_find, InShell::allowed},
    {"rebalance", "Plan how more of a resource becomes available in a group", setup_rebalance, InShell::allowed},
    {"report", "Write a report of a subtree as an HTML page", setup_report, InShell::allowed},
    {"metrics", "Write figures of groups for Prometheus", setup_metrics, InShell::allowed},
    {"catalog", "Add, remove and list counted resources and features", setup_catalog, InShell::allowed},
    {"import", "Import a hierarchy from YAML files", setup_import, InShell::allowed},
    {"diff", "Show what an import would change", setup_diff, InShell::allowed},
    {"export", "Write a hierarchy as YAML", setup_export, InShell::allowed},
    {"edit", "Change a hierarchy in an editor", setup_edit, InShell::refused, InBatch::refused},
    {"batch", "Run many commands as one transaction", setup_batch, InShell::allowed, InBatch::refused},
    {"log", "Show the log of changes", setup_log, InShell::allowed},
    {"undo", "Revert the changes of a log entry", setup_undo, InShell::allowed},
    {"remind", "Show or send reminder mails", setup_remind, InShell::allowed, InBatch::refused},
    {"template", "Show and change the mail templates", setup_template, InShell::allowed},
    {"check", "Check the integrity of the store", setup_check, InShell::allowed},
    {"backup", "Copy the store while it is in use", setup_backup, InShell::refused, InBatch::refused},
    {"restore", "Fill a database on a server from a copy", setup_restore, InShell::refused, InBatch::refused},
    {"shell", "Serve an administrator over OpenSSH", setup_shell, InShell::refused, InBatch::refused},
    {"completion", "Print the completion script of a shell", setup_completion, InShell::refused},
    {"help", "Open a manual page", setup_help, InShell::allowed},
    {"__complete", "Complete a command line", setup_complete, InShell::refused, InBatch::refused, true},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& each) { return each.name == name; });
  return found == std::end(kCommands) ? nullptr : &*found;
}

const Command& get_command(const std::string& name) {
  if (const Command* const command = find_command(name)) return *command;
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (!command.is_hidden) names.emplace_back(command.name);
  }
  const auto nearest = find_nearest(name, names);
  throw Error::usage(fmt::format("there is no command {}", quote(name)),
                     nearest ? fmt::format("did you mean {}?", *nearest) : "`allot -h` lists the commands");
}

void require_in_shell(const Command& command) {
  if (command.in_shell == InShell::allowed) return;
  throw Error::usage(fmt::format("{} cannot be given here", command.name), "`help` lists the commands that can");
}

}  // namespace allot::cli
