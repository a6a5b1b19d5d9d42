#include "cli/commands.hpp"

#include <algorithm>

namespace allot::cli {
namespace {

constexpr Command kCommands[] = {
    {"init", "Make a store", setup_init, InBatch::refused},
    {"group", "Make, change, move, remove and show groups", setup_group},
    {"license", "Give groups licences, change, remove and show them", setup_license},
    {"user", "Add users to groups, change, move, remove and show them", setup_user},
    {"state", "Show what is in force, left and blocked, and why", setup_state},
    {"catalog", "The counted resources and features that licences can hold", setup_catalog},
    {"import", "Bring a hierarchy from YAML files into the store", setup_import},
    {"diff", "Show what an import would change", setup_diff},
    {"export", "Write a hierarchy as YAML", setup_export},
    {"batch", "Run many commands as one transaction", setup_batch, InBatch::refused},
    {"check", "Prove the store whole and valid", setup_check},
    {"backup", "Copy the store while others write", setup_backup, InBatch::refused},
    {"completion", "Print the completion script of a shell", setup_completion},
    {"help", "Open a manual page", setup_help},
    {"__complete", "Complete a command line", setup_complete, InBatch::refused, true},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& each) { return each.name == name; });
  return found == std::end(kCommands) ? nullptr : &*found;
}

}  // namespace allot::cli
