"""On a terminal the log is shown with ALLOT_PAGER, PAGER or less; elsewhere, as JSON and if it is `cat`, directly."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from on_terminal import run_on_terminal  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
FAULTS = []


def show(words: list[str], environment: dict[str, str]) -> str:
    """The output on a new terminal."""
    status, shown = run_on_terminal([ALLOT, *words], environment)
    return shown if status == 0 else f"exit status {status}: {shown}"


def check(what: str, is_true: bool, shown: str) -> None:
    if not is_true:
        FAULTS.append(f"{what}:\n{shown}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        clock = {k: v for k, v in os.environ.items() if k in ("LD_PRELOAD", "LATER_CLOCK")}  # on_date.py
        plain = clock | {"ALLOT_DB": f"{folder}/store.db", "HOME": folder, "PATH": os.environ["PATH"], "TERM": "dumb",
                         "ALLOT_TODAY": "2026-11-24"}
        subprocess.run([ALLOT, "init", "-q"], env=plain, check=True)
        ours = plain | {"ALLOT_PAGER": "sed s/^/ours:/", "PAGER": "sed s/^/theirs:/"}
        for words in (["log"], ["log", "show", "1"]):
            shown = show(words, ours)
            check("ALLOT_PAGER comes first", shown.startswith("ours:") and "theirs:" not in shown, shown)
            shown = show(words, plain | {"PAGER": "sed s/^/theirs:/"})
            check("else PAGER", shown.startswith("theirs:"), shown)
            for none in ("cat", ""):
                shown = show(words, plain | {"PAGER": none})
                check(f"PAGER={none!r} is none", shown.startswith(("REV ", "revision")), shown)
        less = plain | {"PATH": f"{folder}:{plain['PATH']}"}
        with open(f"{folder}/less", "w", encoding="utf-8") as program:
            program.write('#!/bin/sh\necho "less $*"\ncat\n')
        os.chmod(f"{folder}/less", 0o755)
        shown = show(["log"], less)
        check("else less -FRX", shown.startswith("less -FRX"), shown)
        shown = show(["log"], plain | {"PAGER": "true"})
        check("a pager that reads nothing ends it silently", "allot:" not in shown, shown)
        shown = show(["log", "--json"], ours)
        check("JSON is not paged", shown.startswith("["), shown)
        shown = subprocess.run([ALLOT, "log"], env=ours, capture_output=True, text=True, check=True).stdout
        check("a pipe is not paged", shown.startswith("REV "), shown)
        for words in (["state"], ["state", "-r"], ["group", "tree"], ["group", "list", "-r"], ["check"],
                      ["catalog", "list"], ["template", "list"], ["group", "show", "/"], ["export"]):
            shown = show(words, ours)
            check(f"{words} is paged", shown.startswith("ours:"), shown)
        shown = show(["group", "add", "/a"], ours)
        check("a write is not paged", "ours:" not in shown and "revision 2" in shown, shown)
        shown = show(["log"], plain | {"PATH": folder + "/none"})
        check("without less the log is printed", shown.startswith("REV "), shown)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
