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
    {"log", "Show who changed what, and when", setup_log},
    {"undo", "Take back what an entry of the log changed", setup_undo},
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

}  // namespace allot::cli
