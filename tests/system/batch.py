"""A tree from `allot batch` exports like an imported tree; many lines are one change; a bad line saves nothing."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

ALLOT = storage.program(sys.argv[1])
FAULTS = []

COMMANDS = r"""
# The catalogue and what the company owns.
catalog add lift --counted
catalog add camera --counted --requires sip
catalog add face-id --feature
license add / main --sip 1000 --mobile 800 --count camera=20 --feature ukey2 --feature face-id --until 2027-12-31
group add "/the north" --kind dealer --restriction reserved
license add '/the north' main --sip 400 --mobile 300 --feature ukey2 --from 2026-01-01 --until 2026-12-31
group set /the\ north --remind-before 14 --remind-repeat weekly
user add "/the north" ann@north.example --name "Ann \"A.\" Lee" --role admin
user add "/the north" bob@x.example --name 'Bob O'\''Hara' --sip 1 --mobile 1 --no-features --until 2026-06-30
group add "/the north/tower a/floor 1" -p   # two groups
group add /pool
license add /pool ceiling --sip 700 --restriction shared
group set /pool --suspend
"""

FILE = """allot: 1
catalog:
  counted: {lift: {}, camera: {requires: sip}}
  features: [face-id]
restriction: reserved
licenses:
  main: {sip: 1000, mobile: 800, camera: 20, features: [ukey2, face-id], until: 2027-12-31}
groups:
  the north:
    kind: dealer
    restriction: reserved
    reminder: {before: 14, repeat: weekly}
    licenses:
      main: {sip: 400, mobile: 300, features: [ukey2], from: 2026-01-01, until: 2026-12-31}
    users:
      ann@north.example: {name: 'Ann "A." Lee', role: admin}
      bob@x.example: {name: "Bob O'Hara", sip: 1, mobile: 1, features: [], until: 2026-06-30}
    groups:
      tower a: {groups: {floor 1: {}}}
  pool:
    suspended: true
    restriction: shared
    licenses:
      ceiling: {sip: 700}
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": name}

        def allot(store: str, *words: str, text: str | None = None, status: int = 0) -> subprocess.CompletedProcess:
            done = subprocess.run([ALLOT, "--db", store, *words], env=environment, cwd=folder, capture_output=True,
                                  text=True, input=text)
            if done.returncode != status:
                FAULTS.append(f"{' '.join(words)}: {done.returncode}, not {status}: {done.stderr[:500]}")
            return done

        (folder / "tree.yaml").write_text(FILE)
        allot("a.db", "init")
        allot("a.db", "batch", text=COMMANDS)
        allot("b.db", "init")
        allot("b.db", "import", "tree.yaml")
        made, imported = (allot(store, "export").stdout for store in ("a.db", "b.db"))
        if made != imported:
            FAULTS.append(f"the trees differ:\n{made}\n{imported}")
        allot("a.db", "diff", "tree.yaml", "--prune")

        # Thousands of lines, the last of which exceed the limit.
        allot("c.db", "init", "--sip", "5000")
        lines = [f"user add / u{n}@x.example --sip 1" for n in range(5000)]
        allot("c.db", "batch", "-q", text="\n".join(lines[:4000] + ["user add / v@x.example --sip 1001"] + lines[4000:]), status=3)
        if allot("c.db", "user", "list", "--format", "tsv").stdout:
            FAULTS.append("a refused batch left users behind")
        refused = allot("c.db", "batch", "-q", text="\n".join(lines + ["user add / v@x.example --sip 1"]), status=3)
        if "5001" not in refused.stderr:
            FAULTS.append("the refusal does not name line 5001: " + refused.stderr)
        bad = allot("c.db", "batch", "-q", text="\n".join(lines[:2999] + ["user ad / v@x.example"]), status=2)
        if "3000" not in bad.stderr:
            FAULTS.append("the error does not name line 3000: " + bad.stderr)
        if allot("c.db", "user", "list", "--format", "tsv").stdout:
            FAULTS.append("a batch with an error left users behind")
        allot("c.db", "batch", "-q", "-n", text="\n".join(lines))
        if allot("c.db", "user", "list", "--format", "tsv").stdout:
            FAULTS.append("a dry run left users behind")
        allot("c.db", "batch", "-q", text="\n".join(lines))
        if allot("c.db", "user", "list", "--format", "tsv").stdout.count("\n") != 5000:
            FAULTS.append("a batch of 5000 lines did not add 5000 users")
        allot("c.db", "check")
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
