"""Two writes at the same time end as if one had been made after the other: the first is paused after each of its
statements, the second is made meanwhile, and the statuses, the hierarchy and the log are those of one of the two orders.

usage: postgresql_pairs.py ALLOT [--all [VERB...]]    without --all, some pairs and every seventh statement; with verbs,
                                                      the pairs whose first write is one of these
"""

import itertools
import json
import os
import pathlib
import re
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
STEP = 1 if IS_LONG else 7
# The time that the second write has to end before the first goes on: it may be waiting for it.
PATIENCE = 0.3
COMPANY = ("init --sip 100 --mobile 100", "catalog add brass --feature", "group add /d1",
           "license add /d1 main --sip 10 --restriction reserved", "group add /d1/shop", "group add /d1/lab", "group add /d2",
           "license add /d2 main --sip 10 --restriction reserved", "user add /d1/shop ann@x.example --sip 3",
           "user add /d2 ann@x.example --sip 1")
ANN = 9  # the revision of her first membership
VERBS = {"add": "user add /d1/shop new@x.example --sip 6",
         "add beside": "user add /d1/lab other@x.example --sip 6",
         "set": "user set /d1/shop ann@x.example --sip 8",
         "remove": "user remove /d1/shop ann@x.example",
         "spell": "user add /d2 NEW@x.example --sip 2",
         "move user": "user move ann@x.example /d1/shop /d1/lab",
         "rename user": "user rename ann@x.example NEW@x.example",
         "remove user": "user remove --all ann@x.example",
         "lower": "license set /d1 main --sip 7",
         "raise": "license set /d2 main --sip 90",
         "raise company": "license set /d1 main --sip 85",
         "feature": "license set /d1 main --add-feature brass",
         "no feature": "catalog remove brass",
         "add group": "group add /d1/shop/new",
         "move": "group move /d1/shop /d2",
         "rename": "group rename /d1/shop market",
         "reserve": "license add /d1/shop own --sip 4 --restriction reserved",
         "remove groups": "group remove -r /d1/shop",
         "suspend": "group set /d1 --suspend",
         "undo": f"undo {ANN}",
         "import": "import {folder}/tree.yaml --into /d1",
         "batch": "batch {folder}/lines"}
SOME = (("add", "add beside"), ("add", "lower"), ("lower", "add"), ("raise", "raise company"), ("add", "move"), ("move", "add"),
        ("remove groups", "set"), ("set", "undo"), ("undo", "set"), ("reserve", "add"), ("no feature", "feature"),
        ("feature", "no feature"), ("spell", "add"), ("rename user", "spell"), ("import", "add"), ("batch", "rename"))


class Pairs:
    def __init__(self, allot: Allot, cluster: postgresql.Cluster, folder: pathlib.Path):
        self.allot, self.cluster, self.folder = allot, cluster, folder
        self.runs = self.waits = 0
        self.orders: dict[tuple[str, str], tuple] = {}

    def begin(self) -> str:
        self.cluster.sql("DROP DATABASE IF EXISTS pair WITH (FORCE)")
        self.cluster.sql("CREATE DATABASE pair TEMPLATE company")
        return self.cluster.url("pair")

    def words(self, verb: str) -> list[str]:
        return [*VERBS[verb].format(folder=self.folder).split(), "--wait", "30"]

    def result(self, statuses: tuple[int, int]) -> tuple:
        """The statuses of both writes, the hierarchy, the catalogue, and the commands of the log."""
        url = self.cluster.url("pair")
        shown = [self.allot.run(url, *words) for words in (("export",), ("catalog", "list", "--json"), ("log", "--json"),
                                                           ("check", "-q"))]
        for each in shown:
            reached("showing the store", each)
        commands = [(entry["revision"], re.sub("^--db '[^']*' ", "", entry["command"]), entry["changes"]) for entry in json.loads(shown[2].stdout)]
        return statuses, shown[0].stdout, shown[1].stdout, commands

    def in_order(self, first: str, second: str) -> tuple:
        """The result of one write after the other; the statuses are in this order."""
        if (first, second) not in self.orders:
            url = self.begin()
            statuses = tuple(self.allot.run(url, *self.words(verb)).returncode for verb in (first, second))
            self.orders[first, second] = self.result(statuses)
        return self.orders[first, second]

    def pause_after(self, statement: int, first: str, second: str) -> bool:
        """Runs the pair once; returns false if the first write has no such statement."""
        url = self.begin()
        is_paused, may_go_on = threading.Event(), threading.Event()
        executed = 0

        def hook(message: pg_proxy.Message) -> str:
            nonlocal executed
            if message.sender != "client" or message.connection != 1:
                return pg_proxy.FORWARD
            if executed == statement and not is_paused.is_set():
                is_paused.set()
                may_go_on.wait(60)
            executed += message.kind == "E"
            return pg_proxy.FORWARD

        self.runs += 1
        with pg_proxy.Proxy(self.folder / f"p{self.runs}", self.cluster.socket, hook) as proxy:
            processes = [self.start(proxy.url("pair"), first)]
            while not is_paused.wait(0.01) and processes[0].poll() is None:
                pass
            processes.append(self.start(url, second))
            try:
                processes[1].wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.waits += 1
            may_go_on.set()
            said = [process.communicate()[1] for process in processes]
        result = self.result(tuple(process.returncode for process in processes))
        after = self.in_order(second, first)
        after = (after[0][::-1], *after[1:])
        if result not in (self.in_order(first, second), after):
            FAULTS.append(f"{first} paused after statement {statement}, {second}: {result[0]} {result[3][:2]} {said},"
                          f" not {self.in_order(first, second)[0]} or {after[0]}")
        return is_paused.is_set()

    def start(self, url: str, verb: str) -> subprocess.Popen:
        return subprocess.Popen([self.allot.program, "--db", url, *self.words(verb)], env=self.allot.environment,
                                cwd=self.allot.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        (folder / "tree.yaml").write_text("allot: 1\nusers:\n  new@x.example: {sip: 5}\ngroups:\n  shop:\n    kind: shop\n")
        (folder / "lines").write_text("group add /d1/shop/batch\nuser add /d1/shop/batch new@x.example --sip 5\n"
                                      "user set /d1/shop ann@x.example --sip 2\n")
        allot = Allot(sys.argv[1], folder)
        with postgresql.Cluster(folder / "c") as cluster:
            cluster.sql("CREATE DATABASE company TEMPLATE template0")
            for line in COMPANY:
                reached(line, allot.run(cluster.url("company"), *line.split()))
            pairs = Pairs(allot, cluster, folder)
            firsts = sys.argv[3:] or list(VERBS)
            tried = [pair for pair in itertools.permutations(VERBS, 2) if pair[0] in firsts] if IS_LONG else SOME
            for number, (first, second) in enumerate(tried):
                if IS_LONG and (number == 0 or tried[number - 1][0] != first):
                    print(f"{first}, after {pairs.runs} runs", flush=True)
                statement = 0
                while pairs.pause_after(statement, first, second):
                    statement += STEP
            print(f"{pairs.runs} runs, in {pairs.waits} of them the second write waited")
            expect("a write waited", pairs.waits > 0, True)
            expect("a write did not wait", pairs.waits < pairs.runs, True)


run_test(main)
