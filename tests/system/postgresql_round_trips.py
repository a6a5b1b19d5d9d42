"""A point write on a server is two round trips beside the connection, at any depth and for any actor; so is a read, the
second of which awaits the end of its transaction."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgresql  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
DEEP = "/a" + "".join(f"/g{i}" for i in range(60))
WRITE, READ = 2, 2
FAULTS = []
# Each command and the round trips that it may take; {p} is the group.
COMMANDS = (("user add {p} u@x.example --sip 2", WRITE),
            ("user set {p} u@x.example --sip 3", WRITE),
            ("--as ann@x.example user set {p} u@x.example --sip 4", WRITE),
            ("group add {p}/new", WRITE),
            ("group set {p}/new --kind flat", WRITE),
            ("group rename {p}/new newer", WRITE),
            ("license add {p}/newer l --sip 1", WRITE),
            ("license set {p}/newer l --sip 2", WRITE),
            ("license set {p}/newer l --sip +1", WRITE),
            ("license set {p}/newer l --sip max", WRITE),
            ("license transfer {p}/newer l /a main --sip 1", WRITE),
            ("license set {p}/newer l --sip 1", WRITE),
            ("user set {p} u@x.example --sip max", WRITE),
            ("rebalance {p} --need sip=1", READ + 1),  # and the revision
            ("license remove {p}/newer l", WRITE),
            ("group remove {p}/newer", WRITE),
            ("user remove {p} u@x.example", WRITE),
            ("state {p}", READ),
            ("--as ann@x.example state {p}", READ),
            ("state {p} --why sip", READ),
            ("group show {p}", READ),
            ("log", READ))


class Store:
    def __init__(self, location: str) -> None:
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "ALLOT_DB": location, "ALLOT_TRACE_SERVER": "1"}

    def run(self, words: str) -> int:
        """Runs a command and returns its round trips."""
        done = subprocess.run([ALLOT, *words.split()], env=self.environment, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            FAULTS.append(f"{words}: status {done.returncode}, {done.stderr}")
        counts = re.search(r"^connections (\d+) round trips (\d+) statements \d+$", done.stderr, re.MULTILINE)
        if counts is None or (counts[1] != "1" and not words.startswith("init")):
            FAULTS.append(f"{words}: {done.stderr!r}, not one connection")
            return 0
        return int(counts[2])


def run_commands(folder: pathlib.Path) -> None:
    with postgresql.Cluster(folder) as cluster:
        cluster.sql("CREATE DATABASE company TEMPLATE template0")
        store = Store(cluster.url("company"))
        for words in ("init", "group add /a", "license add / main --sip 1000", "license add /a main --sip 100",
                      f"group add -p {DEEP}", "user add /a ann@x.example --role admin"):
            store.run(words + " -q")
        for path in ("/a", DEEP):
            for words, most in COMMANDS:
                count = store.run(words.format(p=path))
                if count > most:
                    FAULTS.append(f"{words} at depth {path.count('/')}: {count} round trips, not {most}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # the server may run as another user
        run_commands(pathlib.Path(folder) / "cluster")
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


try:
    sys.exit(main())
except postgresql.Unavailable as reason:
    print(f"skipped: {reason}")
    sys.exit(77)
