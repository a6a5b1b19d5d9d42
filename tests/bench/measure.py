"""Measures entire processes alternating with their baselines and prints medians, ratios and peak memory."""

import dataclasses
import os
import pathlib
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence


@dataclasses.dataclass
class Command:
    """A program with its arguments; `prepare` runs before each run of it, outside the measurement."""

    words: Sequence[str]
    stdin: pathlib.Path | None = None
    prepare: Callable[[], None] | None = None
    status: int = 0
    """The exit status that it has to have."""
    vary: Callable[[int], Sequence[str]] | None = None
    """Gives the words of the n-th run, for a command that can only be run once on a store."""


@dataclasses.dataclass
class Sample:
    seconds: float
    megabytes: float | None
    """Its peak memory; nothing where it is less than this program's own, which the kernel counts in."""


runs_made = 0


def run(command: Command) -> Sample:
    """One run; its output is discarded. Raises if it ends with an unexpected status."""
    global runs_made
    runs_made += 1
    if command.prepare:
        command.prepare()
    words = command.vary(runs_made) if command.vary else command.words
    files = [(os.POSIX_SPAWN_OPEN, 0, str(command.stdin or "/dev/null"), os.O_RDONLY, 0)]
    files.append((os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0))
    if command.status != 0:
        files.append((os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0))
    started = time.perf_counter()
    child = os.posix_spawnp(words[0], list(words), os.environ, file_actions=files)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != command.status:
        raise SystemExit(f"{words} ended with {os.waitstatus_to_exitcode(status)}, not {command.status}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Sample(seconds, usage.ru_maxrss / 1024 if usage.ru_maxrss > own else None)


def quietly(words: Sequence[str], stdin: str | None = None) -> str:
    """Runs a preparing command and returns its output."""
    return subprocess.run(words, input=stdin, text=True, check=True, capture_output=True).stdout


class Table:
    """Prints a row for each comparison and stores the medians."""

    def __init__(self) -> None:
        self.missed = 0
        print(f"{'':44} {'allot':>9} {'other':>9} {'ratio':>6} {'at most':>7} {'MB':>5}  measured against", flush=True)

    def heading(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def compare(self, name: str, ours: Command, other: Command, limit: float | None, against: str, runs: int,
                most_megabytes: float | None = None) -> float:
        """Runs both alternately, after one warm-up each; the ratio is the median of the ratios of the pairs."""
        run(ours), run(other)
        pairs = [(run(ours), run(other)) for _ in range(runs)]
        ratio = statistics.median(a.seconds / b.seconds for a, b in pairs)
        our_time = statistics.median(a.seconds for a, _ in pairs)
        other_time = statistics.median(b.seconds for _, b in pairs)
        memory = max((a.megabytes for a, _ in pairs if a.megabytes), default=None)
        self.row(name, our_time, other_time, ratio, limit, memory, against, most_megabytes)
        return our_time

    def row(self, name: str, ours: float, other: float | None, ratio: float | None, limit: float | None,
            memory: float | None, against: str, most_megabytes: float | None = None) -> None:
        is_missed = ratio is not None and limit is not None and ratio > limit
        # Memory that is not known is less than that of this program.
        is_missed |= memory is not None and most_megabytes is not None and memory > most_megabytes
        if most_megabytes is not None:
            against += f", {most_megabytes} MB at most"
        self.missed += is_missed
        cells = [
            f"{name:44} {show(ours):>9}",
            f"{show(other) if other is not None else '':>9}",
            f"{ratio:>6.2f}" if ratio is not None else " " * 6,
            f"{limit:>7}" if limit is not None else " " * 7,
            f"{memory:>5.0f}" if memory is not None else " " * 5,
            f" {against}{'  <- missed' if is_missed else ''}",
        ]
        print(" ".join(cells), flush=True)


def show(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
