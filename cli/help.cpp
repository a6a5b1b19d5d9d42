#include "cli/help.hpp"

#include <fmt/format.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <vector>

#include "cli/commands.hpp"

namespace allot::cli {
namespace {

constexpr std::size_t kHelpColumn = 26;

/// A line with `name` and its help in two columns.
std::string entry(const std::string& name, const std::string& help) {
  if (name.size() + 4 > kHelpColumn) return fmt::format("  {}\n{:{}}{}\n", name, "", kHelpColumn, help);
  return fmt::format("  {:{}}{}\n", name, kHelpColumn - 2, help);
}

/// `-r, --recursive` or `--sip N`.
std::string spell(const CLI::Option& option) {
  std::string text;
  for (const std::string& name : option.get_snames()) text += fmt::format("-{}, ", name);
  for (const std::string& name : option.get_lnames()) text += fmt::format("--{}, ", name);
  text.resize(text.size() - 2);
  const std::string& value = option.get_option_text();
  return value.empty() ? text : fmt::format("{} {}", text, value);
}

std::string list_options(const CLI::App& app, const std::string& title) {
  std::string text;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* each) { return each->nonpositional(); })) {
    if (option->get_group().empty() || option->get_name() == "--help") continue;
    text += entry(spell(*option), option->get_description());
  }
  return text.empty() ? text : fmt::format("\n{}:\n{}", title, text);
}

std::string list_positionals(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options([](const CLI::Option* each) { return each->get_positional(); })) {
    std::string name = option->get_name(true, false);
    if (option->get_expected_max() > 1) name += "...";
    text += option->get_required() ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  return text;
}

}  // namespace

std::string command_line_of(const CLI::App& app) {
  if (app.get_parent() == nullptr) return "allot";
  if (app.get_parent()->get_parent() == nullptr) return app.get_name();
  return command_line_of(*app.get_parent()) + " " + app.get_name();
}

std::string list_subcommands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string help_of(const CLI::App& app, const CLI::App& root) {
  if (&app == &root) return help_of_program(root);
  const auto subcommands = app.get_subcommands({});
  std::string text =
      fmt::format("usage: allot {}{}{}\n  {}\n", command_line_of(app),
                  subcommands.empty()                    ? ""
                  : app.get_require_subcommand_min() > 0 ? " COMMAND"
                                                         : " [COMMAND]",
                  list_positionals(app) + (app.get_options().size() > 1 ? " [options]" : ""), app.get_description());
  if (!subcommands.empty()) text += "\nCommands:\n";
  for (const CLI::App* subcommand : subcommands) text += entry(subcommand->get_name(), subcommand->get_description());
  text += list_options(app, "Options");
  text += list_options(root, "Global options");
  return text;
}

std::string help_of_program(const CLI::App& root, Caller caller) {
  std::string text =
      "usage: allot [global options] COMMAND ...\n  Delegates licences down a tree of groups.\n\nCommands:\n";
  for (const Command& command : commands()) {
    const bool is_refused = caller == Caller::remote && command.in_shell == InShell::refused;
    if (!command.is_hidden && !is_refused) text += entry(std::string{command.name}, std::string{command.help});
  }
  text += list_options(root, "Global options");
  text += caller == Caller::remote
              ? "\n`help COMMAND` prints the usage of a command.\n"
              : "\n`allot help COMMAND` opens the manual page, `allot COMMAND -h` prints the usage.\n"
                "Report faults in the issue tracker of the project; allot(1), Bugs.\n";
  return text;
}

std::string explain_parse_error(const std::string& kind, const std::string& text) {
  const std::string option = text.substr(0, text.find_first_of(": "));
  if (kind == "RequiredError") return fmt::format("{} is missing", option);
  if (kind == "ArgumentMismatch") {
    return text.find("received") != std::string::npos ? fmt::format("{} is given more than once", option)
                                                      : fmt::format("{} needs a value", option);
  }
  if (kind == "ExcludesError") {
    return fmt::format("{} and {} contradict each other", option, text.substr(text.rfind(' ') + 1));
  }
  if (kind == "RequiresError") return fmt::format("{} needs {}", option, text.substr(text.rfind(' ') + 1));
  return text;
}

}  // namespace allot::cli
