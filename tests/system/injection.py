"""A command whose system calls fail one by one, or that is killed, leaves the old or new store and reports which.

usage: injection.py ALLOT [--all | --points N] [--jobs N] [--only SCENARIO[:POINT[:FAULT]]] [--list]

Every call on a file or a socket, in allot and in allot-mail, is a point. At each point the program is killed before and
after the call, the call fails with EIO, ENOSPC and EINTR, and a call that transfers bytes transfers half of them; from
each request for memory on, all requests fail. Errors that the kernel does not report for a call on common file systems
are injected too: FUSE may return any of them for every call. --all runs every point, which takes an hour; without it, a
fixed sample is run, spread over all commands, calls and faults.
"""

import argparse
import collections
import hashlib
import multiprocessing
import os
import pathlib
import platform
import select
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import injection_stores  # noqa: E402
from injection_stores import TIMEOUT, Place, Point, Run  # noqa: E402

try:
    import injection_mails
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)

SCENARIOS = {each.name(): each for each in injection_stores.SCENARIOS + injection_mails.SCENARIOS}
# Before main() the C library ends a program without memory.
FIRST_IN_MAIN = "fcntl"
ERRORS = ["kill-before", "kill-after", "EIO", "ENOSPC", "EINTR"]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("allot", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--points", type=int, default=330)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


class Worker:
    """Runs points in its own folder; one object per process of this program."""

    def __init__(self, allot: pathlib.Path):
        self.allot = allot.resolve()
        self.injector = self.allot.parent / "fault_injector"
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name).resolve()
        self.scenarios: dict = {}

    def scenario(self, name: str) -> injection_stores.Scenario:
        if name not in self.scenarios:
            self.scenarios[name] = SCENARIOS[name](self.allot, self.root)
        return self.scenarios[name]

    def start(self, place: Place, words: list[str], *how: str) -> tuple[Run, list[list[str]]]:
        """Runs the command until all its processes have ended; returns the calls from the report of the injector."""
        report = self.root / "report"
        ended, held = os.pipe()
        process = subprocess.Popen([self.injector, "--programs", "allot-mail", *how, "--report", report, self.allot, *words],
                                   env=place.environment, cwd=place.folder, stdin=subprocess.DEVNULL, pass_fds=[held],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.close(held)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
            select.select([ended], [], [], TIMEOUT)
        finally:
            process.kill()
            os.close(ended)
        if process.returncode == 77:
            raise PermissionError("tracing is not allowed here")
        lines = report.read_text(errors="replace").splitlines()
        kind, number = lines[-1].split()
        run = Run(int(number) if kind == "signal" else 0, int(number) if kind == "exit" else None,
                  injection_stores.without_times(out), err.decode(errors="replace"))
        return run, [line.split("\t") for line in lines[:-1]]

    def find_points(self, name: str) -> list[Point]:
        scenario = self.scenario(name)
        place = scenario.copy()
        run, calls = self.start(place, scenario.words)
        assert run.status == 0, run.err
        points: list[Point] = []
        is_in_main = False
        for at, call, file, size in calls:
            is_in_main = is_in_main or call == FIRST_IN_MAIN
            if at.startswith("0:m") and not is_in_main:
                continue
            faults = ["ENOMEM"] if ":m" in at else ERRORS + (["short"] if size.isdigit() and int(size) > 1 else [])
            file = file.replace(str(place.folder), ".")
            points += [Point(name, at, call, file, fault) for fault in faults]
        scenario.drop(place)
        return points

    def try_point(self, point: Point) -> tuple[Point, list[str]]:
        scenario = self.scenario(point.scenario)
        place = scenario.copy()
        try:
            run, calls = self.start(place, scenario.words, "--at", point.at, "--fault", point.fault)
            if not calls:
                return point, ["not reached"]
            _, call, file, _ = calls[0]  # threads are scheduled differently, so that it may be the call before or after
            found = scenario.judge(place, run, point._replace(call=call, file=file.replace(str(place.folder), ".")))
            return point, [f"{text} (status {run.status}, {run.err.strip()!r})" for text in found]
        except subprocess.TimeoutExpired:
            return point, ["hangs"]
        finally:
            scenario.drop(place)


WORKER: Worker


def begin(allot: pathlib.Path) -> None:
    global WORKER
    WORKER = Worker(allot)


def find_points(name: str) -> list[Point]:
    return WORKER.find_points(name)


def try_point(point: Point) -> tuple[Point, list[str]]:
    return WORKER.try_point(point)


def select_sample(points: list[Point], count: int) -> list[Point]:
    """Points with an even distribution of commands, calls, faults, and each pair of them."""
    groups = collections.defaultdict(list)
    for point in sorted(points, key=lambda p: hashlib.sha256(" ".join(p).encode()).digest()):
        groups[point.scenario, point.call, point.fault, point.at[0]].append(point)
    used: collections.Counter = collections.Counter()
    chosen: list[Point] = []

    def cost(group) -> tuple:
        scenario, call, fault, process = group
        pairs = [(scenario, call, process), (call, fault), (scenario, fault, process)]
        return sum(used[pair] for pair in pairs), used[scenario], group

    while groups and len(chosen) < count:
        group = min(groups, key=cost)
        scenario, call, fault, process = group
        used.update([(scenario, call, process), (call, fault), (scenario, fault, process), scenario])
        chosen.append(groups[group].pop())
        if not groups[group]:
            del groups[group]
    return chosen


def choose(points: list[Point], words: argparse.Namespace) -> list[Point]:
    wanted = words.only.split(":", 1)
    if len(wanted) == 2:
        at, _, fault = wanted[1].partition("/")
        return [p for p in points if p.at == at and (not fault or p.fault == fault)]
    return points if words.all or words.only else select_sample(points, words.points)


def main() -> int:
    words = options()
    names = [words.only.split(":")[0]] if words.only else list(SCENARIOS)
    if platform.machine() != "x86_64":
        print("skipped: tests/support/fault_injector.cpp knows the registers of x86-64 alone")
        return 77
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(words.jobs, begin, (words.allot,)) as pool:
        try:
            points = [point for found in pool.imap(find_points, names) for point in found]
        except PermissionError as failure:
            print(f"skipped: {failure}")
            return 77
        chosen = choose(points, words)
        if words.list:
            print("\n".join(" ".join(point) for point in chosen))
            return 0
        faults = unreached = 0
        for done, (point, found) in enumerate(pool.imap_unordered(try_point, chosen, 4), 1):
            unreached += found == ["not reached"]
            for text in found:
                print(f"{point.scenario}:{point.at}/{point.fault} {point.call} {point.file!r}: {text}", flush=True)
            faults += bool(found) and found != ["not reached"]
            if done % 500 == 0:
                print(f"{done} of {len(chosen)} points, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    for key in ("scenario", "fault"):
        counts = collections.Counter(getattr(point, key) for point in chosen)
        print(f"{key}s: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print(f"{len(chosen)} of {len(points)} points, {unreached} not reached, {faults} with faults")
    return 1 if faults or unreached * 50 > len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
