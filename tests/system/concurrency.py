"""Eight processes that add users under one limit allot exactly the limit: further users are refused, none is lost, and
each addition has a revision of its own."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ALLOT = storage.program(sys.argv[1])
LIMIT = 200
WORKERS = 8
EACH = 40


def main() -> int:
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "ALLOT_DB": str(pathlib.Path(folder) / "allot.db")}

        def allot(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([ALLOT, *words], env=environment, capture_output=True, text=True)

        for line in (["init", "--sip", str(LIMIT)], ["group", "add", "/a"], ["group", "add", "/a/b"]):
            if allot(*line).returncode != 0:
                print("the store could not be made")
                return 1
        # Each worker is a shell that adds its users one by one and records every exit status.
        script = 'for i in $(seq %d); do "$0" user add /a/b "u$1-$i@x.example" --sip 1 --wait 120 -q 2>/dev/null; echo $?; done' % EACH
        workers = [subprocess.Popen(["bash", "-c", script, ALLOT, str(n)], env=environment, stdout=subprocess.PIPE, text=True)
                   for n in range(WORKERS)]
        statuses = [status for worker in workers for status in worker.communicate()[0].split()]
        if statuses.count("0") != LIMIT:
            faults.append(f"{statuses.count('0')} additions succeeded, not {LIMIT}")
        if statuses.count("3") != WORKERS * EACH - LIMIT:
            faults.append(f"{statuses.count('3')} were refused, not {WORKERS * EACH - LIMIT}; statuses {sorted(set(statuses))}")
        users = json.loads(allot("user", "list", "-r", "--json").stdout)
        if len(users) != LIMIT:
            faults.append(f"{len(users)} users are in the store, not {LIMIT}")
        sip = json.loads(allot("state", "/", "--json").stdout)["counts"]["sip"]
        if (sip["used"], sip["available"]) != (LIMIT, 0):
            faults.append(f"state shows {sip}")
        revisions = [entry["revision"] for entry in json.loads(allot("log", "--json").stdout)]
        if revisions != list(range(3 + LIMIT, 0, -1)):
            faults.append(f"the revisions are {revisions}")
        check = allot("check")
        if check.returncode != 0:
            faults.append("check: " + check.stdout + check.stderr)
    print("\n".join(faults))
    return 1 if faults else 0


sys.exit(main())
