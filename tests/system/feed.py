"""A consumer of the feed that is killed, as `allot log --follow` is, reaches the state of the store (examples/feed/mirror):
it neither misses nor repeats an entry, while random writes run; what ends a feed that waits, and that it locks nothing."""

import argparse
import contextlib
import difflib
import json
import os
import pathlib
import random
import re
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402
from random_writer import Writer  # noqa: E402

MIRROR = pathlib.Path(__file__).resolve().parents[2] / "examples/feed/mirror"
SEED = 20261124
PATIENCE = 120
FAULTS = []


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:2000])


class Place:
    """A folder with a store, and the programs that use it."""

    def __init__(self, allot: str, folder: str) -> None:
        self.allot = allot
        self.folder = pathlib.Path(folder)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "ALLOT_DB": str(self.folder / "allot.db")}

    def run(self, *words: str, status: int | None = 0, text: str = "") -> str:
        done = subprocess.run([self.allot, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True,
                              input=text)
        if status is not None:
            expect(" ".join(words)[:200] + ": " + done.stderr[:500], done.returncode, status)
        return done.stdout if done.returncode == 0 else ""

    def feed(self, after: int, *words: str, **streams) -> subprocess.Popen:
        return subprocess.Popen([self.allot, "log", "--after", str(after), "--json-lines", *words], env=self.environment,
                                cwd=self.folder, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams)

    def follow(self, after: int, **streams) -> subprocess.Popen:
        return self.feed(after, "--follow", **streams)

    def mirror(self, *words: str) -> str:
        return subprocess.run([MIRROR, self.folder / "copy.db", *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    def newest(self) -> int:
        return int(self.run("log", "--max", "1", "--format", "tsv").split("\t")[0])


# What is killed, and what is left.


def wait_for_progress(place: Place, position: int, processes: list[subprocess.Popen]) -> bool:
    """Waits until the consumer has applied an entry; returns whether it has."""
    end = time.monotonic() + PATIENCE
    with contextlib.closing(sqlite3.connect(place.folder / "copy.db", timeout=0)) as copy:
        while time.monotonic() < end and all(each.poll() is None for each in processes):
            try:
                if copy.execute("SELECT max(revision) FROM log").fetchone()[0] not in (None, position):
                    return True
            except sqlite3.OperationalError as fault:
                if "locked" not in str(fault):
                    raise
            time.sleep(0.0005)
    return False


def kill_one(place: Place, r: random.Random, counts: dict) -> None:
    """Runs a feed into a mirror and kills one of them at a random point."""
    position = int(place.mirror("--position"))
    feed = place.follow(position)
    mirror = subprocess.Popen([MIRROR, place.folder / "copy.db"], stdin=feed.stdout, stderr=subprocess.PIPE, text=True)
    feed.stdout.close()
    if r.random() < 0.7:  # while it works on what came meanwhile
        has_progress = wait_for_progress(place, position, [feed, mirror])
        expect("progress of the consumer", has_progress, True)
        counts["with progress"] = counts.get("with progress", 0) + has_progress
        time.sleep(r.choice([0, 0.002, 0.02]) * r.random())
    else:
        time.sleep(0.5 * r.random())
    victim = r.choice([feed, mirror])
    number = signal.SIGKILL if victim is mirror else r.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    victim.send_signal(number)
    said = mirror.communicate(timeout=PATIENCE)[1]
    refused = feed.communicate(timeout=PATIENCE)[1].decode()
    name = f"{'consumer' if victim is mirror else 'feed'} {number.name}"
    counts[name] = counts.get(name, 0) + 1
    is_cut = "is cut" in said
    counts["cut lines"] = counts.get("cut lines", 0) + is_cut
    if victim is mirror:
        expect("a consumer that was killed: " + said, mirror.returncode, -number)
        expect("a feed without a consumer: " + refused, feed.returncode in (-signal.SIGPIPE, 128 + signal.SIGPIPE), True)
    else:
        expect("a feed that was killed: " + refused, feed.returncode, -number)
        expect(f"a consumer whose feed got {number.name}: {said}", mirror.returncode == 0 or (is_cut and number == signal.SIGKILL), True)


def without_zeros(line: str) -> dict:
    """An entry without counts of 0: they may be of resources that the catalogue has only had later, or had only then."""
    def clean(value):
        if isinstance(value, dict):
            return {k: {n: c for n, c in v.items() if c} if k == "counts" else clean(v) for k, v in value.items()}
        return [clean(each) for each in value] if isinstance(value, list) else value
    return clean(json.loads(line))


def templates_of(place: Place) -> list[tuple[str, dict]]:
    """The texts that were set, by the keys of the copy."""
    texts = []
    for each in json.loads(place.run("template", "list", "--json")):
        if each["is_set"]:
            name, language = each["name"], each["language"]
            shown = json.loads(place.run("template", "show", name, "--language", language, "--json"))
            key = name if language == "en" else f"{name}.{language}"
            texts.append((key, {text: shown[text] for text in ("subject", "body", "html")}))
    return sorted(texts)


def wait_for_revisions(place: Place, writer: Writer, most: int) -> None:
    """Waits until the store has more revisions, or the writer saves none for a long time."""
    newest, end = 0, 0.0
    while newest <= most and writer.thread.is_alive():
        before, newest = newest, place.newest()
        if newest > before:
            end = time.monotonic() + PATIENCE
        if time.monotonic() > end:
            return
        time.sleep(0.2)


def killed_consumers(place: Place, kills: int, seed: int, groups: int) -> None:
    r = random.Random(seed)
    place.run("init", "--sip", "60", "--mobile", "50", "--feature", "ukey2", "-q")
    writer = Writer(allot=place.allot, folder=place.folder, environment=place.environment, seed=seed, groups=groups)
    writer.thread.start()
    counts = {}
    for _ in range(kills):
        kill_one(place, r, counts)
        if FAULTS:
            break
    if not FAULTS:
        wait_for_revisions(place, writer, 3 * kills)
    expect("the writer", writer.stop(), None)
    for words in (["set", "admin", "--subject", "A", "--language", "uk"],  # each is a row of its own in the copy
                  ["set", "user", "--subject", "D", "--language", "de"], ["set", "user", "--subject", "E"],
                  ["reset", "user", "--language", "de"]):
        place.run("template", *words, "-q")
    feed = place.feed(int(place.mirror("--position")))
    subprocess.run([MIRROR, place.folder / "copy.db"], stdin=feed.stdout, check=True)
    expect("the rest of the feed: " + feed.communicate()[1].decode(), feed.returncode, 0)
    newest = place.newest()
    print(f"{kills} kills, revision {newest}; "
          + ", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    expect("kills", sum(count for name, count in counts.items() if "SIG" in name), kills)
    expect(f"{newest} revisions are enough", newest > 3 * kills, True)
    expect(f"enough kills with progress: {counts}", counts.get("with progress", 0) >= kills / 3, True)
    expect(f"cut lines: {counts}", kills < 100 or counts["cut lines"] > 0, True)
    # The log of the consumer is that of the store, entry by entry, and each is as `log show` has it.
    lines = place.run("log", "--after", "0", "--json-lines").splitlines()
    with contextlib.closing(sqlite3.connect(place.folder / "copy.db")) as copy:
        kept = [entry for entry, in copy.execute("SELECT entry FROM log ORDER BY revision")]
        templates = copy.execute("SELECT key, value FROM items WHERE what = 'template' ORDER BY key").fetchall()
    expect("the revisions", [json.loads(line)["revision"] for line in kept], list(range(1, newest + 1)))
    expect("the lines of the feed", len(lines), newest)
    for came, wanted in zip(kept, lines):
        expect("an entry", without_zeros(came), without_zeros(wanted))
    for revision in sorted({1, newest, *(r.randrange(newest) + 1 for _ in range(30))}):
        expect(f"log show {revision}", json.loads(lines[revision - 1]), json.loads(place.run("log", "show", str(revision), "--json")))
    # A store that is rebuilt from the copy is the store.
    (place.folder / "copy.yaml").write_text(place.mirror("--hierarchy"))
    rebuilt = ("--db", str(place.folder / "rebuilt.db"))
    place.run(*rebuilt, "init", "-q")
    place.run(*rebuilt, "import", "copy.yaml", "-q")
    difference = difflib.unified_diff(place.run("export").splitlines(), place.run(*rebuilt, "export").splitlines(), lineterm="", n=4)
    expect("the export of the rebuilt store", "\n".join(difference), "")
    expect("the catalogue", json.loads(place.run(*rebuilt, "catalog", "list", "--json")), json.loads(place.run("catalog", "list", "--json")))
    expect("the templates", [(key, json.loads(value)) for key, value in templates], templates_of(place))
    place.run("check")


# What ends a feed.


def read_lines(feed: subprocess.Popen, count: int) -> list[int]:
    return [json.loads(feed.stdout.readline())["revision"] for _ in range(count)]


def end_of(feed: subprocess.Popen) -> tuple[int, str]:
    status = feed.wait(timeout=PATIENCE)
    text = feed.stderr.read().decode()
    feed.stderr.close()
    if feed.stdout:
        feed.stdout.close()
    return status, storage.put_back_files(text)


def wait_and_locks(place: Place) -> None:
    """A feed that waits locks nothing, shows further entries, and ends by its signals and with its reader."""
    place.run("init", "-q")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        newest = place.newest()
        feed = place.follow(newest - 1)
        expect("the newest entry", read_lines(feed, 1), [newest])
        for revision in (newest + 1, newest + 2):
            place.run("group", "set", "/", "--kind", f"k{revision}", "--wait", "0", "-q")
            expect("a further entry", read_lines(feed, 1), [revision])
        feed.send_signal(number)
        expect(f"{number.name}", end_of(feed), (-number, ""))
    newest = place.newest()
    feed = place.follow(newest)
    time.sleep(0.3)
    feed.stdout.close()  # nothing is written, and yet it ends
    feed.stdout = None
    expect("a closed pipe", end_of(feed), (-signal.SIGPIPE, ""))
    feed = place.follow(newest + 1)
    expect("above the newest", end_of(feed), (4, f"allot: the log has no revision {newest + 1}\nthe newest is {newest}\n"))
    with open("/dev/full", "wb") as full:
        feed = place.follow(0, stdout=full)
        expect("a full disk", end_of(feed), (74, "allot: the output could not be written\n"))
    feed = subprocess.Popen(["bash", "-c", '"$0" log --after 0 --json-lines --follow >&-', place.allot], env=place.environment,
                            cwd=place.folder, stderr=subprocess.PIPE)
    expect("a closed output", end_of(feed), (74, "allot: the output could not be written\n"))


def whole_lines(place: Place) -> None:
    """A signal does not cut a line, however slowly it is read; a reader that does not read does not keep the feed."""
    text = "".join(f"  n{i}: {{kind: {'k' * 200}}}\n" for i in range(1000))
    (place.folder / "wide.yaml").write_text("allot: 1\ngroups:\n" + text)
    place.run("import", "wide.yaml", "-q")
    newest = place.newest()
    for number in (signal.SIGTERM, signal.SIGINT):
        feed = place.follow(newest - 1)
        output = os.read(feed.stdout.fileno(), 1000)
        feed.send_signal(number)
        while piece := os.read(feed.stdout.fileno(), 50000):
            output += piece
            time.sleep(0.1)
        expect("the line is whole", (output.count(b"\n"), output[-1:]), (1, b"\n"))
        expect("its changes", len(json.loads(output)["changes"]), 1000)
        expect("the end of the feed", end_of(feed), (-number, ""))
    feed = place.follow(newest - 1)
    output = os.read(feed.stdout.fileno(), 1000)
    feed.kill()
    output += feed.stdout.read()
    expect("SIGKILL", end_of(feed), (-signal.SIGKILL, ""))
    expect("the line is cut", (len(output) > 1000, output.count(b"\n")), (True, 0))
    done = subprocess.run([MIRROR, place.folder / "cut.db"], input=output, capture_output=True)
    expect("the copy", (done.returncode, done.stderr), (1, b"mirror: the last line is cut, and is not applied\n"))
    done = subprocess.run([MIRROR, place.folder / "cut.db", "--position"], check=True, stdout=subprocess.PIPE)
    expect("its position", done.stdout, b"0\n")
    feed = place.follow(newest - 1)
    os.read(feed.stdout.fileno(), 1000)
    time.sleep(0.2)
    place.run("group", "set", "/n1", "--kind", "k", "--wait", "0", "-q")
    feed.send_signal(signal.SIGTERM)
    expect("nobody reads", end_of(feed), (-signal.SIGTERM, ""))


def wait_for_sleeps(process: subprocess.Popen, count: int) -> None:
    """Waits until the process has slept so many times."""
    def sleeps() -> int:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)$", status, re.M)[1])

    wanted = sleeps() + count
    end = time.monotonic() + PATIENCE
    while process.poll() is None and sleeps() < wanted and time.monotonic() < end:
        time.sleep(0.05)


def busy(place: Place) -> None:
    """A store that is locked between two pieces of what came meanwhile does not keep the feed from the second piece."""
    if storage.SERVER:  # its readers are not locked out
        return
    newest = place.newest()
    feed = place.feed(newest - 1, "--follow", "--wait", "0")
    expect("the newest entry", read_lines(feed, 1), [newest])
    feed.send_signal(signal.SIGSTOP)
    for revision in (newest + 1, newest + 2):  # each is a piece of its own
        users = "".join(f"      u{i}-{revision}@x.example: {{name: {'n' * 200}}}\n" for i in range(3000))
        (place.folder / "busy.yaml").write_text(f"allot: 1\ngroups:\n  busy{revision}:\n    users:\n{users}")
        place.run("import", "busy.yaml", "-q")
    feed.send_signal(signal.SIGCONT)
    select.select([feed.stdout], [], [], PATIENCE)  # it writes the first piece, and has read no more
    with contextlib.closing(sqlite3.connect(place.folder / "allot.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        expect("the first piece", read_lines(feed, 1), [newest + 1])
        wait_for_sleeps(feed, 4)  # it has looked at the store
        expect("a store that is locked", (feed.poll(), select.select([feed.stdout], [], [], 0)[0]), (None, []))
        other.execute("ROLLBACK")
    is_there = select.select([feed.stdout], [], [], PATIENCE)[0]
    expect("the second piece", read_lines(feed, 1) if is_there else [], [newest + 2])
    place.run("group", "add", "/idle", "-q")
    expect("a further entry", read_lines(feed, 1), [newest + 3])
    feed.send_signal(signal.SIGTERM)
    expect("the end", end_of(feed), (-signal.SIGTERM, ""))


def pruned(place: Place) -> None:
    """Entries that were not read are pruned while the feed waits for the store, or before."""
    newest = place.newest()
    stopped = place.follow(newest)
    time.sleep(0.5)
    stopped.send_signal(signal.SIGSTOP)
    place.run("group", "add", "/pruned", "-q")
    place.run("group", "remove", "/pruned", "-q")
    place.run("log", "prune", "--before", "9999-12-31", "-q")
    stopped.send_signal(signal.SIGCONT)
    message = "allot: the entries after revision {} were pruned, up to {}\nthe oldest revision that can be given is {}; " \
              "allot-log(1), Feed, says how to begin again\n"
    expect("pruned meanwhile", end_of(stopped), (4, message.format(newest, newest + 2, newest + 2)))
    expect("pruned before", end_of(place.follow(0)), (4, message.format(0, newest + 2, newest + 2)))
    feed = place.follow(newest + 2)
    place.run("group", "add", "/later", "-q")
    expect("after what was pruned", read_lines(feed, 1), [newest + 3])
    place.run("log", "prune", "--before", "9999-12-31", "-q")
    place.run("group", "remove", "/later", "-q")
    expect("what was read may be pruned", read_lines(feed, 1), [newest + 4])
    feed.send_signal(signal.SIGTERM)
    expect("the end", end_of(feed), (-signal.SIGTERM, ""))


def rights(place: Place) -> None:
    """The feed of an actor has what is visible to it at the time, and ends when nothing is."""
    place.run("group", "add", "/ann", "-q")
    place.run("user", "add", "/ann", "ann@x.example", "--role", "admin", "-q")
    newest = place.newest()
    feed = place.feed(newest - 1, "--follow", "--as", "ann@x.example")
    expect("the entry that gave the rights", read_lines(feed, 1), [newest])
    place.run("group", "add", "/other", "-q")
    place.run("group", "add", "/ann/below", "-q")
    expect("an entry of another group is passed over", read_lines(feed, 1), [newest + 2])
    place.run("user", "remove", "/ann", "ann@x.example", "-q")
    status, text = end_of(feed)
    expect("the end of the rights", (status, text.split("\n")[0]), (4, 'allot: "ann@x.example" administers no group on 2026-11-24'))


def replaced(place: Place) -> None:
    """The store is replaced or removed while the feed waits."""
    db = place.folder / "allot.db"
    other = place.folder / "other.db"
    if storage.SERVER:  # in the same database: another store, and none
        for command, wanted in (("init", "was replaced"), ("drop", "is damaged: relation \"store\" does not exist")):
            newest = place.newest()
            feed = place.follow(newest - 1)
            read_lines(feed, 1)
            feed.send_signal(signal.SIGSTOP)
            database = re.search(r"^s\w+$", db.read_text(), re.M)[0]
            storage.ask(database, "DROP SCHEMA allot CASCADE")
            if command == "init":
                url = f"postgresql:///{database}?host={storage.SERVER}"
                program = re.search(r"^program=(.*)$", pathlib.Path(place.allot).read_text(), re.M)[1]
                for words in (["init"], *[["group", "add", f"/g{i}"] for i in range(newest + 1)]):
                    done = subprocess.run([program, "--db", url, *words, "-q"], env=place.environment, capture_output=True, text=True)
                    expect(f"{words}: {done.stderr}", done.returncode, 0)
            feed.send_signal(signal.SIGCONT)
            status, text = end_of(feed)
            expect(f"{command}: {text}", (status, wanted in text), (7, True))
        return
    place.run("--db", "other.db", "init", "-q")

    def overwrite() -> None:
        db.write_bytes(other.read_bytes())

    copy = db.read_bytes()
    for what, act, wanted in (("renamed over", lambda: other.replace(db), 'the store "{}" was replaced since it was opened'),
                              ("overwritten", overwrite, "the store was replaced: its revision {} is not the one that was read"),
                              ("removed", db.unlink, 'the store "{}" was removed since it was opened')):
        newest = place.newest()
        feed = place.follow(newest - 1)
        read_lines(feed, 1)
        act()
        status, text = end_of(feed)
        expect(what, (status, text.split("\n")[0]), (7, "allot: " + wanted.format(newest if "revision" in wanted else db)))
        db.write_bytes(copy)
        place.run("--db", "new.db", "init", "-q")
        (place.folder / "new.db").replace(other)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("allot")
    parser.add_argument("--all", action="store_true", help="100 kills instead of 20, and larger entries")
    parser.add_argument("--seed", type=int, default=SEED)
    words = parser.parse_args()
    allot = storage.program(words.allot)
    with tempfile.TemporaryDirectory() as folder:
        killed_consumers(Place(allot, folder), 100 if words.all else 20, words.seed, 2000 if words.all else 150)
    with tempfile.TemporaryDirectory() as folder:
        place = Place(allot, folder)
        for part in (wait_and_locks, whole_lines, busy, rights, pruned, replaced):
            part(place)
    print("\n".join(FAULTS[:30]))
    return 1 if FAULTS else 0


sys.exit(main())
