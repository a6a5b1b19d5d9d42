"""A large real-looking hierarchy goes in, proves valid, is refused one user too many, and comes out and in as the same bytes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
WORLD = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "world.yaml"
FAULTS = []


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}")


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
        leaves = {g["path"] for g in groups if g["children"] == 0}
        full = [(s["group"], c["limited_by"]) for s in states if s["group"] in leaves
                for r, c in s["counts"].items() if r == "sip" and c["available"] == 0 and not c["blocked_by"]]
        if not full:
            print("the hierarchy has no full leaf")
            return 1
        for leaf, limiter in full[:5]:
            done = allot("user", "add", leaf, "one.more@full.example", "--sip", "1", "--json")
            expect(f"one more user in {leaf}", done.returncode, 3)
            if done.returncode == 3:
                violations = json.loads(done.stderr)["error"]["violations"]
                named = {v["group"] for v in violations}
                above = {"/"} | {leaf[:i] for i in range(1, len(leaf) + 1) if i == len(leaf) or leaf[i] == "/"}
                expect(f"the groups that refuse {leaf} are above it", named <= above, True)
                expect(f"a named group is in the text for {leaf}", any(g in v["message"] for v in violations for g in named), True)
                expect(f"most accepted in {leaf}", {v["accepted"] for v in violations if v["rule"] == "limit"}, {0})
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
