#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/complete.hpp"
#include "cli/completion_reply.hpp"
#include "cli/completion_scripts.hpp"
#include "cli/context.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

struct CompleteWords {
  std::string shell;
  std::string line;
  std::optional<std::string> kept;
  std::optional<std::string> request;
};

Error unknown_shell(const std::string& shell) {
  return Error::usage(fmt::format("there is no completion for the shell {}", quote(shell)),
                      "the supported shells are bash, zsh and fish");
}

void print_script(const std::string& shell, Context& context) {
  if (shell == "bash") {
    context.out() << completion_scripts::kBash;
  } else if (shell == "zsh") {
    context.out() << completion_scripts::kZsh;
  } else if (shell == "fish") {
    context.out() << completion_scripts::kFish;
  } else {
    throw unknown_shell(shell);
  }
}

void complete(const CompleteWords& words, Context& context) {
  const auto find = [&](const PartialLine& line) { return complete_line(line, context); };
  if (words.shell == "bash") {
    const PartialLine line = split_partial(words.line, ShellKind::bash);
    const std::string kept = split_partial(words.kept.value_or(""), ShellKind::bash).current;
    const auto request = static_cast<BashRequest>(parse_number(words.request.value_or("9")).value_or(9));
    reply_to_bash(find(line), line, kept, request, context.out());
  } else if (words.shell == "zsh") {
    const PartialLine line = split_partial(words.line, ShellKind::zsh);
    reply_to_zsh(find(line), line, context.out());
  } else if (words.shell == "fish") {
    const PartialLine line = split_partial(words.line, ShellKind::fish);
    reply_to_fish(find(line), line, context.out());
  } else {
    throw unknown_shell(words.shell);
  }
}

}  // namespace

void setup_completion(const Subcommand& command) {
  auto shell = std::make_shared<std::string>();
  command.argument("SHELL", *shell, "bash, zsh or fish");
  command.set_action([shell](Context& context) { print_script(*shell, context); });
}

void setup_complete(const Subcommand& command) {
  auto words = std::make_shared<CompleteWords>();
  command.argument("SHELL", words->shell, "bash, zsh or fish");
  command.argument("LINE", words->line, "The command line up to the cursor");
  command.argument("KEPT", words->kept, "The part of the line that bash keeps");
  command.argument("TYPE", words->request, "What bash asks for, its COMP_TYPE");
  command.set_action([words](Context& context) { complete(*words, context); });
}

}  // namespace allot::cli
