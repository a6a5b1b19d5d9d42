"""The commands and options in -h and in the manual pages are equal, and the pages are clean."""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOT = sys.argv[1]


def help_of(*words: str) -> str:
    return subprocess.run([ALLOT, *words, "-h"], capture_output=True, text=True, check=True).stdout


def section(text: str, title: str) -> list[str]:
    """The entries below a title of the help, without their explanations."""
    block = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.M)
    return [line for line in (block[1].splitlines() if block else []) if re.match(r"  \S", line)]


def names(entries: list[str]) -> set[str]:
    return {entry.split()[0] for entry in entries}


def options(entries: list[str]) -> set[str]:
    return {word for entry in entries for word in re.findall(r"--[a-z-]+", entry[:26] if len(entry) > 26 else entry)}


def documented(page: str) -> set[str]:
    """The long options that a page describes: `.It Fl -name` with the rest of that line."""
    text = (ROOT / "man" / page).read_text()
    return {"-" + word for line in re.findall(r"^\.It (.*)$", text, re.M) for word in re.findall(r"Fl (-[a-z-]+)", line)}


def main() -> int:
    faults = []
    program = help_of()
    commands = names(section(program, "Commands"))
    shared = options(section(program, "Global options"))
    if shared - documented("allot.1"):
        faults.append(f"allot.1 lacks {sorted(shared - documented('allot.1'))}")
    for command in sorted(commands):
        page = f"allot-{command}.1"
        text = help_of(command)
        verbs = names(section(text, "Commands"))
        shown = options(section(text, "Options"))
        for verb in verbs:
            shown |= options(section(help_of(command, verb), "Options"))
        if shown - documented(page):
            faults.append(f"{page} lacks {sorted(shown - documented(page))}")
        if documented(page) - shown - shared:
            faults.append(f"{page} has {sorted(documented(page) - shown - shared)}, which the help does not show")
        body = (ROOT / "man" / page).read_text()
        faults += [f"{page} does not tell of {verb}" for verb in verbs if not re.search(rf"\b{verb}\b", body)]
    stale = {p.stem.removeprefix("allot-") for p in (ROOT / "man").glob("allot-*.1")} - commands
    faults += [f"allot-{name}.1 is of no command" for name in sorted(stale)]
    if shutil.which("mandoc"):
        pages = sorted(p.name for p in (ROOT / "man").iterdir() if p.suffix in (".1", ".5", ".7"))
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", *pages], cwd=ROOT / "man", capture_output=True, text=True)
        # Pages of other packages may not be installed.
        faults += [line for line in lint.stdout.splitlines() if not re.search(r"manual not found: Xr (?!allot)", line)]
    assert len(commands) > 10, "the help was not understood"
    if not faults and not shutil.which("mandoc"):
        print(f"skipped: mandoc is not installed; {len(commands)} commands agree with their pages")
        return 77
    print("\n".join(faults) or f"{len(commands)} commands agree with their pages")
    return 1 if faults else 0


sys.exit(main())
