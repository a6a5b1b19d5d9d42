"""On a terminal a refusal is wrapped: no line is wider than 80 columns, and no item of its lists is missing."""

import fcntl
import os
import pathlib
import pty
import struct
import sys
import tempfile
import termios
import unicodedata

ALLOT = os.path.abspath(sys.argv[1])
COLUMNS = 80
NAMES = ["Alter Markt", "Северный район с длинным именем", "الحي الشمالي الكبير", "北方大楼公寓管理处第一分部的名字",
         "a name that is long enough to be wider than a terminal of eighty columns by itself, twice"]


def width_of(text: str) -> int:
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf") else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def run_on_terminal(*words: str) -> tuple[int, str]:
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(2, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        os.execv(ALLOT, ["allot", *words])
    out = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode().replace("\r\n", "\n")


def main() -> int:
    os.environ |= {"ALLOT_TODAY": "2026-11-24", "ALLOT_DB": "store.db", "TERM": "xterm", "NO_COLOR": "1"}
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run_on_terminal("init", "--sip", "100", "--mobile", "100")
        groups = "".join(f'  "{name}": {{licenses: {{main: {{sip: {50 + n}, mobile: {50 + n}}}}}}}\n'
                         for n, name in enumerate(NAMES + [f"dealer {n}" for n in range(243)]))
        pathlib.Path("tree.yaml").write_text(f"allot: 1\ngroups:\n{groups}")
        status, text = run_on_terminal("import", "tree.yaml")
        os.chdir("/")
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
