"""A store that was switched to WAL mode is refused with that reason, even if open elsewhere, and no file changes."""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []
LINES = ("state", "group add /b", "check", "backup copy.db", "export", "log", "undo", "init", "init --if-not-exists",
         "diff tree.yaml", "import tree.yaml", "batch lines.allot", "state --as-of 1", "remind", "template list",
         "import -", "batch")


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:600])


def snapshot(folder: pathlib.Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": name}

        def allot(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([ALLOT, *words], env=environment, cwd=folder, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL)

        def refused(what: str, store: str) -> None:
            before = snapshot(folder)
            wanted = (7, "", f'allot: the store "{store}" is in WAL mode, in which allot does not use it\nclose what has it open, '
                             f"then: sqlite3 {store} 'PRAGMA journal_mode = DELETE'\n")
            for line in LINES:
                done = allot("--db", store, *line.split())
                expect(f"{what}: {line}", (done.returncode, done.stdout, done.stderr), wanted)
            expect(f"{what}: nothing changed", snapshot(folder) == before, True)

        (folder / "tree.yaml").write_text("allot: 1\ngroups: {c: {}}\n")
        (folder / "lines.allot").write_text("group add /d\n")
        allot("init", "--sip", "10")
        allot("group", "add", "/a")
        plain = (folder / "allot.db").read_bytes()

        connection = sqlite3.connect(folder / "allot.db", isolation_level=None)
        expect("the mode", connection.execute("PRAGMA journal_mode = WAL").fetchone(), ("wal",))
        refused("opened by another, with an empty -wal", "allot.db")
        connection.execute("UPDATE groups SET kind = 'site' WHERE name = 'a'")
        connection.execute("CREATE TABLE more (text)")
        connection.execute("DROP TABLE more")
        refused("opened by another, with a -wal", "allot.db")
        for suffix in ("", "-wal"):  # as copied, or left by a killed program
            shutil.copy(folder / f"allot.db{suffix}", folder / f"left.db{suffix}")
        refused("left with a -wal", "left.db")
        connection.close()
        refused("closed", "allot.db")
        (folder / "read-only.db").write_bytes((folder / "allot.db").read_bytes())
        os.chmod(folder / "read-only.db", 0o400)
        refused("read-only", "read-only.db")

        for store in ("allot.db", "left.db"):  # the command in the error message
            connection = sqlite3.connect(folder / store, isolation_level=None)
            expect("switched back", connection.execute("PRAGMA journal_mode = DELETE").fetchone(), ("delete",))
            connection.close()
            expect("the state is there", '"kind": "site"' in allot("--db", store, "group", "show", "/a", "--json").stdout, True)
        expect("nothing stays beside it", sorted(file.name for file in folder.glob("allot.db*")), ["allot.db"])
        (folder / "allot.db").write_bytes(plain)
        expect("check of the store", allot("check").returncode, 0)

        # A foreign database in that mode is reported as foreign, and is not changed either.
        connection = sqlite3.connect(folder / "foreign.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE letters (text)")
        connection.close()
        before = snapshot(folder)
        done = allot("--db", "foreign.db", "state")
        expect("a foreign database", (done.returncode, done.stderr),
               (7, 'allot: "foreign.db" is an SQLite file, but not a store of allot\n'))
        expect("a foreign database stays", snapshot(folder) == before, True)

        # Between two transactions of one process.
        shell = subprocess.Popen([ALLOT, "--as", "ann@x.example", "shell"], env=environment, cwd=folder, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        allot("user", "add", "/", "ann@x.example", "--role", "admin")
        shell.stdin.write("group show /a --json\n")
        shell.stdin.flush()
        expect("a shell reads", shell.stdout.readline(), "{\n")
        connection = sqlite3.connect(folder / "allot.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        out, err = shell.communicate("group show /a\n")
        expect("a shell goes on", (shell.returncode, "line 2: the store cannot be used" in err), (7, True))
        connection.close()
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
