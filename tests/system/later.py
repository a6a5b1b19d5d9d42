"""A store that is valid on one day is valid on every later day without a write: checks the examples on every day on
which a period begins or has ended and on the days around it."""

import datetime
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALLOT = storage.program(sys.argv[1])
TODAY = datetime.date(2026, 11, 24)


def allot(day: datetime.date, *words: str) -> None:
    done = subprocess.run([ALLOT, *words], env={**os.environ, "ALLOT_TODAY": day.isoformat()}, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"on {day}: allot {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")


def main() -> int:
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    assert examples, "there are no examples"
    for example in examples:
        dates = {datetime.date.fromisoformat(text) for text in re.findall(r"\d{4}-\d\d-\d\d", example.read_text())}
        days = {date + datetime.timedelta(days=shift) for date in dates for shift in (-1, 0, 1, 2)}
        days = sorted({day for day in days if day >= TODAY} | {datetime.date(9999, 12, 31)})
        assert len(days) > 1, f"{example.name} has no date ahead"
        with tempfile.TemporaryDirectory() as folder:
            store = os.path.join(folder, "store.db")
            allot(TODAY, "--db", store, "init", "-q")
            allot(TODAY, "--db", store, "import", "-q", str(example))
            for day in days:
                allot(day, "--db", store, "check", "-q")
        print(f"{example.name}: valid on {len(days)} later days")
    return 0


sys.exit(main())
