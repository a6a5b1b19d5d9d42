"""Every include goes through a door that the layout allows, and libraries stay in the rooms that own them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Which rooms each room may include.
DOORS = {
    "libcore/base": {"libcore/base"},
    "libcore/model": {"libcore/base", "libcore/model"},
    "libcore/store": {"libcore/base", "libcore/model", "libcore/store"},
    "libcore/document": {"libcore/base", "libcore/model", "libcore/document"},
    "libcore/letter": {"libcore/base", "libcore/model", "libcore/letter"},
    "libcore/engine": {"libcore/base", "libcore/model", "libcore/store", "libcore/document", "libcore/letter",
                       "libcore/engine"},
    "libexec/allot-mail": {"libcore/base", "libexec/allot-mail"},
    "cli": {"libcore/base", "libcore/model", "libcore/document", "libcore/letter", "libcore/engine", "cli"},
}

# Which files may include a library's headers.
LIBRARIES = {
    r"<SQLiteCpp/|<sqlite3\.h>": r"libcore/store/.*\.cpp|libcore/store/(connection|grant_columns)\.hpp",
    r"<yaml\.h>": r"libcore/document/.*\.cpp",
    r"<kainjow/": r"libcore/letter/.*\.cpp",
    r"<yaml-cpp/": r"cli/config\.cpp",
    r"<CLI/": r"cli/(parser|verb|help|complete)\.cpp",
    r"<nlohmann/": r"cli/.*|libexec/allot-mail/protocol\.cpp",
    r"<curl/": r"libexec/allot-mail/(link|server|smtp)\.[ch]pp",
    r"<gmime/|<glib": r"libexec/allot-mail/(letter|shield)\.cpp",
}


def room_of(path: str) -> str:
    return "cli" if path.startswith("cli/") else "/".join(path.split("/")[:2])


def faults_of(file: pathlib.Path) -> list[str]:
    name = file.relative_to(ROOT).as_posix()
    faults = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        own = re.match(r'#include "([^"]+)"', line)
        if own and "/" in own[1] and room_of(own[1]) not in DOORS[room_of(name)]:
            faults.append(f"{name}:{number}: {room_of(name)} may not include {own[1]}")
        if own and "/" not in own[1]:
            faults.append(f"{name}:{number}: {own[1]} is not named from the root")
        for library, owners in LIBRARIES.items():
            if re.match(r"#include (" + library + ")", line) and not re.fullmatch(owners, name):
                faults.append(f"{name}:{number}: {line} belongs into {owners}")
    return faults


def main() -> int:
    files = [f for room in ("libcore", "libexec", "cli") for f in (ROOT / room).rglob("*") if f.suffix in (".cpp", ".hpp")]
    assert len(files) > 50, "the rooms were not found"
    faults = [fault for file in sorted(files) for fault in faults_of(file)]
    print("\n".join(faults) or f"{len(files)} files, every door respected")
    return 1 if faults else 0


sys.exit(main())
