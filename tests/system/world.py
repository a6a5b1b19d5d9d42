"""A large realistic hierarchy is imported, is valid, refuses one user too many, and is exported as the same bytes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ALLOT = storage.program(sys.argv[1])
WORLD = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "world.yaml"
FAULTS = []


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}")


def fill(states: list, groups: list, allot) -> None:
    """Fills some leaf groups with exactly the count that a refusal reports as left, and requests one more from each."""
    leaves = {g["path"] for g in groups if g["children"] == 0}
    limited = [(s["counts"]["sip"]["available"], s["group"]) for s in states if s["group"] in leaves
               and s["counts"]["sip"]["limit"] and not s["counts"]["sip"]["blocked_by"]]
    expect("there are leaves with a limit", bool(limited), True)
    filled = 0
    for available, leaf in sorted(limited)[:3] + sorted(limited)[-3:]:
        def add(email: str, count: int) -> tuple[int, list]:
            done = allot("user", "add", leaf, email, "--sip", str(count), "--json")
            return done.returncode, json.loads(done.stderr)["error"]["violations"] if done.returncode == 3 else []

        status, violations = add("all@full.example", available + 1)
        expect(f"more than {leaf} has left is told", bool(violations), True)
        expect(f"more than {leaf} has left", status, 3)
        left = min((v["accepted"] for v in violations), default=0)
        filled += left > 0
        if left > 0:
            expect(f"all that {leaf} has left", add("all@full.example", left)[0], 0)
        status, violations = add("one.more@full.example", 1)
        expect(f"one more user in {leaf} is told", bool(violations), True)
        expect(f"one more user in {leaf}", status, 3)
        above = {"/", leaf} | {leaf[:i] for i in range(1, len(leaf)) if leaf[i] == "/"}
        for violation in violations:
            expect(f"what {leaf} would accept", violation["accepted"], 0)
            expect(f"{violation['group']} is {leaf} or above it", violation["group"] in above, True)
            expect(f"the reason names {violation['group']}", violation["group"] + " has" in violation["message"], True)
        if left > 0:
            expect(f"the user leaves {leaf}", allot("user", "remove", leaf, "all@full.example").returncode, 0)
    expect("some leaves had something left", filled > 0, True)


def main() -> int:
    if not WORLD.exists():
        print(f"{WORLD} is not there")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder}

        def allot(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([ALLOT, *words], env=environment, cwd=folder, capture_output=True)

        def good(*words: str) -> bytes:
            done = allot(*words)
            expect(" ".join(words) + " " + done.stderr.decode()[:500], done.returncode, 0)
            return done.stdout

        good("init")
        good("import", str(WORLD), "-q")
        good("check")
        expect("diff after the import", allot("diff", str(WORLD)).returncode, 0)
        good("state")
        states = json.loads(good("state", "-r", "--json"))
        groups = json.loads(good("group", "list", "-r", "--json"))
        expect("groups in state -r", len(states), len(groups))
        expect("the order of state -r", [s["group"] for s in states], [g["path"] for g in groups])
        fill(states, groups, allot)
        first = good("export")
        (pathlib.Path(folder) / "first.yaml").write_bytes(first)
        good("--db", "second.db", "init")
        good("--db", "second.db", "import", "first.yaml", "-q")
        expect("the second export is the first", good("--db", "second.db", "export") == first, True)
        good("--db", "second.db", "check")
        good("import", "first.yaml", "--prune", "-q")
        expect("the pruned export is the first", good("export") == first, True)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
