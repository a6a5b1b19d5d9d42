"""Modules include only what the layering allows, and libraries stay in the modules that own them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Which modules each module may include besides itself.
BASE = {"libcore/base"}
MODEL = BASE | {"libcore/model"}
ACCESS = MODEL | {"libcore/storage", "libcore/access"}
HISTORY = ACCESS | {"libcore/history"}
REMINDERS = ACCESS | {"libcore/template", "libcore/reminders"}
EDIT = HISTORY | REMINDERS | {"libcore/edit"}
QUERY = HISTORY | REMINDERS | {"libcore/document", "libcore/query"}
LAYERS = {
    "libcore/base": BASE,
    "libcore/model": MODEL,
    "libcore/storage": MODEL,
    "libcore/document": MODEL,
    "libcore/template": MODEL,
    "libcore/access": ACCESS,
    "libcore/history": HISTORY,
    "libcore/reminders": REMINDERS,
    "libcore/edit": EDIT,
    "libcore/import": EDIT | {"libcore/document"},
    "libcore/query": QUERY,
    "libcore/report": QUERY,  # reads through a View, so that it shows what the actor sees; renders by template
    "libexec/allot-mail": BASE,
    "libexec/allot-postgresql": {"cli", "libcore/storage"},
    "cli": EDIT | {"libcore/document", "libcore/import", "libcore/query", "libcore/report"},
}

# Which files may include a library's headers.
LIBRARIES = {
    r"<libpq-fe\.h>": r"libcore/storage/postgresql/.*\.cpp",
    r'"libcore/storage/postgresql/': r"libcore/storage/postgresql/.*|libexec/allot-postgresql/main\.cpp",
    r"<SQLiteCpp/|<sqlite3\.h>": r"libcore/storage/sqlite/.*",
    r"<yaml\.h>": r"libcore/document/.*\.cpp",
    r"<kainjow/": r"libcore/template/.*\.cpp",
    r"<yaml-cpp/": r"cli/config\.cpp",
    r"<CLI/": r"cli/(parser|subcommand|help|complete)\.cpp",
    r"<nlohmann/": r"cli/.*|libexec/allot-mail/protocol\.cpp",
    r"<curl/": r"libexec/allot-mail/(smtp_link|server|smtp)\.[ch]pp",
    r"<gmime/|<glib": r"libexec/allot-mail/(outgoing_mail|shield)\.cpp",
}

def module_of(path: str) -> str:
    return "cli" if path.startswith("cli/") else "/".join(path.split("/")[:2])


def faults_of(file: pathlib.Path) -> list[str]:
    name = file.relative_to(ROOT).as_posix()
    faults = []
    for number, line in enumerate(file.read_text().splitlines(), 1):
        own = re.match(r'#include "([^"]+)"', line)
        if own and "/" in own[1] and module_of(own[1]) not in LAYERS[module_of(name)] | {module_of(name)}:
            faults.append(f"{name}:{number}: {module_of(name)} may not include {own[1]}")
        if own and "/" not in own[1]:
            faults.append(f"{name}:{number}: {own[1]} is not named from the root")
        for library, owners in LIBRARIES.items():
            if re.match(r"#include (" + library + ")", line) and not re.fullmatch(owners, name):
                faults.append(f"{name}:{number}: {line} belongs into {owners}")
    return faults


def main() -> int:
    files = [f for folder in ("libcore", "libexec", "cli") for f in (ROOT / folder).rglob("*") if f.suffix in (".cpp", ".hpp")]
    assert len(files) > 50, "the modules were not found"
    faults = [fault for file in sorted(files) for fault in faults_of(file)]
    print("\n".join(faults) or f"{len(files)} files, the layering holds")
    return 1 if faults else 0


sys.exit(main())
