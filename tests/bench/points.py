"""Point reads and writes in stores of every shape, and commands on a whole subtree."""

import dataclasses
import itertools
import pathlib
from collections.abc import Sequence

from measure import Command, Table, run
from stores import Ground


@dataclasses.dataclass
class Place:
    """The place of a measurement in a store: a group with a user, its row, and a group beside it."""

    name: str
    store: pathlib.Path
    group: str
    row: int
    email: str
    licensed: str
    license: str
    most: float
    """How many times as long as in a store of ten nodes a command may take."""


def place_in(ground: Ground, name: str, store: pathlib.Path, most: float = 1.2, where: str = "1") -> Place:
    """The place of the user of a middle row among the rows with the SQL condition `where`, in a copy of the store."""
    copy = ground.copy(store, f"point-{name.replace(' ', '-')}.db")
    count = int(ground.ask(copy, f"SELECT count(*) FROM memberships WHERE {where}"))
    row, email = ground.ask(copy, f"SELECT group_id, email FROM memberships WHERE {where} AND email NOT LIKE 'admin@%'"
                                  f" LIMIT 1 OFFSET {count // 2}").split("|")
    group = ground.path_of(copy, int(row))
    licensed, license_name = group, ""
    while not license_name:
        found = ground.ask(copy, f"SELECT name FROM licenses WHERE group_id = {row_of(ground, copy, licensed)} LIMIT 1")
        licensed, license_name = (licensed, found) if found else (licensed.rpartition("/")[0] or "/", "")
    return Place(name, copy, group, int(row), email, licensed, license_name, most)


def row_of(ground: Ground, store: pathlib.Path, path: str) -> int:
    row = 1
    for name in path.split("/")[1:] if path != "/" else []:
        escaped = name.replace("'", "''")
        row = int(ground.ask(store, f"SELECT id FROM groups WHERE parent = {row} AND name = '{escaped}'"))
    return row


def commands(ground: Ground, place: Place) -> dict[str, Command]:
    """The point commands at a place; each run of a write makes a different change."""
    allot = [ground.allot, "--quiet", "--db", str(place.store)]
    number = itertools.count(1)
    sides = itertools.cycle(("move here", "moving"))
    counts = dict(part.split("=") for part in ground.ask(
        place.store, f"SELECT counts FROM licenses WHERE group_id = {row_of(ground, place.store, place.licensed)}"
                     f" AND name = '{place.license}'").split())
    item = "mobile" if "mobile" in counts else "sip"  # the resource that no other resource of the licence requires
    for path in (f"{place.group}/move here", f"{place.group}/moving"):
        run(Command([*allot, "group", "add", "--if-not-exists", path]))

    def move() -> Sequence[str]:
        return ([*allot, "group", "move", f"{place.group}/moving", f"{place.group}/move here"]
                if next(sides) == "move here"
                else [*allot, "group", "move", f"{place.group}/move here/moving", place.group])

    def varied(*words: str) -> Command:
        return Command([], vary=lambda _: [*allot, *(word.replace("#", str(next(number))) for word in words)])

    def narrowed(_: int) -> Sequence[str]:
        return [*allot, "license", "set", place.licensed, place.license, f"--{item}", str(int(counts[item]) - next(number) % 40)]

    return {
        "user add": varied("user", "add", place.group, "b#@bench.example", "--sip", "1"),
        "user set": varied("user", "set", place.group, place.email, "--name", "Name #"),
        "license set": Command([], vary=narrowed),
        "group add": varied("group", "add", f"{place.group}/added #"),
        "group move": Command([], vary=lambda _: move()),
        "state": Command([*allot, "state", place.group]),
        "state --why": Command([*allot, "state", place.group, "--why", "sip"]),
        "user show": Command([*allot, "user", "show", place.email]),
        "group show": Command([*allot, "group", "show", place.group]),
    }


READS = ("state", "state --why", "user show", "group show")


def measure(ground: Ground, table: Table, nodes: int, runs: int) -> None:
    ten = place_in(ground, "ten nodes", ground.store("dealers", 10))
    places = [
        place_in(ground, f"{nodes} nodes", ground.store("dealers", nodes)),
        place_in(ground, "100000 users and groups beside", ground.store("flat", 200_000), where="group_id = 2"),
        place_in(ground, "100 groups above", ground.store("deep", 10_000),
                 where="group_id = (SELECT max(group_id) FROM memberships)"),
        place_in(ground, f"unrestricted {nodes}", ground.store("open", nodes)),
        place_in(ground, "2000 dates", ground.store("steps", 1000), most=2),
    ]
    in_ten = commands(ground, ten)
    for place in places:
        table.heading(f"Point commands, {place.name}: {place.group[:60]}")
        where = f"WHERE group_id = {place.row} AND email = '{place.email}'"
        number = itertools.count(1)
        write = Command([], vary=lambda _: ["sqlite3", str(place.store),
                                            f"UPDATE memberships SET name = 'Other {next(number)}' {where}"])
        read = Command(["sqlite3", str(place.store), f"SELECT * FROM memberships {where}"])
        for name, command in commands(ground, place).items():
            against, other = ("sqlite3 SELECT", read) if name in READS else ("sqlite3 UPDATE", write)
            table.compare(name, command, other, 0.8 if name in READS else 1.0, against, runs)
            table.compare(name, command, in_ten[name], place.most, "the same in ten nodes", runs)


def measure_subtrees(ground: Ground, table: Table, nodes: int) -> None:
    """Commands on a group with half of the nodes of the store below it; the median of three runs."""
    table.heading("Commands on a group with 100,000 descendants; 1 s at most")
    source = ground.hierarchy("dealers", nodes // 2)
    made = ground.empty("subtree-source.db")
    allot = [ground.allot, "--quiet", "--db"]
    pool = ["--sip", "2000000000", "--mobile", "2000000000", "--feature", "ukey2", "--until", "2030-12-31"]
    for words in (["group", "add", "/top"], ["group", "add", "/beside"], ["license", "add", "/top", "pool", *pool],
                  ["import", "--into", "/top", str(without_pool(source))]):
        run(Command([*allot, str(made), *words]))
    store = ground.folder / "subtree.db"
    on_store = [*allot, str(store)]
    for name, words in {
        "group rename": ["group", "rename", "/top", "renamed"],
        "group move": ["group", "move", "/top", "/beside"],
        "license set that narrows dates": ["license", "set", "/top", "pool", "--until", "2029-12-31"],
        "group remove -r": ["group", "remove", "-r", "/top"],
    }.items():
        command = Command([*on_store, *words], prepare=lambda: ground.copy(made, store.name))
        samples = sorted((run(command) for _ in range(3)), key=lambda sample: sample.seconds)
        table.row(name, samples[1].seconds, None, None, None, samples[1].megabytes, "1 s at most")


def without_pool(file: pathlib.Path) -> pathlib.Path:
    """The hierarchy without the licence of its root."""
    target = file.with_suffix(".part.yaml")
    if not target.exists():
        lines = file.read_text().splitlines(keepends=True)
        target.write_text("".join(line for line in lines if not line.startswith(("licenses:", "  pool:"))))
    return target
