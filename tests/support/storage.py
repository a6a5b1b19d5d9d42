"""The storage on which a test keeps its stores: SQLite files, or a PostgreSQL server if ALLOT_TEST_SERVER is set.

ALLOT_TEST_SERVER is the folder of the socket of a server, as `postgresql.py run` sets it; a test that calls `program`
then runs every store on that server. `file:FOLDER` stands for SQLite files in FOLDER; see on_server.bash.
"""
import atexit
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

SERVER = os.environ.get("ALLOT_TEST_SERVER", "")
SUPPORT = pathlib.Path(__file__).resolve().parent
PSQL = "/usr/lib/postgresql/15/bin/psql"


def program(binary: str) -> str:
    """The allot that a test runs in place of the binary; the test is skipped if the server cannot be used."""
    if not SERVER:
        return os.path.abspath(binary)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="allot-program-"))
    atexit.register(shutil.rmtree, folder)
    install(folder, binary)
    return str(folder / "allot")


def install(folder: pathlib.Path, binary: str) -> None:
    """Puts `allot`, `store-copy` and `store-sql` into the folder."""
    if not SERVER:
        for name, target in (("allot", os.path.abspath(binary)), ("store-copy", "/bin/cp"), ("store-sql", "/usr/bin/sqlite3")):
            os.symlink(target, folder / name)
        return
    if reason := find_obstacle(binary):
        print(f"skipped: {reason}")
        sys.exit(77)
    stores = pathlib.Path(tempfile.mkdtemp(prefix="allot-stores-"))
    atexit.register(remove, stores)
    for name, function in (("allot", "run_allot"), ("store-copy", "copy_store"), ("store-sql", "edit_store"),
                           ("store-dump", "dump_store")):
        values = {"program": os.path.abspath(binary), "server": SERVER, "stores": str(stores)}
        lines = ["#!/bin/bash", *[f"{key}={shlex.quote(value)}" for key, value in values.items()],
                 f". {shlex.quote(str(SUPPORT / 'on_server.bash'))}", f'{function} "$@"']
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / name).chmod(0o755)


def find_obstacle(binary: str) -> str:
    """Why the binary cannot be run with stores on the server, if so."""
    if SERVER.startswith("file:"):
        pathlib.Path(SERVER.removeprefix("file:"), "absent").mkdir(parents=True, exist_ok=True)
        return ""
    if not os.path.exists(PSQL):
        return "postgresql-15 is not installed; tools/install-packages test installs it"
    helper = pathlib.Path(os.path.abspath(binary)).parents[1] / "libexec/allot/allot-postgresql"
    if not helper.exists():
        return f"{helper} is not built"
    # The database of locations that name no store.
    made = ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'absent'")
    if made.returncode != 0:
        return f"no server listens in {SERVER}: {made.stderr.strip()}"
    if made.stdout.strip() == "0":
        ask("postgres", "CREATE DATABASE absent TEMPLATE template0")  # fails if another test was faster
    return ""


def ask(database: str, *statements: str) -> subprocess.CompletedProcess:
    commands = [word for each in statements for word in ("-c", each)]
    return subprocess.run([PSQL, "-X", "-q", "-At", "-h", SERVER, "-d", database, *commands], capture_output=True,
                          text=True, check=False)


def remove(stores: pathlib.Path) -> None:
    """Drops the databases of the test."""
    databases = [each.name for each in stores.glob("s*")]
    if SERVER.startswith("file:"):
        for each in databases:
            shutil.rmtree(pathlib.Path(SERVER.removeprefix("file:")) / each, ignore_errors=True)
    elif databases:
        ask("postgres", *[f"DROP DATABASE {each} WITH (FORCE)" for each in databases])
    shutil.rmtree(stores)


def copy(allot: str, store: str | os.PathLike, target: str | os.PathLike) -> None:
    """Copies a store, in place of one that is there; `allot` is what `program` returned."""
    copier = pathlib.Path(allot).parent / "store-copy" if SERVER else "cp"
    subprocess.run([copier, store, target], check=True)


def read(allot: str, store: str | os.PathLike) -> bytes:
    """All of a store, to compare it."""
    if not SERVER:
        return pathlib.Path(store).read_bytes()
    return subprocess.run([pathlib.Path(allot).parent / "store-dump", store], check=True, stdout=subprocess.PIPE).stdout


def put_back_files(text: str) -> str:
    """The text with the files of the test in place of the locations on the server."""
    if not SERVER:
        return text
    if SERVER.startswith("file:"):
        pattern = re.escape(SERVER.removeprefix("file:")) + r"/\w+/([\w.%-]+)/\.\./store"
    else:
        pattern = r"postgresql:///\w+\?host=" + re.escape(SERVER) + r"&sslkey=([\w.%-]+)"
    # A command line in the log has quotes that the file does not need.
    text = re.sub(f"'{pattern}'", lambda found: shlex.quote(urllib.parse.unquote(found[1])), text)
    return re.sub(pattern, lambda found: urllib.parse.unquote(found[1]), text)


def without_sqlite(text: str) -> str:
    """The text without what `check` says of SQLite."""
    return re.sub(r'^the journal mode is \w+\n|,\n *"journal_mode": ("\w+"|null)', "", text, flags=re.MULTILINE) if SERVER else text
