"""Creates the data of the benchmarks: hierarchies, stores with them, and their rows as files for `sqlite3`."""

import pathlib
import shutil
import subprocess
import sys

from measure import quietly

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas" / "sqlite"

# `.import` cannot read null: a value of the same size that the schema allows is used instead.
ROWS = {
    "groups": "SELECT id, ifnull(parent, 1), name, ifnull(kind, ''), restriction, suspended, ifnull(remind_before, 1),"
    " ifnull(remind_repeat, 0), ifnull(remind_users, 0), ifnull(remind_low, 1), ifnull(labels, ''), since"
    " FROM groups ORDER BY id",
    "licenses": "SELECT group_id, name, type, counts, features, ifnull(from_day, 0), ifnull(until_day, 0),"
    " ifnull(labels, ''), since FROM licenses"
    " ORDER BY group_id, name",
    "memberships": "SELECT group_id, email, name, role, counts, ifnull(features, ''), ifnull(from_day, 0),"
    " ifnull(until_day, 0), ifnull(labels, ''), since, ifnull(renamed_from, '') FROM memberships"
    " ORDER BY group_id, email",
}


class Ground:
    """A folder with the data of the benchmarks; existing data is reused."""

    def __init__(self, folder: pathlib.Path, allot: str) -> None:
        self.folder = folder
        self.allot = allot
        folder.mkdir(parents=True, exist_ok=True)

    def hierarchy(self, shape: str, nodes: int, changed: float = 0) -> pathlib.Path:
        file = self.folder / f"{shape}-{nodes}{f'-{changed}' if changed else ''}.yaml"
        if not file.exists():
            program = [sys.executable, str(pathlib.Path(__file__).with_name("hierarchies.py")), shape, str(nodes)]
            with file.open("wb") as out:
                subprocess.run([*program, "--changed", str(changed)], stdout=out, check=True)
        return file

    def empty(self, name: str) -> pathlib.Path:
        """A new store; replaces an existing store of that name."""
        store = self.folder / name
        store.unlink(missing_ok=True)
        quietly([self.allot, "init", "--db", str(store)])
        return store

    def store(self, shape: str, nodes: int) -> pathlib.Path:
        store = self.folder / f"{shape}-{nodes}.db"
        if not store.exists():
            self.empty(store.name)
            quietly([self.allot, "--db", str(store), "import", "--quiet", str(self.hierarchy(shape, nodes))])
        return store

    def copy(self, store: pathlib.Path, name: str) -> pathlib.Path:
        target = self.folder / name
        shutil.copy(store, target)
        return target

    def import_script(self, shape: str, nodes: int) -> pathlib.Path:
        """The `sqlite3` commands to import the same rows into the same schema, indexes last, without figures."""
        store = self.store(shape, nodes)
        script = self.folder / f"{shape}-{nodes}.sql"
        if script.exists():
            return script
        lines = ["PRAGMA synchronous = FULL;", "BEGIN;", f".read {SCHEMA / '0001_initial.sql'}", ".mode csv"]
        for table, query in ROWS.items():
            rows = self.folder / f"{shape}-{nodes}.{table}.csv"
            rows.write_text(quietly(["sqlite3", "-csv", str(store), query]))
            lines.append(f".import {rows} {table}")
        script.write_text("\n".join([*lines, f".read {SCHEMA / '0001_indexes.sql'}", "COMMIT;"]) + "\n")
        return script

    def ask(self, store: pathlib.Path, query: str) -> str:
        return quietly(["sqlite3", str(store), query]).strip()

    def path_of(self, store: pathlib.Path, group: int) -> str:
        """The path of the group in a row."""
        return self.ask(
            store,
            f"WITH RECURSIVE up (id, path) AS (SELECT {group}, '' UNION ALL SELECT g.parent, '/' || g.name || path"
            " FROM up JOIN groups g ON g.id = up.id WHERE g.parent IS NOT NULL) SELECT path FROM up WHERE id = 1",
        )
