"""Measures commands on a private PostgreSQL server against psql with a statement on the same rows."""

import os
import pathlib
import sys

from measure import Command, Table, quietly
from stores import ROOT, Ground

sys.path.insert(0, str(ROOT / "tests" / "support"))
import postgresql  # noqa: E402

PSQL = str(postgresql.PROGRAMS / "psql")


def measure(ground: Ground, table: Table, nodes: int, runs: int) -> None:
    table.heading(f"On a server, {nodes} nodes")
    folder = pathlib.Path("/tmp") / f"allot-bench-server.{os.getpid()}"  # a socket's path is short
    with postgresql.Cluster(folder, settings={"fsync": "on", "full_page_writes": "on"}) as cluster:
        cluster.sql("CREATE DATABASE company TEMPLATE template0")
        url = cluster.url("company")
        on_store = [ground.allot, "--db", url]
        quietly([*on_store, "init"])
        quietly([*on_store, "import", "--quiet", str(ground.hierarchy("dealers", nodes))])
        psql = [PSQL, "-X", "-q", "-d", url, "-c"]
        group = quietly([PSQL, "-X", "-A", "-t", "-d", url, "-c",
                         "SELECT group_id FROM allot.memberships LIMIT 1"]).strip()
        email = quietly([PSQL, "-X", "-A", "-t", "-d", url, "-c",
                         f"SELECT email FROM allot.memberships WHERE group_id = {group} LIMIT 1"]).strip()
        path = quietly([*on_store, "find", email, "--format", "tsv"]).split("\t")[1]
        update = f"UPDATE allot.memberships SET name = 'name %d' WHERE group_id = {group} AND email_key = lower('{email}')"
        select = f"SELECT * FROM allot.memberships WHERE group_id = {group}"
        table.compare("user set", Command([], vary=lambda n: [*on_store, "user", "set", path, email, "--name", f"N {n}"]),
                      Command([], vary=lambda n: [*psql, update % n]), 1.0, "psql -c UPDATE", runs)
        table.compare("state", Command([*on_store, "state", path]), Command([*psql, select]), 1.0, "psql -c SELECT", runs)
