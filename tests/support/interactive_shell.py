"""Real interactive shells on a pseudo-terminal, with a recording program in the place of allot."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

# Completes with allot; of any other command it only records the words that the shell passed.
PROGRAM = """#!/bin/sh
case $1 in
  __complete) "$REAL_ALLOT" "$@"; status=$?; echo >>"$HOME/completions"; exit $status ;;
  completion) exec "$REAL_ALLOT" "$@" ;;
esac
printf '%s\\0' "$@" >"$HOME/words.new"; mv "$HOME/words.new" "$HOME/words"
"""


def plain(text: str) -> str:
    """The text without the control sequences of a terminal."""
    return re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])", "", text)


class Shell:
    """A shell in `folder`; `words_of` and `list_of` type a line, press Tab and look at what happens."""

    command: list[str]
    setup: str
    tabs_of_list = 1

    def __init__(self, folder: str, allot: str) -> None:
        self.folder = folder
        os.makedirs(folder + "/bin", exist_ok=True)
        with open(folder + "/bin/allot", "w", encoding="ascii") as program:
            program.write(PROGRAM)
        os.chmod(folder + "/bin/allot", 0o755)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "XDG_", "LC_", "ZDOTDIR"))}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8",
                        "INPUTRC": "/dev/null", "REAL_ALLOT": allot, "PATH": f"{folder}/bin:" + os.environ["PATH"]}
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(self.command[0], self.command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 80, 120, 0, 0))
        self.send(self.setup + "; echo re''ady\n")
        self.read_until("ready\r\n")
        self.read_rest()

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def read_until(self, mark: str) -> str:
        text, end = "", time.monotonic() + 30
        while mark not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise TimeoutError(f"no {mark!r} in {text!r}")
            text += os.read(self.terminal, 65536).decode("utf-8", "replace")
        return text

    def read_rest(self, seconds: float = 0.2) -> str:
        """What the shell prints until it is silent."""
        text = b""
        while select.select([self.terminal], [], [], seconds)[0]:
            text += os.read(self.terminal, 65536)
        return plain(text.decode("utf-8", "replace"))

    def completions(self) -> int:
        try:
            return os.path.getsize(self.folder + "/completions")
        except FileNotFoundError:
            return 0

    def press_tab(self) -> str:
        before, end = self.completions(), time.monotonic() + 10
        self.send("\t")
        while self.completions() == before and time.monotonic() < end:
            time.sleep(0.01)
        return self.read_rest()

    def words_of(self, line: str, then: str = "") -> list[str]:
        """The words that the program gets if `line` is completed and, after the text `then`, entered."""
        words = self.folder + "/words"
        self.send(line)
        self.press_tab()
        self.send(then + "\r")
        end = time.monotonic() + 10
        while not os.path.exists(words):
            if time.monotonic() > end:
                self.send("\x03")
                return ["not run:", self.read_rest()]
            time.sleep(0.01)
        with open(words, encoding="utf-8") as file:
            came = file.read().split("\0")[:-1]
        os.remove(words)
        self.read_rest()
        return came

    def list_of(self, line: str) -> str:
        """What the shell prints when it lists the candidates."""
        self.send(line)
        self.read_rest()
        shown = "".join(self.press_tab() for _ in range(self.tabs_of_list))
        self.send("\x15" if self.tabs_of_list == 2 else "\x03")
        self.read_rest()
        return shown

    def close(self) -> None:
        self.send("\x15exit\n")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


class Bash(Shell):
    """bash without the package bash-completion."""

    command = ["bash", "--noprofile", "--norc", "-i"]
    setup = ("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; bind 'set page-completions off'; "
             "bind 'set completion-query-items 1000'; PS1=; source <(allot completion bash)")
    tabs_of_list = 2


class BashWithPackage(Bash):
    """bash with the package bash-completion, which finds the script in its folder."""

    setup = ("mkdir -p ~/.local/share/bash-completion/completions; "
             "allot completion bash >~/.local/share/bash-completion/completions/allot; "
             "source /usr/share/bash-completion/bash_completion; "
             + Bash.setup.replace("; source <(allot completion bash)", ""))


class Zsh(Shell):
    """zsh that finds the script in $fpath."""

    command = ["zsh", "-f", "-i"]
    setup = ("PS1=; LISTMAX=1000; unsetopt prompt_cr prompt_sp; unset zle_bracketed_paste; mkdir -p ~/.zfunc; "
             "allot completion zsh >~/.zfunc/_allot; fpath=(~/.zfunc $fpath); autoload -Uz compinit; compinit -u -D")


class Fish(Shell):
    """fish that finds the script in its folder."""

    command = ["fish", "-i"]
    setup = ("function fish_prompt; end; function fish_greeting; end; set -g fish_autosuggestion_enabled 0; "
             "mkdir -p ~/.config/fish/completions; "
             "allot completion fish >~/.config/fish/completions/allot.fish")
