#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/verb.hpp"
#include "libcore/base/text.hpp"

extern char** environ;

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

/// The manual page that explains `topic`, and its section; nothing if there is none.
std::optional<std::pair<std::string, char>> find_page(const std::string& topic) {
  if (topic == "allot") return std::pair{topic, '1'};
  if (topic == "hierarchy") return std::pair{std::string{"allot-hierarchy"}, '5'};
  if (topic == "rules") return std::pair{std::string{"allot-rules"}, '7'};
  const Command* const command = find_command(topic);
  if (command == nullptr || command->is_hidden) return std::nullopt;
  return std::pair{"allot-" + topic, '1'};
}

/// The page's file in the tree that the running program belongs to, built or installed.
std::optional<fs::path> find_file(const std::string& page, char section) {
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  const fs::path folder = program.parent_path().parent_path() / "share" / "man" / fmt::format("man{}", section);
  for (const char* ending : {"", ".gz"}) {
    const fs::path file = folder / fmt::format("{}.{}{}", page, section, ending);
    if (fs::exists(file, failure)) return file;
  }
  return std::nullopt;
}

/// Runs `man` and gives its exit status; nothing where there is no such program.
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

/// Prints the usage of the command `topic`, or of the program where it is none.
void print_usage(const std::string& topic, Context& context) {
  const Caller caller = context.streams().caller;
  Parser parser{topic, {}, caller};
  context.out() << (parser.command() == nullptr ? help_of_program(parser.root(), caller)
                                                : help_of(*parser.command(), parser.root()));
}

int open_page(const std::string& topic, Context& context) {
  const auto page = find_page(topic);
  if (!page) {
    std::vector<std::string> names{"hierarchy", "rules"};
    for (const Command& command : commands()) {
      if (!command.is_hidden) names.emplace_back(command.name);
    }
    const auto nearest = find_nearest(topic, names);
    throw Error::usage(fmt::format("there is no help on {}", quote(topic)),
                       nearest ? fmt::format("did you mean {}?", *nearest) : "`allot help` lists the commands");
  }
  if (!context.is_remote()) {
    context.out().flush();
    const auto file = find_file(page->first, page->second);
    if (file && run_man({"man", "-l", file->string()}) == 0) return 0;
  }
  print_usage(topic, context);
  return 0;
}

}  // namespace

void setup_help(const Verb& command) {
  auto topic = std::make_shared<std::optional<std::string>>();
  command.argument("COMMAND", *topic, "The command, or hierarchy, or rules");
  command.set_status_action([topic](Context& context) {
    if (*topic) return open_page(**topic, context);
    print_usage("", context);
    return 0;
  });
}

}  // namespace allot::cli
