"""Every file in examples/ is valid, goes in and comes out, and its export goes into an empty store as the same bytes."""

import os
import pathlib
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
EXAMPLES = sorted((pathlib.Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))
FAULTS = []


def trip(example: pathlib.Path, folder: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
    environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder}

    def allot(*words: str, store: str) -> bytes:
        done = subprocess.run([ALLOT, "--db", store, *words], env=environment, cwd=folder, capture_output=True)
        if done.returncode != 0:
            FAULTS.append(f"{example.name}: {' '.join(words)}: {done.returncode} {done.stderr.decode()}")
        return done.stdout

    allot("init", store="first.db")
    allot("import", str(example), store="first.db")
    allot("check", store="first.db")
    allot("diff", str(example), store="first.db")
    allot("diff", str(example), "--prune", store="first.db")
    allot("export", "-o", "out.yaml", store="first.db")
    first = allot("export", store="first.db")
    if (pathlib.Path(folder) / "out.yaml").read_bytes() != first:
        FAULTS.append(f"{example.name}: export -o writes other bytes than export")
    allot("init", store="second.db")
    allot("import", "out.yaml", store="second.db")
    allot("check", store="second.db")
    if allot("export", store="second.db") != first:
        FAULTS.append(f"{example.name}: the export of what was exported differs")


def main() -> int:
    if not EXAMPLES:
        FAULTS.append("there are no examples")
    for example in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            trip(example, folder)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
