"""Measures commands on a private PostgreSQL server against psql with statements on the same rows."""

import os
import pathlib
import shlex
import subprocess
import sys
import time

from measure import Command, Table, quietly, run
from stores import ROOT, Ground

sys.path.insert(0, str(ROOT / "tests" / "support"))
import pg_proxy  # noqa: E402
import postgresql  # noqa: E402

PSQL = str(postgresql.PROGRAMS / "psql")
CLIENTS = (1, 4, 16)
SECONDS = 5  # that the clients of a throughput run
LINES = 100_000
ROUND_TRIP = 0.001
# The rows of a first import, with the indexes last.
TABLES = ("groups", "licenses", "memberships", "figures")


class Server:
    """A cluster with the store of the benchmark in the database `company`."""

    def __init__(self, ground: Ground, table: Table, cluster: postgresql.Cluster) -> None:
        self.ground, self.table, self.cluster = ground, table, cluster
        self.url = cluster.url("company")

    def allot(self, *words: str, url: str | None = None) -> list[str]:
        return [self.ground.allot, "--db", url or self.url, *words]

    def psql(self, *statements: str, url: str | None = None) -> list[str]:
        return [PSQL, "-X", "-q", "-A", "-t", "-d", url or self.url, *[word for each in statements for word in ("-c", each)]]

    def ask(self, statement: str) -> list[list[str]]:
        return [line.split("|") for line in quietly(self.psql(statement)).splitlines()]

    # ---- first imports

    def import_all(self, nodes: int, runs: int) -> None:
        """A first import against psql's copy of the same rows into the same tables, then the keys and indexes."""
        quietly(self.psql("CREATE DATABASE copied TEMPLATE template0", url=self.cluster.url("postgres")))
        quietly(self.psql("CREATE DATABASE company TEMPLATE template0", url=self.cluster.url("postgres")))
        copied = self.cluster.url("copied")
        document = str(self.ground.hierarchy("dealers", nodes))

        def make_empty() -> None:
            quietly(self.psql("DROP SCHEMA IF EXISTS allot CASCADE"))
            quietly(self.allot("init"))

        ours = Command(self.allot("import", "--quiet", document), prepare=make_empty)
        run(ours)
        folder = self.ground.folder / "copies"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
        schema = ROOT / "schemas" / "postgresql"
        script = ["SET search_path = allot, pg_temp", "BEGIN"]
        for name in TABLES:
            columns = ", ".join(row[0] for row in self.ask(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'allot.%s'::regclass AND attnum > 0 AND attgenerated = ''"
                " ORDER BY attnum" % name))
            quietly(self.psql(f"\\copy (SELECT {columns} FROM allot.{name}) TO '{folder}/{name}' (FORMAT binary)"))
            script.append(f"\\copy {name} ({columns}) FROM '{folder}/{name}' (FORMAT binary)")
        indexes = (schema / "0001_indexes.sql").read_text()
        (folder / "script").write_text(
            "\n".join(line if line.startswith("\\") else line + ";" for line in script) + f"\n{indexes}\nCOMMIT;\n")

        def make_tables() -> None:
            quietly(self.psql("DROP SCHEMA IF EXISTS allot CASCADE", "CREATE SCHEMA allot", "SET search_path = allot, pg_temp",
                              (schema / "0001_initial.sql").read_text(), url=copied))

        other = Command([PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", copied, "-f", str(folder / "script")],
                        prepare=make_tables)
        self.table.compare(f"import of {nodes}", ours, other, 2.0, "psql \\copy, keys and indexes last", max(1, runs // 8))

    # ---- single commands

    def pick(self) -> None:
        """A user in each of several dealers, as its path, group and e-mail."""
        self.users = []
        for (dealer,) in self.ask("SELECT id FROM allot.groups WHERE parent = 1 ORDER BY id LIMIT %d" % max(CLIENTS)):
            group, email = self.ask(
                f"WITH RECURSIVE below (id) AS (SELECT {dealer}::bigint UNION ALL SELECT g.id FROM allot.groups g JOIN below b"
                " ON g.parent = b.id) SELECT group_id, email FROM below JOIN allot.memberships ON group_id = id LIMIT 1")[0]
            path = quietly(self.allot("find", email, "--format", "tsv")).split("\t")[1]
            self.users.append((path, group, email))

    def update(self, user: tuple, number: object) -> str:
        return f"UPDATE allot.memberships SET name = 'name {number}' WHERE group_id = {user[1]} AND email_key = lower('{user[2]}')"

    def set_name(self, user: tuple, number: object, url: str | None = None) -> list[str]:
        return self.allot("user", "set", user[0], user[2], "--name", f"N {number}", "--quiet", url=url)

    def single(self, runs: int, url: str | None = None, note: str = "") -> None:
        user = self.users[0]
        select = f"SELECT * FROM allot.memberships WHERE group_id = {user[1]}"
        self.table.compare("user set" + note, Command([], vary=lambda n: self.set_name(user, n, url)),
                           Command([], vary=lambda n: self.psql(self.update(user, n), url=url)), 0.8, "psql -c UPDATE", runs)
        self.table.compare("state" + note, Command(self.allot("state", user[0], url=url)),
                           Command(self.psql(select, url=url)), 0.8, "psql -c SELECT", runs)

    # ---- many clients

    def rate(self, commands: list[list[str]]) -> float:
        """The writes a second of clients that each run a command in a loop; `$i` in it is the number of the run."""
        until = time.time() + SECONDS
        loops = []
        for command in commands:
            words = " ".join(shlex.quote(word).replace("@i@", "'$i'") for word in command)
            script = f"i=0; while (( EPOCHSECONDS < {int(until)} )); do i=$((i + 1)); {words} || exit 1; done; echo $i"
            loops.append(subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE, text=True))
        started = time.time()
        counts = [loop.communicate()[0] for loop in loops]
        if not all(counts):
            raise SystemExit("a client failed")
        return sum(map(int, counts)) / (time.time() - started)

    def throughput(self) -> None:
        print(f"\n{'writes a second of':44} {'allot':>9} {'psql':>9} {'ratio':>6}")
        for count in CLIENTS:
            for place in ("one dealer each", "all in one dealer") if count > 1 else ("one dealer",):
                users = [self.users[0 if place.startswith("all") else n] for n in range(count)]
                ours = self.rate([self.set_name(user, "@i@") for user in users])
                other = self.rate([self.psql(self.update(user, "@i@")) for user in users])
                print(f"{f'{count} clients, {place}':44} {ours:>9.1f} {other:>9.1f} {ours / other:>6.2f}", flush=True)

    def batch(self, runs: int) -> None:
        """100,000 changes of users in one transaction."""
        rows = self.ask(f"SELECT group_id, email FROM allot.memberships ORDER BY group_id LIMIT {LINES}")
        lines, statements = self.ground.folder / "server-batch", self.ground.folder / "server-batch.sql"
        names = {row[0]: (row[1], row[2]) for row in self.ask("SELECT id, parent, name FROM allot.groups")}

        def path_of(group: str) -> str:
            parts = []
            while group != "1":
                parent, name = names[group]
                parts.append(name)
                group = parent
            return "/" + "/".join(reversed(parts))

        lines.write_text("".join(f"user set {shlex.quote(path_of(group))} {email} --name 'B {n}'\n"
                                 for n, (group, email) in enumerate(rows)))
        statements.write_text("BEGIN;\n" + "".join(self.update((None, *row), f"B {n}") + ";\n" for n, row in enumerate(rows))
                              + "COMMIT;\n")
        self.table.compare(f"batch of {len(rows)} lines", Command(self.allot("batch", "--quiet", str(lines))),
                           Command([PSQL, "-X", "-q", "-d", self.url, "-f", str(statements)]), None,
                           "psql -f, an UPDATE each", max(1, runs // 16))


def measure(ground: Ground, table: Table, nodes: int, runs: int) -> None:
    table.heading(f"On a server, {nodes} nodes")
    folder = pathlib.Path("/tmp") / f"allot-bench-server.{os.getpid()}"  # a socket's path is short
    settings = {"fsync": "on", "full_page_writes": "on", "shared_buffers": "512MB"}
    with postgresql.Cluster(folder, settings=settings) as cluster:
        server = Server(ground, table, cluster)
        server.import_all(nodes, runs)
        server.pick()
        server.single(runs)
        server.throughput()
        server.batch(runs)
        with pg_proxy.Proxy(folder / "far", cluster.socket, delay=ROUND_TRIP / 2) as proxy:
            server.single(runs, proxy.url("company"), f", round trip {ROUND_TRIP * 1000:.0f} ms more")
