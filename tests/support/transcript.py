#!/usr/bin/env python3
"""Runs a transcript, a readable shell session, and compares the output with the expected output.

usage: transcript.py --allot BINARY [--update] FILE.test

Lines beginning with # before the first command describe the test. bash runs `$ COMMAND`; lines beginning with `> `
right after it continue the command (a here-document, a loop). The lines until the next `$ ` line are the expected
output, standard output and standard error together; a line `? N` there is the expected exit status, 0 if there is
none. A blank line and lines beginning with # before a command are a comment on that command. One bash runs the entire
session, so that variables, functions and folders persist. A command that prints a last line without a newline
is shown with a newline, bytes that are not UTF-8 are shown as \\xNN, the session's own folder as ~.

The session runs in a new folder, which is also HOME; $SOURCE is the root of the project. `store-copy FILE COPY` copies
a store, `store-sql FILE STATEMENTS` edits one. With ALLOT_TEST_SERVER, the stores are on a PostgreSQL server
(storage.py); a file with the line `# storage: sqlite` is then skipped, as it is about the files of SQLite.

--update rewrites the file from the actual output. Exit status: 0 as expected, 1 a difference, 2 usage, 77 skipped: by
that line, without a server, or as the first command of the session exits 77.
"""
import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import storage

# The environment variables that a session keeps; the last two are of on_date.py.
KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "TMPDIR", "LLVM_PROFILE_FILE", "LD_PRELOAD", "LATER_CLOCK")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SQLITE_ALONE = "# storage: sqlite"


class Step:
    """One command with its continuation lines, and its actual or expected output."""

    def __init__(self, lines):
        self.lines = lines      # as in the file, including the prompts
        self.body = []          # the lines after the command, up to the next

    def comment(self):
        """The comment part of the body: blank lines at its end, and # lines after a blank line there."""
        start = len(self.body)
        while start > 0 and (self.body[start - 1] == "" or self.body[start - 1].startswith("#")):
            start -= 1
        while start < len(self.body) and self.body[start] != "":
            start += 1
        return self.body[start:]

    def command(self):
        return "\n".join(line[2:] for line in self.lines)


def parse(text):
    story, steps = [], []
    for line in text.split("\n"):
        if line.startswith("$ "):
            steps.append(Step([line]))
        elif line.startswith("> ") and steps and not steps[-1].body:
            steps[-1].lines.append(line)
        elif line == ">" and steps and not steps[-1].body:
            steps[-1].lines.append("> ")
        elif steps:
            steps[-1].body.append(line)
        else:
            story.append(line)
    return story, steps


def environment(folder, binary):
    programs = pathlib.Path(folder, "bin")
    programs.mkdir()
    storage.install(programs, binary)
    keep = {k: v for k, v in os.environ.items() if k in KEPT}
    return dict(keep, PATH=f"{programs}:" + os.environ.get("PATH", "/usr/bin:/bin"), LC_ALL="C.UTF-8", TZ="UTC",
                HOME=os.path.join(folder, "home"), ALLOT_TODAY="2026-11-24", SOURCE=ROOT, TERM="dumb",
                PYTHONDONTWRITEBYTECODE="1")


def run(steps, binary, folder):
    """Runs every step in one bash; returns the output lines and the exit status of each step."""
    home = os.path.join(folder, "home")
    outputs = os.path.join(folder, "output")
    os.chmod(folder, 0o755)
    os.mkdir(home)
    os.mkdir(outputs)
    script = ["shopt -u huponexit"]
    for number, step in enumerate(steps):
        out = os.path.join(outputs, str(number))
        script.append("{ " + step.command() + "\n} >'%s.out' 2>&1 </dev/null\necho $? >'%s.rc'" % (out, out))
    path = os.path.join(folder, "session.sh")
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\n".join(script) + "\n")
    done = subprocess.run(["bash", "--noprofile", "--norc", path], cwd=home, env=environment(folder, binary),
                          umask=0o022, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=600)
    results = []
    for number in range(len(steps)):
        out = os.path.join(outputs, str(number))
        try:
            with open(out + ".out", "rb") as file:
                text = file.read().decode("utf-8", errors="backslashreplace")
            with open(out + ".rc", encoding="ascii") as file:
                status = int(file.read())
        except OSError:
            text, status = "(the shell never came here) " + done.stdout.decode("utf-8", "replace"), -1
        text = storage.put_back_files(text).replace(home, "~")
        if text.endswith("\n"):
            text = text[:-1]
        results.append((text.split("\n") if text else [], status))
    return results


def render(story, steps, results):
    """The content of the file for these results."""
    lines = list(story)
    for step, (output, status) in zip(steps, results):
        lines += step.lines
        # An output line that looks like a mark of the file is indented by one space.
        lines += [" " + line if re.match(r"\$ |> |>$|\? \d+$", line) else line for line in output]
        if status != 0:
            lines.append("? %d" % status)
        lines += step.comment()
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--allot", required=True, metavar="BINARY")
    arguments.add_argument("--update", action="store_true", help="rewrite the file from what happened")
    arguments.add_argument("file", metavar="FILE.test")
    options = arguments.parse_args()
    with open(options.file, encoding="utf-8") as file:
        text = file.read()
    story, steps = parse(text)
    if not steps:
        arguments.error(options.file + " has no command")
    if storage.SERVER and SQLITE_ALONE in story:
        print("skipped: the session is about the files of SQLite")
        return 77
    if storage.SERVER and options.update:
        arguments.error("--update takes the output of SQLite: unset ALLOT_TEST_SERVER")
    folder = tempfile.mkdtemp(prefix="transcript-")
    results = run(steps, options.allot, folder)
    if results[0][1] == 77:
        shutil.rmtree(folder, ignore_errors=True)
        return 77
    came = storage.without_sqlite(render(story, steps, results))
    text = storage.without_sqlite(text)
    if options.update and came != text:
        with open(options.file, "w", encoding="utf-8") as file:
            file.write(came)
        text = came
    if came == text.rstrip("\n") + "\n":
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    name = os.path.basename(options.file)
    sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), came.splitlines(True), name, name + " (as it was)"))
    print("the session's folder is kept: " + folder)
    return 1


if __name__ == "__main__":
    sys.exit(main())
