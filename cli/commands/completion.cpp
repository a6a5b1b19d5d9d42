#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/complete.hpp"
#include "cli/completion_reply.hpp"
#include "cli/context.hpp"
#include "cli/subcommand.hpp"
#include "libcore/base/text.hpp"

namespace allot::cli {
namespace {

constexpr const char* kBash =
    R"(# bash completion for allot: source it, or put it into /usr/share/bash-completion/completions/allot
_allot() {
  local line=${COMP_LINE:0:COMP_POINT} found
  mapfile -t found < <("$1" __complete bash "$line" "${line%"$2"}" "$COMP_TYPE" 2>/dev/null)
  COMPREPLY=("${found[@]:1}")
  compopt -o nosort 2>/dev/null
  case ${found[0]} in
    files) compopt -o default ;;
    part) compopt -o nospace ;;
  esac
}
complete -F _allot allot
)";

constexpr const char* kZsh = R"(#compdef allot
# zsh completion for allot: put it as _allot into a folder of $fpath
_allot() {
  local -a found options described follow display
  local item text description width=0
  found=("${(@f)$(${words[1]} __complete zsh "${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" 2>/dev/null)}")
  case $found[1] in
    files)
      [[ $PREFIX == -*=* ]] && compset -P '*='
      _files
      return ;;
    native) ;;
    replace) options=(-U) ;;
    list) options=(-U) compstate[insert]= compstate[list]=list ;;
    *) return 1 ;;
  esac
  for item in "${(@)found[3,-1]}"; do
    text=${${item#*$'\t'}%%$'\t'*}
    (( ${(m)#text} > width )) && width=${(m)#text}
    [[ $item == *$'\t' ]] || described=(-l -d display)
  done
  for item in "${(@)found[3,-1]}"; do
    text=${${item#*$'\t'}%%$'\t'*}
    description=${item##*$'\t'}
    case ${item%%$'\t'*} in
      (/) follow=(-q -S /) ;;
      (+) follow=(-S '') ;;
      (*) follow=() ;;
    esac
    display=("$text")
    if [[ -n $description ]]; then
      display=("${(mr:width:)text}  -- $description")
      display=("${${(mr:COLUMNS-1:)display[1]}%%[[:blank:]]##}")
    fi
    compadd -V allot $described $options "${(@)follow}" -- "$text"
  done
  [[ -n $found[2] ]] && compadd -V allot-cut -x "$found[2]"
  return 0
}
if [[ $funcstack[1] == _allot ]]; then
  _allot "$@"
else
  compdef _allot allot
fi
)";

constexpr const char* kFish = R"(# fish completion for allot: put it into ~/.config/fish/completions/allot.fish
function __allot_complete
    set -l found (allot __complete fish (commandline -cp | string collect) 2>/dev/null)
    if test "$found[1]" = files
        set -l option (commandline -ct | string match -r '^-[^=]*=')
        __fish_complete_path (commandline -ct | string replace -r '^-[^=]*=' '') | string replace -r '^' -- "$option"
    else
        printf '%s\n' $found[2..-1]
    end
end
complete -c allot -f -k -a '(__allot_complete)'
)";

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
    context.out() << kBash;
  } else if (shell == "zsh") {
    context.out() << kZsh;
  } else if (shell == "fish") {
    context.out() << kFish;
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
