"""Commands on a store whose system calls fail one by one, and the conditions after each of them."""

import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile
import typing

DAY = "2026-11-24"
LOGIN = pwd.getpwuid(os.getuid()).pw_name
TIMEOUT = 60

# The messages if a file was created, but a later step failed.
WHOLE = ("is written, but a crash of the system may undo that", "the output could not be written")

SMALL = """allot: 1
restriction: reserved
licenses: {main: {sip: 2000, mobile: 800, features: [ukey2], until: 2027-12-31}}
groups:
  north: {kind: dealer, licenses: {main: {sip: 1000, mobile: 300, until: 2027-12-01}}}
  south: {restriction: shared, licenses: {main: {sip: 900}}, users: {ann@x.example: {role: admin, sip: 1}}}
"""
BATCH = """group add /north/east
license set / main --until 2028-12-31
user add /north/east bob@x.example --sip 2
user remove /south ann@x.example
"""


def large(groups: int, sip: int) -> str:
    """More than one block of parsed events, so that the read-ahead thread is started."""
    lines = ["allot: 1", "restriction: reserved", "licenses: {main: {sip: 2000}}", "groups:"]
    for group in range(groups):
        lines += [f"  g{group}:", "    users:"]
        lines += [f"      u{group}.{user}@x.example: {{name: User {user}, sip: {sip}}}" for user in range(20)]
    return "\n".join(lines) + "\n"


class Place:
    """A folder in which allot runs."""

    def __init__(self, allot: pathlib.Path, folder: pathlib.Path):
        self.allot, self.folder = allot, folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "LC_", "LANG"))}
        self.environment |= {"ALLOT_DB": "store.db", "ALLOT_TODAY": DAY, "HOME": str(folder), "LC_ALL": "C.UTF-8"}

    def run(self, *words: str, expect: int | None = None) -> subprocess.CompletedProcess:
        done = subprocess.run([self.allot, *words], env=self.environment, cwd=self.folder, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"{words}: {done.returncode}, not {expect}: {done.stderr.decode()}")
        return done

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def read(self, name: str) -> bytes | None:
        return (self.folder / name).read_bytes() if self.has(name) else None

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


def without_times(text: bytes) -> str:
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", "TIME", text.decode())


class Run(typing.NamedTuple):
    """The result of a run (its signal, or 0 and its exit status) and its output."""

    signal: int
    status: int | None
    out: str
    err: str


class Point(typing.NamedTuple):
    """A system call, by process and number, with its command, its file ("." is the folder) and its fault."""

    scenario: str
    at: str
    call: str
    file: str
    fault: str

    def is_own(self) -> bool:
        """Whether it is a call of allot itself and not of allot-mail."""
        return self.at.startswith("0:")


class Scenario:
    """A command in a folder that is created once and copied for each run."""

    words: list[str] = []
    # What may fail beside the store, and the status that this has: part of the file's name -> statuses.
    statuses: dict[str, tuple[int, ...]] = {}
    made: tuple[str, ...] = ()  # folders for files of any name
    makes_file = False  # which it syncs with its folder

    def __init__(self, allot: pathlib.Path, root: pathlib.Path):
        self.allot = allot
        self.template = root / ("template-" + self.name())
        self.template.mkdir()
        self.root = root
        self.prepare(Place(allot, self.template))
        before = self.copy()
        self.old = self.state(before)
        self.old_files = before.files()
        done = before.run(*self.words, expect=0)
        self.out = without_times(done.stdout)
        self.remember(before)
        self.new = self.state(before)
        self.new_files = before.files()
        self.drop(before)

    @classmethod
    def name(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def prepare(self, place: Place) -> None:
        place.run("init", "-q", expect=0)
        (place.folder / "small.yaml").write_text(SMALL)
        place.run("import", "-q", "small.yaml", expect=0)

    def copy(self) -> Place:
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        shutil.copytree(self.template, folder, dirs_exist_ok=True)
        return Place(self.allot, folder)

    def drop(self, place: Place) -> None:
        shutil.rmtree(place.folder)

    def remember(self, place: Place) -> None:
        """Stores the files that a run without a fault leaves, beside the store."""

    def state(self, place: Place):
        """The content of the store: its hierarchy and its log; None if it does not exist."""
        if not place.has("store.db"):
            return None
        log = json.loads(place.run("log", "--json", expect=0).stdout)
        for entry in log:
            del entry["time"]
            if entry["login"] == f"uid {os.getuid()}":  # where the accounts could not be read
                entry["login"] = LOGIN
        return place.run("export", expect=0).stdout, log

    def judge(self, place: Place, run: Run, point: Point) -> list[str]:
        """The violated conditions after a run that failed at a point."""
        faults = []
        is_killed = point.fault.startswith("kill")
        known = {*self.old_files, *self.new_files, "store.db-journal"}
        left = [file for file in place.files() if file not in known and not file.startswith(self.made)]
        if left and not is_killed:
            faults.append(f"leaves {left}")
        try:
            state = self.state(place)
            if state not in (self.old, self.new):
                faults.append("the store is neither the old nor the new one")
            if place.has("store.db"):
                place.run("check", expect=0)
            faults += self.judge_status(run, state, point)
            faults += self.judge_rest(place, run)
            self.go_on(place)
        except (AssertionError, subprocess.TimeoutExpired) as failure:
            faults.append(str(failure))
        if place.has("store.db-journal"):
            faults.append("a journal stays after the next command")
        return faults

    def go_on(self, place: Place) -> None:
        """The next command works."""
        words = ["group", "add", "-q", "/next"] if place.has("store.db") else ["init", "-q"]
        place.run(*words, expect=0)
        place.run("check", expect=0)

    def judge_rest(self, place: Place, run: Run) -> list[str]:
        return []

    def judge_status(self, run: Run, state, point: Point) -> list[str]:
        if point.fault.startswith("kill") and point.is_own():
            return [] if run.signal == 9 else [f"ends with {run.status} where it is killed"]
        if run.signal:
            return [f"ends by signal {run.signal}"]
        if run.status == 0:
            return self.judge_success(run, state, point)
        faults = []
        if run.status not in self.expected_statuses(point):
            faults.append(f"status {run.status}, not one of {self.expected_statuses(point)}")
        if not any(line.startswith("allot: ") for line in run.err.splitlines()):
            faults.append("says nothing of its failure")
        is_told = "was saved as revision" in run.err or WHOLE[0] in run.err
        if state == self.new != self.old and not is_told:
            faults.append("the store is the new one, but that is not said")
        return faults

    def judge_success(self, run: Run, state, point: Point) -> list[str]:
        faults = [] if state == self.new else ["status 0, but the store is the old one"]
        if run.out != self.out:
            faults.append(f"status 0, but the output is {run.out!r}, not {self.out!r}")
        # SQLite does not report that the folder of a journal cannot be synced: the change is safe without it.
        is_of_journal = point.file == "." and not self.makes_file
        if point.call in ("fsync", "fdatasync") and point.fault in ("EIO", "ENOSPC") and not is_of_journal:
            faults.append("status 0, but something is not synced")
        return faults

    def expected_statuses(self, point: Point) -> tuple[int, ...]:
        """The possible exit statuses of a fault; a fault without an effect ends with 0."""
        if point.fault == "ENOMEM":
            return (70,)
        if point.call == "fcntl" and point.fault == "EINTR":
            return (7, 74, 75)  # a lock that could not be acquired
        for part, statuses in {"/etc/passwd": (), "pipe:": (74,), **self.statuses}.items():
            if part in point.file:
                return statuses
        return (7,)


class Init(Scenario):
    words = ["init", "--sip", "100"]
    makes_file = True

    def prepare(self, place: Place) -> None:
        pass


class PointWrite(Scenario):
    words = ["user", "add", "/north", "new@x.example", "--sip", "1"]


class Batch(Scenario):
    words = ["batch", "lines"]
    statuses = {"lines": (6,)}

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        (place.folder / "lines").write_text(BATCH)


class ImportIntoEmpty(Scenario):
    words = ["import", "in.yaml"]
    statuses = {"in.yaml": (6,)}

    def prepare(self, place: Place) -> None:
        place.run("init", "-q", expect=0)
        (place.folder / "in.yaml").write_text(large(40, 1))


class ImportIntoFull(Scenario):
    words = ["import", "--prune", "in.yaml"]
    statuses = {"in.yaml": (6,)}

    def prepare(self, place: Place) -> None:
        place.run("init", "-q", expect=0)
        (place.folder / "in.yaml").write_text(large(45, 1))
        place.run("import", "-q", "in.yaml", expect=0)
        (place.folder / "in.yaml").write_text(large(40, 2))


class Undo(Scenario):
    words = ["undo"]

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        (place.folder / "lines").write_text(BATCH)
        place.run("batch", "-q", "lines", expect=0)


class Backup(Scenario):
    words = ["backup", "copy.db"]
    statuses = {"store.db": (7,), "copy.db": (74,), "": (7, 74)}
    makes_file = True

    def judge_rest(self, place: Place, run: Run) -> list[str]:
        if not place.has("copy.db"):
            return [] if run.status != 0 or run.signal else ["status 0, but there is no copy"]
        there = Place(place.allot, place.folder)
        there.environment["ALLOT_DB"] = "copy.db"
        there.run("check", expect=0)
        copied = there.run("export", expect=0).stdout
        faults = [] if copied == self.old[0] else ["the copy is another store"]
        if run.status not in (0, None) and not any(text in run.err for text in WHOLE):
            faults.append(f"status {run.status}, but there is a copy")
        return faults


class Export(Scenario):
    words = ["export", "-o", "out.yaml"]
    statuses = {"store.db": (7,), "": (7, 74)}
    makes_file = True

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        (place.folder / "out.yaml").write_text("what was there\n")

    def judge_rest(self, place: Place, run: Run) -> list[str]:
        written = place.read("out.yaml")
        if written not in (b"what was there\n", self.old[0]):
            return ["the file is neither the old nor the new one"]
        is_new = written == self.old[0]
        if run.status == 0 and not is_new:
            return ["status 0, but the file is the old one"]
        if run.status not in (0, None) and is_new and not any(text in run.err for text in WHOLE):
            return [f"status {run.status}, but the file is the new one"]
        return []


SCENARIOS = [Init, PointWrite, Batch, ImportIntoEmpty, ImportIntoFull, Undo, Backup, Export]
