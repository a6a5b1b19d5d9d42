"""A real interactive bash that sources `allot completion bash` completes commands, options, groups, names and addresses."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ALLOT = os.path.abspath(sys.argv[1])
FAULTS = []


class Shell:
    """bash on a pseudo-terminal. Tabs complete a line, and a bound key prints the result."""

    def __init__(self, folder: str, environment: dict[str, str]) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("bash", ["bash", "--noprofile", "--norc", "-i"], environment)
        # Ctrl-X l prints the line of readline between marks, and clears it.
        self.send("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; bind 'set page-completions off'; "
                  "bind 'set completion-query-items 1000'; PS1=; "
                  "show() { printf '\\n<<%s>>\\n' \"$READLINE_LINE\"; READLINE_LINE=; READLINE_POINT=0; }; "
                  "bind -x '\"\\C-xl\": show'; source <(allot completion bash); echo re''ady\n")
        self.until("ready\r\n")

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def until(self, mark: str, seconds: float = 20) -> str:
        text, end = "", time.monotonic() + seconds
        while mark not in text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                raise TimeoutError(f"no {mark!r} in {text!r}")
            text += os.read(self.terminal, 65536).decode("utf-8", "replace")
        return text

    def complete(self, line: str, tabs: int = 1) -> tuple[str, str]:
        """The line after the tabs, and all output meanwhile."""
        self.send(line + "\t" * tabs)
        time.sleep(0.4)
        self.send("\x18l")
        text = self.until(">>\r\n")
        found = re.search(r"<<(.*)>>\r\n", text, re.S)
        return (found[1] if found else text), text

    def close(self) -> None:
        self.send("\x15exit\n")
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def main() -> int:
    if not shutil.which("bash"):
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/bin")
        os.symlink(ALLOT, folder + "/bin/allot")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "TERM": "dumb", "LC_ALL": "C.UTF-8",
                        "PATH": folder + "/bin:" + os.environ["PATH"], "INPUTRC": "/dev/null"}
        commands = r"""
            license add / company-main --sip 10 --feature ukey2
            group add "/South Wing"
            group add "/South Wing/floor 1"
            group add /north
            user add /north margaret@x.example --sip 1
            user add /north bob.o@north.example
            user add /north zoe@a.example
            user add /north zoe@b.example
            group add /north/10:30=x
        """
        for words, text in ((["init"], None), (["batch", "-q"], commands)):
            subprocess.run([ALLOT, *words], input=text, text=True, check=True, cwd=folder, env=environment, capture_output=True)
        shell = Shell(folder, environment)
        for line, becomes in (
                ("allot exp", "allot export "),
                ("allot group ren", "allot group rename "),
                ("allot group set /north --susp", "allot group set /north --suspend "),
                ("allot state /no", "allot state /north "),
                ("allot state /South", "allot state /South\\ Wing"),
                ("allot state /South\\ Wing/fl", "allot state /South\\ Wing/floor\\ 1 "),
                ("allot user show mar", "allot user show margaret@x.example "),
                ("allot user show bob.o@nor", "allot user show bob.o@north.example "),
                ("allot user show bob.o@", "allot user show bob.o@north.example "),
                ("allot user show 'bob.o@nor", "allot user show 'bob.o@north.example' "),
                ("allot user show zo", "allot user show zoe@"),
                ("allot user show zoe@b", "allot user show zoe@b.example "),
                ("allot user remove --all mar", "allot user remove --all margaret@x.example "),
                ("allot state /north/10", "allot state /north/10:30=x "),
                ("allot state /north/10:3", "allot state /north/10:30=x "),
                ("allot state /north/10:30=", "allot state /north/10:30=x "),
                ("allot state --format=j", "allot state --format=json "),
                ("allot --format=j", "allot --format=json "),
                ("allot catalog add x --counted --requires mo", "allot catalog add x --counted --requires mobile "),
                ("allot user set /north margaret@x.example --feature uk",
                 "allot user set /north margaret@x.example --feature ukey2 "),
                ("allot state / --why mob", "allot state / --why mobile "),
                ("allot template show us", "allot template show user "),
                ("allot remind --hist", "allot remind --history "),
                ("allot state / --format js", "allot state / --format json "),
                ("allot user add /north a@x.example --role conc", "allot user add /north a@x.example --role concierge "),
        ):
            came, _ = shell.complete(line)
            # The words must be equal after any quoting; a slash after a group is accepted.
            if [w.rstrip("/") for w in shlex.split(came)] != [w.rstrip("/") for w in shlex.split(becomes)]:
                FAULTS.append(f"{line!r} becomes {came!r}, not {becomes!r}")
        for line, words in (
                ("allot catalog ", ("list", "add", "remove")),
                ("allot template ", ("list", "show", "set", "reset")),
                ("allot template reset ", ("admin", "user")),
                ("allot state --format=", ("table", "json", "tsv")),
                ("allot catalog add x --counted --requires ", ("mobile", "sip")),
                ("allot user show zoe@", ("zoe@a.example", "zoe@b.example")),
        ):
            _, shown = shell.complete(line, 2)
            for word in words:
                if not re.search(rf"(^|[\s@]){re.escape(word.split('@')[-1])}\s", shown):
                    FAULTS.append(f"two tabs after {line!r} do not show {word}: {shown!r}")
        _, shown = shell.complete("allot group add --", 2)
        if shown.count("--help") != 1:
            FAULTS.append(f"two tabs after `allot group add --` show --help {shown.count('--help')} times: {shown!r}")
        shell.close()
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
