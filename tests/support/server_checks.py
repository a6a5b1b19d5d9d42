"""What the tests of stores on servers share: allot in a home of its own, and checks of what it answers."""

import os
import pathlib
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

import postgresql

FAULTS: list[str] = []


class Allot:
    """Runs allot with a home of its own and without the variables of the caller."""

    def __init__(self, program: str, home: pathlib.Path):
        self.program, self.home = os.path.abspath(program), home
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))}
        self.environment = kept | {"HOME": str(home), "ALLOT_TODAY": "2026-11-24"}

    def run(self, url: str | None, *words: str, stdin: str | None = "", **variables: str) -> subprocess.CompletedProcess:
        given = [] if url is None else ["--db", url]
        return subprocess.run([self.program, *given, *words], input=stdin, env=self.environment | variables, cwd=self.home,
                              capture_output=True, text=True, timeout=120)


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:900])


def refused(what: str, done: subprocess.CompletedProcess, status: int, *parts: str) -> None:
    """The command fails with the status, two lines that have these parts, and no password."""
    said = done.stdout + done.stderr
    if done.returncode != status or not all(part in done.stderr for part in parts) or done.stderr.count("\n") > 2:
        FAULTS.append(f"{what}: {done.returncode} {said!r}, not {status} {parts}"[:900])
    if "secret" in said:
        FAULTS.append(f"{what}: the password is shown: {said!r}")


def reached(what: str, done: subprocess.CompletedProcess, status: int = 0) -> None:
    """The command did what it should."""
    if done.returncode != status:
        FAULTS.append(f"{what}: {done.returncode} {done.stdout + done.stderr!r}, not {status}"[:900])


def run_test(test: Callable[[], None]) -> NoReturn:
    """Runs a test, prints its faults and ends the program; without PostgreSQL the test is skipped. A test that ends early,
    such as by Ctrl-C, prints the faults up to then, and why."""
    try:
        test()
    except postgresql.Unavailable as reason:
        print(f"skipped: {reason or 'postgresql-15 is not installed'}")
        sys.exit(77)
    except (Exception, KeyboardInterrupt):
        FAULTS.insert(0, traceback.format_exc())
    print("\n".join(FAULTS[:40]))
    sys.exit(1 if FAULTS else 0)
