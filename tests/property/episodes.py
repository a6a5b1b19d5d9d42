"""Runs episodes of one kind one by one, until one disagrees."""

from __future__ import annotations

import argparse
import sys
import tempfile
import types
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402


def run_episodes(kind, about, steps, episodes):
    """What came how often in all of them, printed too; None, and the report printed, where one disagreed. `steps` is the
    name of the option that says how long each is, and its default."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--allot", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(f"--{steps[0]}", dest="steps", type=int, default=steps[1])
    parser.add_argument("--episodes", type=int, default=episodes)
    wanted = parser.parse_args()
    total = Counter()
    with tempfile.TemporaryDirectory() as folder:
        options = types.SimpleNamespace(allot=storage.program(wanted.allot), seed=wanted.seed, folder=folder, every=10**9, keep=True,
                                        items=False, accepted=False)
        for number in range(wanted.episodes):
            episode = kind(options, number)
            report = episode.run(wanted.steps)
            if report:
                print(report)
                return None
            total.update(episode.counts["other"])
    print(", ".join(f"{what}: {count}" for what, count in sorted(total.items())))
    return total
