"""Without ALLOT_TODAY, and always in `allot shell`, the day is that of the system clock, which on_date.py may set."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ALLOT = storage.program(sys.argv[1])


def main() -> int:
    wanted = os.environ.get("ON_DATE")  # of on_date.py
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")} | {"TZ": "UTC"}
    with tempfile.TemporaryDirectory() as folder:
        allot = [ALLOT, "--db", f"{folder}/store.db"]
        subprocess.run([*allot, "init", "-q"], env=environment, check=True)
        subprocess.run([*allot, "user", "add", "/", "ann@x.example", "--role", "admin", "-q"], env=environment, check=True)
        request = {"SSH_ORIGINAL_COMMAND": "state --json", "ALLOT_TODAY": "2020-01-01"}
        for words, more in ((["state", "--json"], {}), (["shell", "--as", "ann@x.example"], request)):
            first = datetime.datetime.now(datetime.timezone.utc).date()
            done = subprocess.run([*allot, *words], env=environment | more, check=True, capture_output=True, text=True)
            days = {str(first), str(datetime.datetime.now(datetime.timezone.utc).date())}
            day = json.loads(done.stdout)["at"]
            if day not in days or (wanted and wanted != str(first)):
                print(f"allot {' '.join(words)}: the day is {day}, not {wanted or days}; this program's is {first}")
                return 1
    print(f"the day is {first}")
    return 0


sys.exit(main())
