"""A point write on a server is two round trips beside the connection, at any depth and for any actor; so is a read, the
second of which awaits the end of its transaction. The log of a large entry takes two for a thousand groups, and has the
same changes as in a file."""

import json
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
# Of an entry with one change, and of what an actor may see of it.
SHOW, SHOW_AS = 10, 21
# Of a large entry. The users of a group, and the groups in another, are more than are read ahead.
DEALERS, GROUPS, USERS, WIDE = 20, 2500, 12_000, 3000
MOST = 160  # round trips of a command that reads or restores all of them
FEW = 60  # of one that removes or restores a hundred groups, or of a batch of 2,500 lines
PRUNED = 450  # and of one that restores 11,000 groups and 31,000 users, a thousand at a time
CHANGED = 250  # and of one that changes all users, adds as many, or is refused and looks for what is unused in all groups
LARGE = f"/d{GROUPS // 2 % DEALERS}/g{GROUPS // 2}"
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
            ("log show {r}", SHOW),
            ("--as ann@x.example log show {r}", SHOW_AS),
            ("log", READ))


class Store:
    def __init__(self, location: str) -> None:
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "ALLOT_DB": location, "ALLOT_TRACE_SERVER": "1"}

    def run(self, words: str, is_server: bool = True, status: int = 0) -> int:
        """Runs a command and returns its round trips, on a file 0."""
        done = subprocess.run([ALLOT, *words.split()], env=self.environment, capture_output=True, text=True, timeout=300)
        self.output = done.stdout
        if done.returncode != status:
            FAULTS.append(f"{words}: status {done.returncode}, {done.stderr[:500]}")
        if not is_server:
            return 0
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
            store.run("log --max 1 --format tsv")
            newest = store.output.split("\t")[0]
            for words, most in COMMANDS:
                count = store.run(words.format(p=path, r=newest))
                if count > most:
                    FAULTS.append(f"{words} at depth {path.count('/')}: {count} round trips, not {most}")


def write_hierarchy(file: pathlib.Path) -> None:
    """A hierarchy with a group that has more users than are read ahead, between groups that have few, and a wide group."""
    lines = ["allot: 1", "licenses:", "  main: {sip: 90000}", "groups:", "  a-wide:", "    groups:"]
    lines += [f"      w{number}: {{kind: flat}}" for number in range(WIDE)]
    for dealer in range(DEALERS):
        lines += [f"  d{dealer}:", "    groups:"]
        for number in range(dealer, GROUPS, DEALERS):
            users = USERS if number == GROUPS // 2 else number % 3
            lines += [f"      g{number}:", "        restriction: reserved", "        licenses:",
                      f"          l{number}: {{sip: {users}}}", "        users:"]
            lines += [f"          u{user}@x{number}.example: {{sip: 1}}" for user in range(users)] or ["          {}"]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def show_large_entries(folder: pathlib.Path) -> None:
    """Shows the entries of a large import, of a removal of most of it, and of its undo, and the state after the import, in
    a file and on a server."""
    write_hierarchy(folder / "large.yaml")
    changed = (folder / "large.yaml").read_text(encoding="utf-8").replace("example: {sip: 1}", "example: {sip: 1, name: changed}")
    (folder / "changed.yaml").write_text(changed, encoding="utf-8")
    (folder / "part.yaml").write_text(changed.replace("licenses:\n  main: {sip: 90000}\n", ""), encoding="utf-8")
    (folder / "top.yaml").write_text("allot: 1\nlicenses:\n  main: {sip: 90000}\ngroups:\n  a-wide: {}\n", encoding="utf-8")
    (folder / "users").write_text("".join(f"user add /d{n % DEALERS}/g{n} new@x.example\n" for n in range(GROUPS)
                                        if n != GROUPS // 2))
    shown = {}
    with postgresql.Cluster(folder / "large") as cluster:
        cluster.sql("CREATE DATABASE large TEMPLATE template0")
        for store in (Store(cluster.url("large")), Store(str(folder / "large.db"))):
            is_server = store.environment["ALLOT_DB"].startswith("postgresql:")
            for words in ("init", f"import {folder / 'large.yaml'}", "group add /other", f"group move {LARGE} /other",
                          "group remove -r /other", "undo"):
                count = store.run(words + " -q", is_server)
                if count > MOST:
                    FAULTS.append(f"{words}: {count} round trips, not {MOST}")
            for words, most, status in ((f"batch {folder / 'users'} -q", FEW, 0),  # rows in groups that another entry created
                                        (f"import {folder / 'changed.yaml'} -q", CHANGED, 0), ("undo -q", CHANGED, 0),
                                        ("group add /more -q", WRITE, 0),
                                        (f"import {folder / 'part.yaml'} --into /more -q", CHANGED, 0),
                                        ("license set / main --sip 1", CHANGED, 3)):
                if (count := store.run(words, is_server, status)) > most:
                    FAULTS.append(f"{words}: {count} round trips, not {most}")
            for words in (*(f"log show {revision} --json" for revision in range(2, 8)), "check --json", "state / -r --as-of 2 --json",
                          "state / -r --as-of 5 --json", "state / --as-of 2 --json", f"state {LARGE} --as-of 2 --json"):
                count = store.run(words, is_server)
                answer = json.loads(store.output)
                if isinstance(answer, dict):
                    answer = answer.get("changes", {key: answer[key] for key in answer if key != "journal_mode"})
                shown.setdefault(words, []).append(answer)
                if count > MOST:
                    FAULTS.append(f"{words}: {count} round trips, not {MOST}")
            for words, most in ((f"export -o {folder / 'before.yaml'}", MOST), ("group remove -r /d1 -q", FEW),
                                ("undo -q", FEW), (f"import {folder / 'top.yaml'} --prune -q", FEW), ("undo -q", PRUNED),
                                (f"export -o {folder / 'after.yaml'}", MOST)):
                if (count := store.run(words, is_server)) > most:
                    FAULTS.append(f"{words}: {count} round trips, not {most}")
            if (folder / "before.yaml").read_bytes() != (folder / "after.yaml").read_bytes():
                FAULTS.append(f"after the undo of removals, {store.environment['ALLOT_DB']} has another content")
    for words, (server, file) in shown.items():
        if server != file or not file:
            FAULTS.append(f"{words}: {len(server)} on a server and {len(file)} in a file, or they differ")
    imported = len(shown["log show 2 --json"][1])
    if imported < 2 * GROUPS + USERS + WIDE:
        FAULTS.append(f"the import has {imported} changes")


def walk_many_groups(folder: pathlib.Path) -> None:
    """Reads more groups than are kept, on three levels: none is read twice."""
    lines = ["allot: 1", "groups:"]
    for dealer in range(500):
        lines += [f"  d{dealer}:", "    groups:"]
        for site in range(8):
            lines += [f"      s{site}:", "        users: {ann@x.example: {}}", "        groups:"]
            lines += [f"          a{flat}: {{users: {{u{flat}@x.example: {{}}}}}}" for flat in range(9)]
    (folder / "many.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with postgresql.Cluster(folder / "many") as cluster:
        cluster.sql("CREATE DATABASE many TEMPLATE template0")
        store = Store(cluster.url("many"))
        for words in ("init -q", f"import {folder / 'many.yaml'} -q"):
            store.run(words)
        for words, most in (("state / -r --json", 40), ("export", 90), ("user list -r --json", 90), ("check", 120)):
            if (count := store.run(words)) > most:
                FAULTS.append(f"{words} of 40,500 groups: {count} round trips, not {most}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # the server may run as another user
        run_commands(pathlib.Path(folder) / "cluster")
        show_large_entries(pathlib.Path(folder))
        walk_many_groups(pathlib.Path(folder))
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


try:
    sys.exit(main())
except postgresql.Unavailable as reason:
    print(f"skipped: {reason}")
    sys.exit(77)
