"""examples/postgresql/setup makes a server, a store and its logins, and removes them again."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import PROGRAMS, Cluster, free_port  # noqa: E402

SETUP = pathlib.Path(__file__).resolve().parents[2] / "examples/postgresql/setup"
BUILT = pathlib.Path(sys.argv[1]).resolve().parent
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))} | {"ALLOT_TODAY": "2026-11-24"}

# What the session shows.
SHOWN = ("27 groups, 6 licenses, 22 memberships created", "copied revision 3", 'the role "allot_rita" may not write the store',
         "whole and valid", "revision 1", "limited by", "--remove")


def run(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run([SETUP, *map(str, words)], env=ENVIRONMENT, capture_output=True, text=True, timeout=300)


def expect(condition: bool, what: object) -> None:
    if not condition:
        raise SystemExit(f"{what}")


def check_session(done: subprocess.CompletedProcess, failures: int) -> None:
    said = done.stdout + done.stderr
    expect(done.returncode == 0, said)
    expect(all(part.lower() in said.lower() for part in SHOWN), said)
    expect(re.findall(r"\(exit status \d+\)", said) == ["(exit status 7)"] * failures, said)


def check_own_server(folder: pathlib.Path) -> None:
    port = free_port()
    done = run("--folder", folder, "--port", port, "--built", BUILT)
    try:
        check_session(done, 2)
        expect("root certificate file" in done.stdout + done.stderr, done.stderr)
        passwords = (folder / "pgpass").read_text()
        expect((folder / "pgpass").stat().st_mode & 0o777 == 0o600, "the mode of the password file")
        secrets = [line.rsplit(":", 1)[1] for line in passwords.splitlines()]
        log = (folder / "data/server.log").read_text()
        expect(len(secrets) == 3 and not any(secret in done.stdout + done.stderr + log for secret in secrets), "a password is shown")
        # Exactly the settings that the end of the session gives.
        commands = re.search(r"export PGPASSFILE=.*\n.*\n.*state -r", done.stdout)[0]
        state = subprocess.run(["sh", "-c", commands], env=ENVIRONMENT, capture_output=True, text=True)
        expect(state.returncode == 0 and "quay" in state.stdout, state)
        expect(run("--folder", folder, "--port", port, "--built", BUILT).returncode != 0, "a folder that exists is used")
    finally:
        removed = run("--remove", folder)
    expect(removed.returncode == 0 and not folder.exists(), removed)
    expect(subprocess.run([PROGRAMS / "pg_isready", "-h", "localhost", "-p", str(port)], stdout=subprocess.DEVNULL).returncode != 0,
           "the server still runs")
    (folder.parent / "other").mkdir()
    expect(run("--remove", folder.parent / "other").returncode == 1 and (folder.parent / "other").exists(), "another folder")


def check_given_server(folder: pathlib.Path) -> None:
    """On a server that is there, everything that the example made is removed, and nothing else."""
    with Cluster(folder / "cluster") as cluster:
        before = cluster.sql("SELECT datname FROM pg_database ORDER BY 1")
        done = run("--server", cluster.url(), "--folder", folder / "given", "--built", BUILT)
        check_session(done, 1)
        removed = run("--remove", folder / "given")
        expect(removed.returncode == 0, removed)
        expect(cluster.sql("SELECT datname FROM pg_database ORDER BY 1") == before, "the databases differ")
        expect(cluster.sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'allot%' ORDER BY 1") ==
               "allot_owner\nallot_reader\nallot_writer\n", "the logins are left")


def main() -> int:
    signal.alarm(800)
    if not (PROGRAMS / "initdb").exists():
        print("skipped: postgresql-15 is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        check_own_server(folder / "example")
        check_given_server(folder)
    print("the example shows what it should, and leaves nothing")
    return 0


sys.exit(main())
