"""Dealers that write concurrently see only their own entries, and a dealer that loses its right is denied at once."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ALLOT = storage.program(sys.argv[1])
EACH = 30
FAULTS = []


def check(what: str, is_true: bool) -> None:
    if not is_true:
        FAULTS.append(what)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "ALLOT_DB": f"{folder}/allot.db"}

        def allot(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([ALLOT, *words], env=environment, capture_output=True, text=True, check=False)

        def read(*words: str) -> list:
            return json.loads(allot(*words, "--json").stdout)

        def start(dealer: str) -> subprocess.Popen:
            script = (f'for i in $(seq {EACH}); do "$0" --as "$1@x.example" user add "/$1" "u$i@$1.example" --wait 120 -q'
                      ' 2>/dev/null; echo $?; done')
            return subprocess.Popen(["bash", "-c", script, ALLOT, dealer], env=environment, stdout=subprocess.PIPE, text=True)

        allot("init", "-q")
        for dealer in ("north", "south", "west"):
            allot("group", "add", f"/{dealer}", "-q")
            allot("user", "add", f"/{dealer}", f"{dealer}@x.example", "--role", "admin", "-q")
        before = read("log")[0]["revision"]
        workers = {dealer: start(dealer) for dealer in ("north", "south", "west")}
        removed = allot("user", "remove", "/west", "west@x.example", "--wait", "120", "-q")
        check("the right of one could not be taken", removed.returncode == 0)
        statuses = {dealer: worker.communicate()[0].split() for dealer, worker in workers.items()}
        for dealer in ("north", "south"):
            check(f"{dealer} had {statuses[dealer]}", statuses[dealer] == ["0"] * EACH)
            own = [entry for entry in read("--as", f"{dealer}@x.example", "log") if entry["as"] is not None]
            check(f"{dealer} sees {len(own)} entries of its own", len(own) == EACH)
            check(f"{dealer} sees another's", all(entry["as"] == f"{dealer}@x.example" for entry in own))
        saved = statuses["west"].count("0")
        check(f"west had {statuses['west']}", statuses["west"] == ["0"] * saved + ["4"] * (EACH - saved))
        revisions = [entry["revision"] for entry in read("log")]
        check("a revision is missing or twice there", revisions == list(range(before + 2 * EACH + saved + 1, 0, -1)))
        check("check: " + allot("check").stdout, allot("check").returncode == 0)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
