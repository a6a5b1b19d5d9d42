#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/program_files.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

extern char** environ;

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

/// The manual page of `topic`, and its section; nullopt if there is no page.
std::optional<std::pair<std::string, char>> find_page(const std::string& topic) {
  if (topic == "allot") return std::pair{topic, '1'};
  if (topic == "hierarchy") return std::pair{std::string{"allot-hierarchy"}, '5'};
  if (topic == "postgresql" || topic == "rules") return std::pair{"allot-" + topic, '7'};
  const Command* const command = find_command(topic);
  if (command == nullptr || command->is_hidden) return std::nullopt;
  return std::pair{"allot-" + topic, '1'};
}

/// The file of the page in the build or installation tree of the program.
std::optional<fs::path> find_file(const std::string& page, char section) {
  std::error_code failure;
  const fs::path program = find_program(failure);
  const fs::path folder = program.parent_path().parent_path() / "share" / "man" / fmt::format("man{}", section);
  for (const char* ending : {"", ".gz"}) {
    const fs::path file = folder / fmt::format("{}.{}{}", page, section, ending);
    if (fs::exists(file, failure)) return file;
  }
  return std::nullopt;
}

/// Runs `man` and returns its exit status; nullopt if the program does not exist.
std::optional<int> run_man(std::vector<std::string> arguments) {
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_t child = 0;
  if (posix_spawnp(&child, "man", nullptr, nullptr, words.data(), environ) != 0) return std::nullopt;
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/// The usage of a command or of a subcommand, or of the program if `topic` is not a command. Throws usage if the
/// subcommand does not exist.
std::string usage_of(const std::string& topic, const std::optional<std::string>& subcommand, Context& context) {
  const Caller caller = context.streams().caller;
  Parser parser{topic, {}, caller};
  const CLI::App* const named = subcommand ? &parser.get_subcommand(*subcommand) : parser.command();
  return named == nullptr ? help_of_program(parser.root(), caller) : help_of(*named, parser.root());
}

int open_page(const std::string& topic, const std::optional<std::string>& subcommand, Context& context) {
  const auto page = find_page(topic);
  if (!page) {
    std::vector<std::string> names{"hierarchy", "postgresql", "rules"};
    for (const Command& command : commands()) {
      if (!command.is_hidden) names.emplace_back(command.name);
    }
    const auto nearest = find_nearest(topic, names);
    throw Error::usage(fmt::format("there is no help on {}", quote(topic)),
                       nearest ? fmt::format("did you mean {}?", *nearest) : "`allot help` lists the commands");
  }
  const std::string usage = usage_of(topic, subcommand, context);
  if (!context.is_remote() && !context.is_in_batch()) {
    context.out().flush();
    const auto file = find_file(page->first, page->second);
    if (file && run_man({"man", "-l", file->string()}) == 0) return 0;
  }
  context.out() << usage;
  return 0;
}

struct HelpOptions {
  std::optional<std::string> topic;
  std::optional<std::string> subcommand;
};

}  // namespace

void setup_help(const Subcommand& command) {
  auto options = std::make_shared<HelpOptions>();
  command.argument("COMMAND", options->topic, "A command, hierarchy or rules");
  command.argument("SUBCOMMAND", options->subcommand, "A subcommand of the command");
  command.set_status_action([options](Context& context) {
    if (options->topic) return open_page(*options->topic, options->subcommand, context);
    context.out() << usage_of("", std::nullopt, context);
    return 0;
  });
}

}  // namespace allot::cli
