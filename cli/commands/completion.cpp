#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/complete.hpp"
#include "cli/context.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr const char* kBash =
    R"(# bash completion for allot: source it, or put it into /usr/share/bash-completion/completions/allot
_allot() {
  local line=${COMP_LINE:0:COMP_POINT}
  mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" __complete "$line" "${line%"$2"}" 2>/dev/null)
  if [[ ${COMPREPLY[0]} == __files ]]; then
    COMPREPLY=()
    compopt -o default
  elif [[ ${COMPREPLY[0]} == *= && ${#COMPREPLY[@]} == 1 ]]; then
    compopt -o nospace
  fi
}
complete -F _allot allot
)";

constexpr const char* kZsh = R"(#compdef allot
# zsh completion for allot: put it as _allot into a folder of $fpath
_allot() {
  local -a found
  found=("${(@f)$(${words[1]} __complete "$LBUFFER" 2>/dev/null)}")
  if [[ ${found[1]} == __files ]]; then
    _files
  else
    compadd -a found
  fi
}
if [[ $funcstack[1] == _allot ]]; then
  _allot "$@"
else
  compdef _allot allot
fi
)";

constexpr const char* kFish = R"(# fish completion for allot: put it into ~/.config/fish/completions/allot.fish
function __allot_complete
    set -l found (allot __complete (commandline -cp) 2>/dev/null)
    if test "$found[1]" = __files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $found
    end
end
complete -c allot -f -a '(__allot_complete)'
)";

void print_script(const std::string& shell, Context& context) {
  if (shell == "bash") {
    context.out() << kBash;
  } else if (shell == "zsh") {
    context.out() << kZsh;
  } else if (shell == "fish") {
    context.out() << kFish;
  } else {
    throw Error::usage(fmt::format("there is no completion for the shell {}", quote(shell)),
                       "the supported shells are bash, zsh and fish");
  }
}

struct CompleteWords {
  std::string line;
  std::optional<std::string> kept;
};

}  // namespace

void setup_completion(const Subcommand& command) {
  auto shell = std::make_shared<std::string>();
  command.argument("SHELL", *shell, "bash, zsh or fish");
  command.set_action([shell](Context& context) { print_script(*shell, context); });
}

void setup_complete(const Subcommand& command) {
  auto words = std::make_shared<CompleteWords>();
  command.argument("LINE", words->line, "The command line up to the cursor");
  command.argument("KEPT", words->kept, "The part of the line that bash keeps");
  command.set_action([words](Context& context) { complete_line(words->line, words->kept, context); });
}

}  // namespace allot::cli
