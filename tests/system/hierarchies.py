"""The hierarchies of the benchmarks: equal arguments produce equal bytes, and every shape is valid."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

GENERATOR = pathlib.Path(__file__).resolve().parents[1] / "bench" / "hierarchies.py"
SHAPES = ("dealers", "dates", "deep", "flat", "steps", "open")
NODES = 2000


def generate(shape: str, *more: str) -> str:
    program = [sys.executable, str(GENERATOR), shape, str(NODES), *more]
    return subprocess.run(program, check=True, capture_output=True, encoding="utf-8").stdout


def main() -> int:
    allot = storage.program(sys.argv[1])
    for shape in SHAPES:
        text = generate(shape)
        assert text == generate(shape), shape
        with tempfile.TemporaryDirectory() as folder:
            command = [allot, "--db", f"{folder}/a.db"]
            subprocess.run([*command, "init", "--quiet"], check=True)
            subprocess.run([*command, "import", "--quiet", "-"], input=text, check=True, encoding="utf-8")
            for day in ("2026-11-24", "2027-12-31", "2028-01-01", "2029-01-01"):
                subprocess.run([*command, "check"], check=True, capture_output=True, env=os.environ | {"ALLOT_TODAY": day})
            size = subprocess.run([*command, "check"], check=True, capture_output=True, encoding="utf-8").stdout
        groups, _, users = map(int, re.search(r"(\d+) groups, (\d+) licenses, (\d+) memberships", size).groups())
        assert NODES <= groups + users <= 1.3 * NODES, (shape, size)
    assert generate("dealers") != generate("dealers", "--seed", "2")
    lines, changed = generate("dealers").splitlines(), generate("dealers", "--changed", "10").splitlines()
    renamed = [(a, b) for a, b in zip(lines, changed, strict=True) if a != b]
    assert 0.05 * NODES < len(renamed) < 0.15 * NODES, len(renamed)
    assert all(b.replace(" (new)", "") == a for a, b in renamed)
    print(f"{len(SHAPES)} shapes, each valid on four days")
    return 0


sys.exit(main())
