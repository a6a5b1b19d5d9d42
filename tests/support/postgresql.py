#!/usr/bin/env python3
"""Private PostgreSQL clusters for tests: each has its data and its socket in a folder of its own.

usage: postgresql.py run -- COMMAND...   starts a cluster, runs the command with ALLOT_TEST_SERVER, stops the cluster
       postgresql.py start FOLDER        starts a cluster in the folder; a cluster that is there is removed first
       postgresql.py stop FOLDER         stops the cluster and removes the folder

ALLOT_TEST_SERVER is FOLDER/socket. The server runs as postgres or nobody if this program runs as root, which PostgreSQL
refuses. Exit status: that of the command; 77 if postgresql-15 is not installed.
"""
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.parse

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
# Small and fast; what is lost in a crash of the machine does not matter.
SETTINGS = {"listen_addresses": "", "max_connections": "100", "shared_buffers": "64MB", "fsync": "off",
            "full_page_writes": "off", "unix_socket_permissions": "0700", "log_min_messages": "warning",
            "timezone": "UTC", "lc_messages": "C"}


class Unavailable(Exception):
    """PostgreSQL is not installed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A cluster in a folder, started by `with` or start(). The user who runs the tests is its superuser.

    `settings` are added to postgresql.conf, as {"fsync": "on"}. `certificate`, the files of a certificate and its key,
    enables TLS on a free port of 127.0.0.1. `rules` are lines of pg_hba.conf, before the one that lets everybody in by
    the socket; with `certificate` and without rules, a password is required over TCP.
    """

    def __init__(self, folder: str | os.PathLike, *, settings: dict[str, str] | None = None,
                 certificate: tuple[str | os.PathLike, str | os.PathLike] | None = None, rules: list[str] | None = None):
        self.folder = pathlib.Path(folder).absolute()
        self.data, self.socket = self.folder / "data", self.folder / "socket"
        self.log = self.folder / "data/server.log"
        self.settings = SETTINGS | (settings or {}) | {"unix_socket_directories": f"'{self.socket}'"}
        self.certificate, self.rules = certificate, rules or []
        self.port = 5432
        if certificate:
            self.port = free_port()
            self.settings |= {"listen_addresses": "'127.0.0.1'", "ssl": "on", "port": str(self.port)}
            self.rules = self.rules or ["hostssl all all 127.0.0.1/32 scram-sha-256"]

    def __enter__(self) -> "Cluster":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ---- the server

    def start(self) -> None:
        self.make_folder()
        user = pwd.getpwuid(os.geteuid()).pw_name
        # The order of an administrator's own database is not that of bytes, hence ICU: COLLATE "C" must be in the schema.
        self.run("initdb", "-D", self.data, "-U", user, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C",
                 "--locale-provider=icu", "--icu-locale=en")
        if self.certificate:
            for source, name in zip(self.certificate, ("server.crt", "server.key")):
                shutil.copyfile(source, self.data / name)
                (self.data / name).chmod(0o600)
                self.give_away(self.data / name)
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value or chr(39) * 2}\n" for name, value in self.settings.items())
        rules = self.data / "pg_hba.conf"
        local = "local all all trust\nlocal replication all trust\n"
        rules.write_text("".join(f"{rule}\n" for rule in self.rules) + local, encoding="utf-8")
        self.launch()

    def standby(self, folder: str | os.PathLike) -> "Cluster":
        """A read-only replica, not started with `with`: the caller stops it, before this one."""
        replica = Cluster(folder)
        replica.make_folder()
        replica.run("pg_basebackup", "-D", replica.data, "-h", self.socket, "-p", self.port, "-U",
                    pwd.getpwuid(os.geteuid()).pw_name, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")
        with open(replica.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(f"unix_socket_directories = '{replica.socket}'\nport = 5432\nlisten_addresses = ''\n")
        replica.launch()
        return replica

    def launch(self) -> None:
        """Starts the server of the existing data."""
        self.run("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", self.log)

    def halt(self, how: str = "immediate") -> None:
        """Stops the server and keeps the data; `immediate` is a crash."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-s", "-D", self.data, "-m", how)

    def stop(self) -> None:
        """Stops the server and removes the folder."""
        try:
            self.halt()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what a test asks of it

    def url(self, database: str = "postgres", **parameters: str) -> str:
        """The location by the socket."""
        words = {"host": str(self.socket)} | ({"port": str(self.port)} if self.port != 5432 else {}) | parameters
        return f"postgresql:///{urllib.parse.quote(database, safe='')}?{urllib.parse.urlencode(words, safe='/')}"

    def sql(self, statements: str, database: str = "postgres", **parameters: str) -> str:
        """What psql prints, rows as a|b; an error is raised with its text."""
        command = [PROGRAMS / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.url(database, **parameters)]
        done = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{statements}: {done.stderr}")
        return done.stdout

    # ---- as a user that PostgreSQL accepts

    def owner(self) -> pwd.struct_passwd | None:
        """The user of the server, None if it is the user of this process."""
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(KeyError):
            return pwd.getpwnam("postgres")
        return pwd.getpwnam("nobody")

    def give_away(self, path: pathlib.Path) -> None:
        if (owner := self.owner()) is not None:
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def make_folder(self) -> None:
        """Creates the folder, which must not exist, and in it those of the server."""
        if not (PROGRAMS / "initdb").exists():
            raise Unavailable
        self.folder.mkdir(mode=0o755)
        self.folder.chmod(0o755)
        for each in (self.data, self.socket):
            each.mkdir(mode=0o700)
            self.give_away(each)
        if len(os.fsencode(self.socket / ".s.PGSQL.65535")) > 107:
            raise ValueError(f"the path of the socket is too long: {self.socket}")

    def run(self, program: str, *words: object) -> None:
        """Runs a program of the server as its user; what it prints is in an error alone."""
        owner = self.owner()
        rights = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        # No preloaded clock, no PG variables.
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)}
        # In a file, as the server inherits the streams of pg_ctl and does not close them.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run([str(PROGRAMS / program), *map(str, words)], cwd=self.folder, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, **rights)
            if done.returncode != 0:
                said.seek(0)
                log = self.log.read_text(errors="replace") if self.log.exists() else ""
                raise RuntimeError(f"{program}: {said.read().decode(errors='replace')}{log}")


def remove_old(folder: pathlib.Path) -> None:
    """Removes what an interrupted run left in the folder, which must be a folder of the same user."""
    if os.path.lexists(folder):
        found = folder.lstat()
        if not folder.is_dir() or folder.is_symlink() or found.st_uid != os.geteuid():
            raise RuntimeError(f"{folder} belongs to somebody else")
        Cluster(folder).stop()


def run_beside(command: list[str]) -> int:
    """Runs the command beside a cluster; a signal ends both."""
    def end(number: int, _: object) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as parent:  # a short path, as messages show locations
        os.chmod(parent, 0o755)
        with Cluster(pathlib.Path(parent) / "c") as cluster:
            environment = os.environ | {"ALLOT_TEST_SERVER": str(cluster.socket)}
            process = subprocess.Popen(command, env=environment)
            try:
                status = process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    return status if status >= 0 else 128 - status


def main() -> int:
    words = sys.argv[1:]
    try:
        if words[:2] == ["run", "--"] and len(words) > 2:
            return run_beside(words[2:])
        if len(words) == 2 and words[0] in ("start", "stop"):
            folder = pathlib.Path(words[1])
            remove_old(folder)
            if words[0] == "start":
                Cluster(folder).start()
            return 0
    except Unavailable:
        print("skipped: postgresql-15 is not installed; tools/install-packages test installs it")
        return 77
    print(__doc__.split("\n\n")[1], file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
