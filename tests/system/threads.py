"""Imports and exports with all threads, into an empty and a full store, are valid; faulty files end the threads."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
GROUPS = 10_500  # from 10,000 on a thread validates; their file has many times the 4,096 events that are read ahead
FAULTS = []


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}")


def hierarchy() -> str:
    """Dealers of a hundred sites each, every site with a limit and a user."""
    lines = ["allot: 1\nrestriction: reserved\nlicenses:\n  main: {sip: 1000000}\ngroups:\n"]
    for group in range(GROUPS):
        if group % 100 == 0:
            lines.append(f"  dealer-{group}:\n    licenses: {{main: {{sip: 1000}}}}\n    groups:\n")
        lines.append(f"      site-{group}:\n        licenses: {{main: {{sip: 5}}}}\n")
        lines.append(f"        users: {{u{group}@x.example: {{name: User, sip: 2, until: 2027-12-31}}}}\n")
    return "".join(lines)


class Store:
    """A folder with a store in which commands run."""

    def __init__(self, folder: str) -> None:
        self.folder = pathlib.Path(folder)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder}

    def run(self, words: str, status: int = 0, before: list = []) -> bytes:
        done = subprocess.run([*before, ALLOT, *words.split()], env=self.environment, cwd=self.folder,
                              capture_output=True)
        expect(f"the status of {words} ({done.stderr.decode(errors='replace')[-3000:]})", done.returncode, status)
        return done.stdout

    def count_threads(self, words: str) -> int:
        """The number of threads that a command starts."""
        self.run(words, before=["strace", "-f", "-o", "calls", "-e", "trace=clone,clone3"])
        calls = (self.folder / "calls").read_text().splitlines()
        return sum("CLONE_THREAD" in call for call in calls)


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, timeout=30).returncode == 0


def end_early(store: Store, text: str) -> None:
    """Files with a fault at the start, in the middle and at the end: the threads are waited for."""
    lines = text.splitlines(keepends=True)
    for name, at in (("begin", 3), ("middle", len(lines) // 2), ("end", len(lines))):
        for fault in ("\t- [\n", "what: {}\n"):
            (store.folder / "bad.yaml").write_text("".join([*lines[:at], fault, *lines[at:]]))
            store.run("import -q bad.yaml", status=6)


def main() -> int:
    text = hierarchy()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        (store.folder / "all.yaml").write_text(text)
        (store.folder / "changed.yaml").write_text(text.replace("name: User", "name: New"))
        store.run("init")
        store.run("import -q all.yaml")
        first = store.run("export")
        store.run("check")
        store.run("import -q changed.yaml")
        store.run("undo -q")
        expect("the export after an undo is the first", store.run("export") == first, True)
        store.run("diff -q changed.yaml --prune", status=1)
        store.run("import -q all.yaml --prune")
        end_early(store, text)
        store.run("check")
        if can_trace() and "TSAN_OPTIONS" not in os.environ:
            expect("threads of an import: it loads, reads and judges", store.count_threads("import -q changed.yaml"), 3)
            expect("threads of a check: it judges and compares the pages", store.count_threads("check"), 2)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
