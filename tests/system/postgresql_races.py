"""Many clients of one server: writers below different reserved groups do not wait for each other, and whatever runs at the
same time, no write is lost, revisions are dense, the times of the log do not go back, and the store is whole.

usage: postgresql_races.py ALLOT [--all]    without --all, fewer writes
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))
import pg_proxy  # noqa: E402
import postgresql  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, run_test  # noqa: E402

DEALERS = 8
EACH = 125 if "--all" in sys.argv else 30
ROUNDS = 40 if "--all" in sys.argv else 10


def start(allot: Allot, url: str, *words: str, **variables: str) -> subprocess.Popen:
    return subprocess.Popen([allot.program, "--db", url, *words], env=allot.environment | variables, cwd=allot.home,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def make_company(allot: Allot, url: str) -> None:
    lines = ["init --sip 100000", "group add /pool"]
    for dealer in range(DEALERS):
        lines += [f"group add /d{dealer}", f"license add /d{dealer} main --sip 1000 --restriction reserved",
                  f"group add /d{dealer}/shop", f"group add /d{dealer}/moving"]
    for line in lines:
        reached(line, allot.run(url, *line.split()))


def hold_one(allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path) -> None:
    """While a write below /d0 has its locks and has not begun to save, one below /d1 commits, one below /d0 or of the
    company waits, and a reader does not."""
    url = cluster.url("company")
    is_held, may_go_on = threading.Event(), threading.Event()

    def hook(message: pg_proxy.Message) -> str:
        if message.statement.startswith("UPDATE store"):
            is_held.set()
            may_go_on.wait(60)
        return pg_proxy.FORWARD

    with pg_proxy.Proxy(folder / "holder", cluster.socket, hook) as proxy:
        held = start(allot, proxy.url("company"), "user", "add", "/d0/shop", "held@x.example", "--sip", "1")
        expect("the write is held", is_held.wait(60), True)
        reached("below another dealer", allot.run(url, "user", "add", "/d1/shop", "other@x.example", "--sip", "1"))
        reached("below the same dealer", allot.run(url, "user", "add", "/d0/moving", "same@x.example", "--wait", "1"), 75)
        reached("of the dealer", allot.run(url, "license", "set", "/d0", "main", "--sip", "999", "--wait", "1"), 75)
        reached("of the company", allot.run(url, "catalog", "add", "brass", "--feature", "--wait", "1"), 75)
        reached("a reader", allot.run(url, "state", "/d0"))
        may_go_on.set()
        out, err = held.communicate()
    expect("the held write", (held.returncode, err), (0, ""))
    revisions = [entry["revision"] for entry in json.loads(allot.run(url, "log", "--json", "--max", "2").stdout)]
    expect("its revision is the last", out.splitlines()[-1], f"revision {revisions[0]}")


def read_again(allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path, what: str, group: str, changes: list[str]) -> None:
    """A write to a group whose path leads to another reserved group after its wait, which licenses 4 SIP numbers, begins
    again, and reads again: what was saved in that group meanwhile counts."""
    url = cluster.url("company")
    lines = folder / f"{what}.lines"
    lines.write_text("\n".join(changes) + "\n")
    is_held, may_save, is_retried, may_retry = (threading.Event() for _ in range(4))

    def hold(message: pg_proxy.Message) -> str:
        if message.statement.startswith("UPDATE store"):
            is_held.set()
            may_save.wait(60)
        return pg_proxy.FORWARD

    begun = 0

    def hold_retry(message: pg_proxy.Message) -> str:
        nonlocal begun
        begun += message.statement.startswith("BEGIN")
        if begun == 2 and not is_retried.is_set():
            is_retried.set()
            may_retry.wait(60)
        return pg_proxy.FORWARD

    with pg_proxy.Proxy(folder / f"{what}-saver", cluster.socket, hold) as saver, \
            pg_proxy.Proxy(folder / f"{what}-retrier", cluster.socket, hold_retry) as retrier:
        changing = start(allot, saver.url("company"), "batch", str(lines))
        expect(f"{what}: the change has its locks", is_held.wait(60), True)
        adding = start(allot, retrier.url("company"), "user", "add", group, "late@x.example", "--sip", "3", "--wait", "60")
        while cluster.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").strip() == "0":
            pass
        may_save.set()
        out, err = changing.communicate()
        expect(f"{what}: the change", (changing.returncode, err), (0, ""))
        expect(f"{what}: the write begins again", is_retried.wait(20), True)
        reached(f"{what}: another write between", allot.run(url, "user", "add", group, "early@x.example", "--sip", "3"))
        may_retry.set()
        adding.communicate()
    expect(f"{what}: the write is judged by what is there now", adding.returncode, 3)
    reached(f"{what}: check", allot.run(url, "check"))


def read_all_again(allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path) -> None:
    """The nearest reserved group of a write becomes another one during its wait: it is reserved, renamed or moved."""
    for line in ("group add /d6/left", "group add /d6/right",
                 *(f"group add /d6/{group}" for group in ("left/one", "left/two", "right/one")),
                 *(f"license add /d6/{group} own --sip 4 --restriction reserved" for group in ("left/one", "left/two", "right/one"))):
        reached(line, allot.run(cluster.url("company"), *line.split()))
    read_again(allot, cluster, folder, "reserved", "/d6/moving",
               ["license add /d6/moving own --sip 4 --restriction reserved"])
    read_again(allot, cluster, folder, "renamed", "/d6/left/one",
               ["group rename /d6/left/one old", "group rename /d6/left/two one"])
    read_again(allot, cluster, folder, "moved", "/d6/left/one",
               ["group move /d6/left/one /d6/shop", "group move /d6/right/one /d6/left"])


def run_storm(allot: Allot, url: str, library: pathlib.Path, folder: pathlib.Path) -> None:
    """Eight dealers, half of them an hour ahead, with a writer that moves a group, one that undoes and one that imports."""
    ahead = {"LD_PRELOAD": str(library), "LATER_CLOCK": "3600"}
    loops = []

    def loop(name: str, count: int, command: str, **variables: str) -> None:
        """A shell that runs the command `count` times; $i is the number of the run. It prints each status."""
        script = f'for i in $(seq {count}); do {command}; echo $?; done'
        environment = allot.environment | variables | {"ALLOT_DB": url}
        loops.append((name, count, subprocess.Popen(["bash", "-c", script, allot.program], env=environment, cwd=allot.home,
                                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)))

    document = folder / "imported.yaml"
    document.write_text("allot: 1\ngroups:\n" + "".join(f"  g{i}: {{}}\n" for i in range(50)))
    for dealer in range(DEALERS):
        loop(f"dealer {dealer}", EACH, f'"$0" user add /d{dealer}/shop "u{dealer}-$i@x.example" --sip 1 --wait 120 -q',
             **(ahead if dealer % 2 else {}))
    loop("mover", EACH // 2, '"$0" group move /d$((i % 2))/moving/m /d$(((i + 1) % 2))/moving --wait 120 -q')
    loop("importer", EACH // 10, f'"$0" import {document} --into /pool/i --wait 120 -q && "$0" group remove -r /pool/i/g7 --wait 120 -q')
    loop("undoer", EACH // 4, 'r=$("$0" user add /d2/shop "undone-$i@x.example" --sip 1 --wait 120 | sed -n "s/^revision //p");'
         ' "$0" undo $r --wait 120 -q')
    for name, count, process in loops:
        out, err = process.communicate()
        expect(f"{name}: the statuses", out.split(), ["0"] * count)
        expect(f"{name}: the errors", err, "")


def check_store(allot: Allot, url: str) -> None:
    users = json.loads(allot.run(url, "user", "list", "-r", "--json").stdout)
    wanted = {f"u{dealer}-{i}@x.example" for dealer in range(DEALERS) for i in range(1, EACH + 1)}
    expect("users that were lost", sorted(wanted - {user["email"] for user in users})[:5], [])
    expect("users that were undone", [user["email"] for user in users if user["email"].startswith("undone")], [])
    entries = json.loads(allot.run(url, "log", "--json").stdout)
    expect("the revisions are dense", [entry["revision"] for entry in entries], list(range(len(entries), 0, -1)))
    times = [entry["time"] for entry in reversed(entries)]
    expect("the times do not go back", [pair for pair in zip(times, times[1:]) if pair[1] < pair[0]][:3], [])
    expect("a clock was ahead", len({time[:13] for time in times}) > 1, True)
    reached("check", allot.run(url, "check"))
    print(f"{len(entries)} revisions, {len(users)} users")


def spell_one_user(allot: Allot, url: str) -> None:
    """Two dealers add one user at the same time, each spelled differently: both get the spelling of the first."""
    for i in range(ROUNDS):
        both = [start(allot, url, "user", "add", f"/d{dealer}/shop", email, "--wait", "120")
                for dealer, email in ((3, f"Mixed{i}@x.example"), (4, f"mixed{i}@X.example"))]
        for each in both:
            each.communicate()
            expect(f"spelling {i}: the status", each.returncode, 0)
    users = json.loads(allot.run(url, "user", "list", "-r", "--json").stdout)
    spellings: dict[str, set[str]] = {}
    for user in users:
        spellings.setdefault(user["email"].lower(), set()).add(user["email"])
    expect("users with two spellings", [each for each in spellings.values() if len(each) > 1][:3], [])


def undo_against_writes(allot: Allot, url: str) -> None:
    """A write and an undo of the same row: one of them is refused, whichever comes second."""
    outcomes: dict[tuple[int, int], int] = {}
    for i in range(ROUNDS):
        added = allot.run(url, "user", "add", "/d5/shop", f"row{i}@x.example", "--sip", "1")
        revision = added.stdout.splitlines()[-1].removeprefix("revision ")
        writer = start(allot, url, "user", "set", "/d5/shop", f"row{i}@x.example", "--sip", "2", "--wait", "120")
        undoer = start(allot, url, "undo", revision, "--wait", "120")
        writer.communicate()
        undoer.communicate()
        pair = (writer.returncode, undoer.returncode)
        outcomes[pair] = outcomes.get(pair, 0) + 1
        expect(f"undo {i} against a write: the statuses", pair in ((0, 4), (4, 0)), True)
        found = allot.run(url, "user", "show", f"row{i}@x.example")
        expect(f"undo {i} against a write: the user", found.returncode, 0 if pair[0] == 0 else 4)
    print("undo against writes:", outcomes)


def main() -> None:
    program = pathlib.Path(sys.argv[1]).absolute()
    library = next(program.parents[1].rglob("*later_clock.so"), None)
    if library is None:
        print("skipped: the library of later_clock.cpp is not built")
        sys.exit(77)
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        allot = Allot(str(program), folder)
        with postgresql.Cluster(folder / "c") as cluster:
            cluster.sql("CREATE DATABASE company TEMPLATE template0")
            url = cluster.url("company")
            make_company(allot, url)
            hold_one(allot, cluster, folder)
            read_all_again(allot, cluster, folder)
            for line in ("group add /pool/i", "group add /d1/moving/m"):
                reached(line, allot.run(url, *line.split()))
            run_storm(allot, url, library, folder)
            check_store(allot, url)
            spell_one_user(allot, url)
            undo_against_writes(allot, url)
            reached("check at the end", allot.run(url, "check"))


run_test(main)
