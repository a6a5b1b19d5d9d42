"""On a terminal a refusal is wrapped: no line is wider than 80 columns, and no item of its lists is missing."""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from on_terminal import run_on_terminal, width_of  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
COLUMNS = 80
NAMES = ["Alter Markt", "Северный район с длинным именем", "الحي الشمالي الكبير", "北方大楼公寓管理处第一分部的名字",
         "a name that is long enough to be wider than a terminal of eighty columns by itself, twice"]


def main() -> int:
    environment = {**os.environ, "ALLOT_TODAY": "2026-11-24", "TERM": "xterm", "NO_COLOR": "1"}
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        environment["ALLOT_DB"] = f"{folder}/store.db"
        run_on_terminal([ALLOT, "init", "--sip", "100", "--mobile", "100"], environment, COLUMNS)
        groups = "".join(f'  "{name}": {{licenses: {{main: {{sip: {50 + n}, mobile: {50 + n}}}}}}}\n'
                         for n, name in enumerate(NAMES + [f"dealer {n}" for n in range(243)]))
        pathlib.Path(folder, "tree.yaml").write_text(f"allot: 1\ngroups:\n{groups}")
        status, text = run_on_terminal([ALLOT, "import", f"{folder}/tree.yaml"], environment, COLUMNS)
    if status != 3:
        faults.append(f"exit status {status}")
    faults += [f"{width_of(line)} columns: {line!r}" for line in text.splitlines() if width_of(line) > COLUMNS]
    for title in ("asked for in the files:", "allotted to:", "and 243 more", "2 rules would be broken"):
        if title not in text:
            faults.append(f"{title!r} is missing")
    print("\n".join([*faults, text] if faults else ["no line is wider than the terminal"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
