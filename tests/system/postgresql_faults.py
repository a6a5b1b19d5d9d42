"""A command whose connection is cut before or after any message, whose server is killed, or that is killed itself leaves
the store as it was or as it should be, and says the truth about it.

usage: postgresql_faults.py ALLOT [--all]    without --all, some of the messages
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))
import pg_proxy  # noqa: E402
import postgresql  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, run_test  # noqa: E402

IS_LONG = "--all" in sys.argv
MOST, LAST = 6, 6  # how many messages of a direction are tried otherwise, and how many of the last ones
UNKNOWN = "may have been applied"
UNSAVED = ("nothing was saved", "was not saved", "cannot connect")


def some_of(count: int) -> list[int]:
    """The numbers of the messages that are tried."""
    numbers = range(1, count + 1)
    return list(numbers) if IS_LONG else sorted({*numbers[::max(1, count // MOST)], *numbers[-LAST:]})


class Trial:
    """A store on a server behind a proxy, and a command that is disturbed at one message after the other."""

    def __init__(self, allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path, name: str, words: list[str],
                 template: str = "company"):
        self.allot, self.cluster, self.folder, self.name, self.words = allot, cluster, folder, name, words
        self.template = template
        self.runs = 0
        self.saved = {True: 0, False: 0}

    def direct(self, *words: str) -> subprocess.CompletedProcess:
        return self.allot.run(self.cluster.url("trial"), *words)

    def begin(self) -> None:
        self.cluster.sql("DROP DATABASE IF EXISTS trial WITH (FORCE)")
        self.cluster.sql(f"CREATE DATABASE trial TEMPLATE {self.template}")

    def begin_again(self) -> None:
        """Makes the store anew from time to time: the check of a long history takes longer than the other commands."""
        if self.runs % 100 == 0:
            self.begin()

    def newest(self) -> int:
        """The revision of the store."""
        done = self.direct("log", "--max", "1", "--json")
        reached(f"{self.name}: log", done)
        return json.loads(done.stdout)[0]["revision"]

    def give_back(self, before: int) -> None:
        """Undoes what a run saved."""
        if (newest := self.newest()) > before:
            reached(f"{self.name}: undo", self.direct("undo", str(newest), "-q"))

    def run(self, hook: pg_proxy.Hook | None) -> subprocess.CompletedProcess:
        self.runs += 1
        with pg_proxy.Proxy(self.folder / f"p{self.runs}", self.cluster.socket, hook) as proxy:
            return self.allot.run(proxy.url("trial"), *self.words, "--wait", "20")

    def count(self) -> dict[str, int]:
        """The messages of each direction of an undisturbed run."""
        counts = {"client": 0, "server": 0}

        def hook(message: pg_proxy.Message) -> str:
            counts[message.sender] = message.number
            return pg_proxy.FORWARD

        before = self.newest()
        reached(f"{self.name}, undisturbed", self.run(hook))
        self.give_back(before)
        return counts

    def judge(self, what: str, done: subprocess.CompletedProcess, before: int) -> None:
        """The answer is true, and the store is whole."""
        newest = self.newest()
        is_saved = newest == before + 1
        self.saved[is_saved] += 1
        if newest not in (before, before + 1):
            FAULTS.append(f"{what}: the store is at revision {newest}, it was at {before}")
        if done.returncode == 0:
            expect(f"{what}: saved", is_saved, True)
            expect(f"{what}: the last line", done.stdout.splitlines()[-1:], [f"revision {before + 1}"])
        elif done.returncode == 7 and UNKNOWN not in done.stderr:
            expect(f"{what}: saved, although it says {done.stderr!r}", is_saved, False)
            expect(f"{what}: what it means, {done.stderr!r}", any(part in done.stderr for part in UNSAVED), True)
        else:
            FAULTS.append(f"{what}: status {done.returncode}, {done.stdout + done.stderr!r}")
        reached(f"{what}: check", self.direct("check", "-q"))
        self.give_back(before)

    def cut_everywhere(self) -> None:
        counts = self.count()
        print(f"{self.name}: {counts['client']} messages of the client, {counts['server']} of the server")
        for sender, count in counts.items():
            for number in some_of(count):
                for action in (pg_proxy.CUT, pg_proxy.FORWARD_AND_CUT):
                    self.begin_again()
                    before = self.newest()

                    def hook(message: pg_proxy.Message) -> str:
                        is_hit = (message.connection, message.sender, message.number) == (1, sender, number)
                        return action if is_hit else pg_proxy.FORWARD

                    self.judge(f"{self.name}, {action} at message {number} of the {sender}", self.run(hook), before)

    def kill_server(self, numbers: list[int]) -> None:
        """The server crashes when it is sent a message, and comes back."""
        for number in numbers:
            before = self.newest()
            crashes = []

            def crash() -> None:
                self.cluster.halt()
                self.cluster.launch()

            def hook(message: pg_proxy.Message) -> str:
                if (message.connection, message.sender, message.number) == (1, "client", number):
                    crashes.append(threading.Thread(target=crash))
                    crashes[0].start()
                return pg_proxy.FORWARD

            done = self.run(hook)
            for each in crashes:
                each.join()
            expect(f"{self.name}: crashes at message {number}", len(crashes), 1)
            self.judge(f"{self.name}, the server killed at message {number}", done, before)

    def kill_client(self) -> None:
        counts = self.count()
        for number in some_of(counts["client"]):
            self.begin_again()
            before = self.newest()
            clients: list[subprocess.Popen] = []
            started = threading.Event()

            def hook(message: pg_proxy.Message) -> str:
                if (message.sender, message.number) == ("client", number):
                    started.wait()
                    clients[0].send_signal(signal.SIGKILL)
                return pg_proxy.FORWARD

            self.runs += 1
            with pg_proxy.Proxy(self.folder / f"p{self.runs}", self.cluster.socket, hook) as proxy:
                clients.append(subprocess.Popen([self.allot.program, "--db", proxy.url("trial"), *self.words],
                                                env=self.allot.environment, cwd=self.allot.home,
                                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
                started.set()
                clients[0].communicate()
            # The server may still be at the transaction of the client: the next write waits for it.
            reached(f"{self.name}: a write after the kill", self.direct("user", "add", "/d", f"k{number}@x.example"))
            newest = self.newest()
            if newest not in (before + 1, before + 2):
                FAULTS.append(f"{self.name}, killed at message {number}: revision {newest} after {before}")
            self.saved[newest == before + 2] += 1
            reached(f"{self.name}, killed at message {number}: check", self.direct("check", "-q"))
            if newest == before + 2:
                entries = json.loads(self.direct("log", "--max", "2", "--json").stdout)
                own = next(each["revision"] for each in entries if "k%d@" % number not in each["command"])
                reached(f"{self.name}: undo", self.direct("undo", str(own), "-q"))

    def report(self) -> None:
        print(f"{self.name}: {self.runs} runs, saved {self.saved[True]}, not saved {self.saved[False]}")
        for is_saved, count in self.saved.items():
            if count == 0:
                FAULTS.append(f"{self.name}: no run was {'saved' if is_saved else 'not saved'}")


def unreachable(allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path) -> None:
    """A connection lost during COMMIT to a server that stays away: 7, and it may have been applied."""
    trial = Trial(allot, cluster, folder, "the server stays away", ["user", "add", "/d/x", "away@x.example"])
    trial.begin()
    is_away = threading.Event()

    def hook(message: pg_proxy.Message) -> str:
        if message.statement == "COMMIT":
            is_away.set()
        return pg_proxy.CUT if is_away.is_set() else pg_proxy.FORWARD

    with pg_proxy.Proxy(folder / "away", cluster.socket, hook) as proxy:
        done = allot.run(proxy.url("trial"), *trial.words, "--wait", "1")
    expect("the server stays away: the status", done.returncode, 7)
    if UNKNOWN not in done.stderr:
        FAULTS.append(f"the server stays away: {done.stderr!r}")


def write_hierarchy(file: pathlib.Path, users: int, user: str) -> None:
    file.write_text("allot: 1\ngroups:\n" + "".join(
        f"  g{i}:\n    users:\n" + "".join(f"      u{i}.{j}@x.example: {user}\n" for j in range(users))
        for i in range(20)))


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        allot = Allot(sys.argv[1], folder)
        document, large = folder / "tree.yaml", folder / "large.yaml"
        write_hierarchy(document, 20, "{sip: 1}")
        write_hierarchy(large, 500, "{name: N}")  # more than are read before they are saved
        with postgresql.Cluster(folder / "c") as cluster:
            cluster.sql("CREATE DATABASE company TEMPLATE template0")
            for words in ("init --sip 1000", "group add /d", "license add /d main --sip 500 --restriction reserved",
                          "group add /d/x"):
                reached(words, allot.run(cluster.url("company"), *words.split()))
            cluster.sql("CREATE DATABASE unused TEMPLATE company")
            words = "user add /d/x ann@x.example --sip 1"
            reached(words, allot.run(cluster.url("company"), *words.split()))
            point = ["user", "add", "/d/x", "new@x.example", "--sip", "1"]
            imports = ["import", str(document), "--into", "/d/x"]
            large_import = ["import", str(large), "--into", "/d/x"]
            for name, words, template in (("point write", point, "company"), ("import", imports, "company"),
                                          ("large import", large_import, "unused")):
                trial = Trial(allot, cluster, folder, name, words, template)
                trial.begin()
                trial.cut_everywhere()
                trial.kill_client()
                trial.kill_server(list(range(5, 80, 5)) if IS_LONG else [20, 40, 60])
                trial.report()
            unreachable(allot, cluster, folder)


run_test(main)
