"""A store is the same after a restore to a PostgreSQL server and a backup from there, whichever of the two it began on."""

import contextlib
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import PROGRAMS, Cluster, Unavailable  # noqa: E402

try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORLD = ROOT.parent / "shared/data/world.yaml"
ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []
MANY = 400  # more groups than an entry of an SQLite store has places in rows

COMPANY = """allot: 1
users: {boss@x.example: {name: Boss, role: admin}}
groups:
  ends:
    restriction: reserved
    reminder: {before: [60, 30, 7], repeat: daily, users: true, low: 100}
    licenses: {main: {sip: 10, mobile: 4, until: 2026-12-01}}
    users: {ann@x.example: {name: Анна, role: admin}, ben@x.example: {role: admin}, cem@x.example: {role: admin, sip: 1}}
  renewed:
    restriction: reserved
    reminder: {before: 30, repeat: once}
    licenses: {main: {sip: 10, until: 2026-12-01}}
    users: {dora@x.example: {role: admin}}
  left: {users: {admin@left.example: {role: admin}, Uwe@x.example: {name: Uwe}}}
  right: {users: {admin@right.example: {role: admin}}}
"""


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:900])


class Place:
    """A folder to run allot in, on one cluster."""

    def __init__(self, folder: pathlib.Path, cluster: Cluster):
        self.folder, self.cluster, self.databases = folder, cluster, 0
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))}
        self.environment = kept | {"HOME": str(folder), "ALLOT_TODAY": "2026-11-24", "ALLOT_CONFIG": str(folder / "c.yaml")}
        (folder / "c.yaml").write_text("")

    def database(self) -> str:
        self.databases += 1
        self.cluster.sql(f"CREATE DATABASE d{self.databases}")
        return self.cluster.url(f"d{self.databases}")

    def sql(self, store: str, statements: str) -> str:
        if not store.startswith("postgresql:"):
            with contextlib.closing(sqlite3.connect(self.folder / store)) as connection:
                return str(connection.executescript(statements) and connection.commit())
        return self.cluster.sql(f"SET search_path = allot; {statements}", store.split("/")[3].split("?")[0])

    def start(self, store: str, *words: str | bytes, **options) -> subprocess.Popen:
        return subprocess.Popen([ALLOT, "--db", store, *words], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment, **options)

    def run(self, store: str, *words: str | bytes, status: int | None = 0, text: str = "") -> str:
        done = subprocess.run([ALLOT, "--db", store, *words], cwd=self.folder, input=text, capture_output=True, text=True,
                              env=self.environment, errors="surrogateescape")
        if status is not None:
            expect(f"{words} on {store}: {done.stdout[-300:]}{done.stderr[:300]}", done.returncode, status)
        return f"{done.returncode} {done.stdout}{done.stderr.replace(store, 'STORE')}"

    def dump(self, file: str) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.folder / file)) as connection:
            connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
            # A server reserves many ids of groups at a time, and a backup begins after those that are in use.
            rows = [re.sub(r'^(INSERT INTO "store" VALUES\((\d+,){3})\d+', r"\1next_group", row) for row in connection.iterdump()]
            return rows + [str(connection.execute(f"PRAGMA {name}").fetchone())
                                                  for name in ("user_version", "application_id", "journal_mode")]

    def dump_server(self, store: str) -> list[str]:
        """The rows without what a backup has not: the keys of writes, and how many ids of groups are reserved."""
        self.sql(store, "UPDATE log SET write_key = NULL")
        done = subprocess.run([PROGRAMS / "pg_dump", "--schema=allot", store], capture_output=True, text=True, check=True)
        return sorted(line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict", "SELECT pg_catalog.setval")))

    def newest(self, store: str) -> int:
        return int(self.run(store, "log", "--max", "1", "--format", "tsv").split("\t")[0].split()[1])


def make_history(place: Place, store: str) -> None:
    """Every kind of row and of entry."""
    run = lambda *words, **options: place.run(store, *words, "-q", **options)  # noqa: E731
    run("init")
    run("import", str(ROOT / "examples/distributor.yaml"))
    run("import", "-", text=COMPANY)
    run("license", "add", "/", "extra", "--sip", "1000", "--mobile", "1000", "--feature", "ukey2")
    run("catalog", "add", "badge", "--counted", "--requires", "sip")
    run("catalog", "add", "glow", "--feature")
    run("catalog", "remove", "glow")
    run("undo")  # the entry is restored
    run("group", "add", "/moved/below/deep", "-p")
    run("group", "add", "/target")
    run("group", "move", "/moved/below", "/target")
    run("group", "rename", "/target/below", "unter")
    run("group", "remove", "/target", "-r")
    run("undo")
    run("group", "remove", "/moved", "-r")
    run("group", "set", "/left", "--kind", "", "--suspend")
    run("license", "add", "/left", "own", "--sip", "3", "--mobile", "2", "--feature", "ukey2", "--from", "2026-01-01")
    run("license", "set", "/left", "own", "--sip", "2", "--until", "2027-05-05")
    run("user", "add", "/right", "eve@x.example", "--name", "Eve 'n' \\t ☃", "--sip", "1", "--no-features")
    run("user", "rename", "eve@x.example", "EVA@x.example")
    run("user", "move", "EVA@x.example", "/right", "/left")
    run("user", "set", "/left", "EVA@x.example", "--all-features", "--until", "2026-12-31")
    run("--as", "admin@right.example", "user", "add", "/right", "UWE@x.example")  # a second spelling of a user
    run("user", "remove", "--all", "EVA@x.example")
    run("license", "remove", "/left", "own")
    groups = "".join(f"  many{i}: {{kind: a, users: {{u{i}@x.example: {{}}}}}}\n" for i in range(MANY))
    run("import", "-", text="allot: 1\ngroups:\n" + groups)
    run("import", "-", text="allot: 1\ngroups:\n" + groups.replace("kind: a", "kind: b") + "  more: {}\n")
    run("undo")
    run("batch", "-", text="group add /of-batch\nuser add /of-batch fay@x.example\ngroup remove /right -r\n")
    (place.folder / os.fsdecode(b"\xff.yaml")).write_text("")
    run(b"--config", b"\xff.yaml", "group", "add", "/raw")  # a command line that is not UTF-8
    for words in (("set", "admin", "--subject", "Ends {{name}}"), ("set", "admin", "--html", "-"), ("reset", "admin"),
                  ("set", "user", "--body", "-")):
        run("template", *words, text="<p>{{name}} ü</p>\n")
    send_mails(place, store)
    place.sql(store, "UPDATE log SET time = time - 864000 WHERE revision <= 4")
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 5 * 86400))
    run("log", "prune", "--before", day)


def send_mails(place: Place, store: str) -> None:
    """Mails in all states."""
    with mail_server.Server() as server:
        (place.folder / "c.yaml").write_text(f"mail: {{from: a@x.example, transport: '{server.transport}', starttls: never}}\n")
        server.on("rcpt", "451 4.7.1 later", "ann@x.example")
        server.on("rcpt", "550 5.1.1 no such user ü", "ben@x.example")
        server.on("end", mail_server.DROP, "cem@x.example")
        server.on("rcpt", "451 4.7.1 later", "dora@x.example")
        place.run(store, "remind", "--send", "-q", status=8)
        place.run(store, "license", "set", "/renewed", "main", "--until", "none", "-q")
        place.run(store, "user", "add", "/ends", "gus@x.example", "--role", "admin", "-q")
        place.run(store, "remind", "--send", "-q", status=8)
    (place.folder / "c.yaml").write_text("")
    history = place.run(store, "remind", "--history", "--json")
    for state in ("begun", "delivered", "deferred", "refused", "withdrawn"):
        expect(f"a mail is {state}", re.search(f'"state": ?"{state}"', history) is not None, True)


def outputs(place: Place, store: str) -> dict[str, str]:
    """All that the commands show of a store."""
    words = [["export"], ["log", "--json"], ["state", "-r", "--json"], ["remind", "--history", "--json"], ["template", "list"],
             ["template", "show", "user"], ["user", "list", "-r", "--json"], ["catalog", "list"],
             ["--as", "admin@left.example", "log", "--json"], ["check", "--format", "tsv"], ["undo", "-n"]]
    for revision in map(str, range(1, place.newest(store) + 1)):
        words += [["log", "show", revision, "--json"], ["state", "-r", "--as-of", revision, "--json"], ["undo", revision, "-n"]]
    return {" ".join(each): place.run(store, *each, status=None) for each in words}


def compare(what: str, came: dict[str, str] | list[str], wanted: dict[str, str] | list[str]) -> None:
    if came == wanted:
        return
    pairs = [(key, came.get(key), wanted[key]) for key in wanted] if isinstance(wanted, dict) else \
        [("", each, "") for each in sorted(set(came) ^ set(wanted))] or [("the order", "", "-")]
    different = [pair for pair in pairs if pair[1] != pair[2]]
    FAULTS.append(f"{what}: {len(different)} differences, first {different[0]!r}"[:1500])


def from_file(place: Place) -> None:
    make_history(place, "first.db")
    server = place.database()
    place.run(server, "restore", "first.db", "-n")
    expect("a dry run", "there is no store" in place.run(server, "check", status=7), True)
    newest = place.newest("first.db")
    expect("a restore", place.run(server, "restore", "first.db"), f"0 restored revision {newest} from first.db\n")
    place.run(server, "check")
    place.run(server, "backup", "again.db")
    expect("the mode", (place.folder / "again.db").stat().st_mode & 0o777, 0o600)
    place.run("again.db", "check")
    with contextlib.closing(sqlite3.connect(place.folder / "first.db")) as connection:
        expect("an entry has many places", connection.execute("SELECT max(length(places)) FROM log").fetchone()[0] > MANY, True)
        expect("spellings", connection.execute("SELECT spellings, pruned FROM store").fetchone(), (1, 4))
    compare("the rows", place.dump("again.db"), place.dump("first.db"))
    wanted = outputs(place, "first.db")
    compare("the outputs on the server", outputs(place, server), wanted)
    compare("the outputs of the backup", outputs(place, "again.db"), wanted)
    for store in (server, "again.db"):  # they can be written
        place.run(store, "group", "add", "/after", "-q")
        place.run(store, "undo", "-q")
        place.run(store, "check")


def from_server(place: Place) -> None:
    server, second = place.database(), place.database()
    make_history(place, server)
    place.run(server, "backup", "second.db")
    place.run("second.db", "check")
    place.run(second, "init", "-q")
    place.run(second, "restore", "second.db", "-q", "--if-revision", "1")
    compare("the rows on the server", place.dump_server(second), place.dump_server(server))
    wanted = outputs(place, server)
    compare("the outputs of the copy", outputs(place, "second.db"), wanted)
    compare("the outputs on the second server", outputs(place, second), wanted)


def large(place: Place) -> None:
    place.run("large.db", "init", "-q")
    if WORLD.exists():
        place.run("large.db", "import", str(WORLD), "-q")
    else:
        groups = "".join(f"  g{i}: {{users: {{u{i}@x.example: {{}}}}}}\n" for i in range(20_000))
        place.run("large.db", "import", "-", "-q", text="allot: 1\ngroups:\n" + groups)
    server = place.database()
    place.run(server, "restore", "large.db", "-q")
    place.run(server, "backup", "large-again.db", "-q")
    compare("a large store", place.dump("large-again.db"), place.dump("large.db"))
    beside_writers(place, server)


def beside_writers(place: Place, server: str) -> None:
    """Each copy has the state of one revision."""
    place.run(server, "group", "add", "/w", "-q")
    (place.folder / "go").write_text("")
    script = 'i=0; while [ -e go ]; do "$0" --db "$1" group set /w --kind "k$i" -q --wait 60 || exit 1; i=$((i + 1)); done'
    writers = [subprocess.Popen(["bash", "-c", script, ALLOT, server], env=place.environment, cwd=place.folder) for _ in range(2)]
    for number in range(3):
        first = place.newest(server)
        done = place.run(server, "backup", f"beside{number}.db", "--format", "tsv")
        newest = place.newest(f"beside{number}.db")
        expect("its revision", (first <= newest, done), (True, f"0 beside{number}.db\t{newest}\n"))
        place.run(f"beside{number}.db", "check")
    (place.folder / "go").unlink()
    expect("the writers", [writer.wait() for writer in writers], [0, 0])


@contextlib.contextmanager
def locked(place: Place, store: str, mode: str):
    """Another session has the last table that is copied locked."""
    session = subprocess.Popen([PROGRAMS / "psql", "-X", "-q", store], stdin=subprocess.PIPE, text=True)
    session.stdin.write(f"BEGIN; LOCK TABLE allot.mail_slots IN {mode} MODE;\n")
    session.stdin.flush()
    wait_for(place, store, "SELECT count(*) FROM pg_locks WHERE relation = 'mail_slots'::regclass AND granted")
    yield
    session.stdin.close()
    session.wait()


def wait_for(place: Place, store: str, question: str) -> None:
    end = time.monotonic() + 60
    while place.sql(store, question).strip() == "0":
        if time.monotonic() > end:
            raise AssertionError(question)
        time.sleep(0.01)


def killed(place: Place) -> None:
    """A process that is killed in the middle leaves the old state, and no file of that name."""
    server = place.database()
    place.run(server, "init", "-q")
    before = place.dump_server(server)
    waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'mail_slots'::regclass AND NOT granted"
    for words, mode in ((("restore", "first.db"), "SHARE"), (("backup", "killed.db"), "ACCESS EXCLUSIVE")):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
            with locked(place, server, mode):
                process = place.start(server, *words, "--wait", "60")
                wait_for(place, server, waiting)
                process.send_signal(number)
                expect(f"{words[0]} gets signal {number}", process.wait() in (-number, 128 + number), True)
                process.communicate()
                expect("there is no copy", (place.folder / "killed.db").exists(), False)
            place.run(server, "check")
            compare(f"{words[0]}: the rows after signal {number}", place.dump_server(server), before)
    with locked(place, server, "SHARE"):
        place.run(server, "restore", "first.db", "--wait", "0", status=75)
    place.run(server, "restore", "first.db", "-q")
    place.run(server, "check")
    # Two at once: one restores, the other finds its store.
    server = place.database()
    both = [place.start(server, "restore", "first.db", "--wait", "60") for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    expect(f"two restores at once: {said}", sorted(process.returncode for process in both), [0, 4])
    place.run(server, "check")


def refused(place: Place) -> None:
    server, empty = place.database(), place.database()
    place.run(server, "init", "-q")
    place.run(server, "group", "add", "/a", "-q")
    place.run(server, "user", "add", "/", "boss@x.example", "--role", "admin", "-q")
    for words, store, status, part in (
            (("restore", "first.db"), server, 4, "is not empty"), (("restore", "first.db", "-n"), server, 4, "is not empty"),
            (("restore", "first.db", "--if-revision", "1"), server, 4, "the store is at revision 3, not 1"),
            (("restore", "first.db", "--if-revision", "1"), empty, 4, "the store is at revision 0, not 1"),
            (("restore", "first.db", "--as", "boss@x.example"), server, 4, "is not empty"),
            (("restore", "first.db", "--as", "eve@x.example"), server, 5, '"eve@x.example" may not restore a store'),
            (("restore", "first.db", "--as", "boss@x.example"), empty, 5, "restore it without --as"),
            (("restore", "first.db", "--as", "boss@x.example", "-n"), empty, 5, "restore it without --as"),
            (("restore", "none.db"), empty, 6, 'there is no store "none.db"'), (("restore", "."), empty, 6, "is a folder"),
            (("restore", "none.db", "--as", "boss@x.example"), empty, 6, "there is no store"),
            (("restore", "tree.yaml"), empty, 6, "not a store of allot"), (("restore", "wal.db"), empty, 6, "WAL mode"),
            (("restore", "newer.db"), empty, 6, "made by a newer allot"), (("restore", "cut.db"), empty, 6, "is damaged"),
            (("restore", "keys.db"), empty, 6, "refers to a row of groups that is not there"),
            (("restore", "range.db"), empty, 6, "is damaged"), (("restore", "range.db", "-n"), empty, 6, "is damaged"),
            (("restore", server), empty, 2, "a restore reads a file"),
            (("restore", "first.db"), "other.db", 2, "cp first.db "), (("restore", ""), empty, 2, "is empty"),
            (("restore", "none.db"), place.cluster.url("nowhere"), 7, 'no database "nowhere"'),
            (("backup", "first.db"), server, 4, '"first.db" exists already'), (("backup", "nowhere/x.db"), server, 74, "nowhere/x.db"),
            (("backup", "new.db", "--as", "eve@x.example"), server, 5, "may not copy the store")):
        expect(f"{words} {part}", part in place.run(store, *words, status=status), True)
    expect("json", place.run(empty, "restore", "first.db", "--json", "-n").startswith('0 {\n  "file": "first.db",\n  "revision": '), True)
    full = subprocess.run(["bash", "-c", 'ulimit -f 40; "$0" --db "$1" backup full.db', ALLOT, server], cwd=place.folder,
                          env=place.environment, capture_output=True, text=True)
    expect(f"a full disk: {full.stderr}", (full.returncode, '"full.db"' in full.stderr), (74, True))
    expect("nothing is left of it", list(place.folder.glob("full.db*")), [])
    with contextlib.closing(sqlite3.connect(place.folder / "locked.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        place.run(empty, "restore", "locked.db", "--wait", "0", status=75)
    expect("no schema is made", "there is no store" in place.run(empty, "check", status=7), True)


def make_faulty(place: Place) -> None:
    first = (place.folder / "first.db").read_bytes()
    (place.folder / "tree.yaml").write_text("allot: 1\n")
    (place.folder / "cut.db").write_bytes(first[:len(first) // 2])
    for name, statements in (("wal", "PRAGMA journal_mode = WAL"), ("newer", "PRAGMA user_version = 99"), ("locked", ""),
                             ("keys", "DELETE FROM groups WHERE name = 'renewed'"),
                             ("range", "UPDATE licenses SET until_day = 5000000000")):
        (place.folder / f"{name}.db").write_bytes(first)
        place.sql(f"{name}.db", statements)


def roles(place: Place) -> None:
    cluster = place.cluster
    server, name = place.database(), f"d{place.databases}"
    subprocess.run([PROGRAMS / "psql", "-X", "-q", "-d", server, "-f", ROOT / "schemas/postgresql/roles.sql"], check=True)
    for role in ("owner", "writer", "reader"):
        cluster.sql(f"CREATE ROLE {role} LOGIN IN ROLE allot_{role}")
    url = {role: cluster.url(name, user=role) for role in ("owner", "writer", "reader")}
    for role in ("writer", "reader"):
        place.run(url[role], "restore", "first.db", status=7)
    place.run(url["owner"], "init", "-q")
    place.run(url["reader"], "restore", "first.db", status=7)
    place.run(url["writer"], "restore", "first.db", "-n", "-q")
    place.run(url["writer"], "restore", "first.db", "-q")
    place.run(url["reader"], "check")
    place.run(url["reader"], "backup", "read.db", "-q")
    compare("what a reader copies", place.dump("read.db"), place.dump("first.db"))
    place.sql(server, "DROP SCHEMA allot CASCADE")
    place.run(url["owner"], "restore", "first.db", "-q")
    place.run(url["owner"], "check")
    place.run(url["writer"], "group", "add", "/by-writer", "-q")


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
            os.chmod(name, 0o755)
            with Cluster(pathlib.Path(name) / "c") as cluster:
                folder = pathlib.Path(name) / "w"
                folder.mkdir()
                place = Place(folder, cluster)
                from_file(place)
                make_faulty(place)
                for part in (from_server, large, killed, refused, roles):
                    part(place)
    except Unavailable:
        print("skipped: postgresql-15 is not installed; tools/install-packages test installs it")
        return 77
    print("\n".join(FAULTS).encode(errors="backslashreplace").decode())
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
