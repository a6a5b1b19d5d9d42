"""allot works behind PgBouncer in transaction mode, whatever other clients leave in the sessions of the pool."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))
from postgresql import Cluster, Unavailable  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, refused  # noqa: E402

TRANSCRIPTS = ("batch", "group", "user")  # they copy no store, which needs a database without sessions
USER = pwd.getpwuid(os.geteuid()).pw_name


class Pooler:
    """PgBouncer before a cluster, with a number of server connections for each database; its socket has port 5432."""

    def __init__(self, folder: pathlib.Path, cluster: Cluster, size: int):
        self.folder = folder
        folder.mkdir()
        cluster.give_away(folder)
        (folder / "users").write_text("".join(f'"{name}" ""\n' for name in (USER, "rita")))
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={cluster.socket}\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\nunix_socket_dir = {folder}\n"
            f"pool_mode = transaction\ndefault_pool_size = {size}\nmax_client_conn = 100\nauth_type = trust\n"
            f"auth_file = {folder}/users\nlogfile = {folder}/log\npidfile = {folder}/pid\nserver_lifetime = 3600\nquery_wait_timeout = 2\nserver_login_retry = 1\n")
        owner = cluster.owner()
        rights = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen([shutil.which("pgbouncer", path="/usr/sbin:/usr/bin"), "-q", folder / "pgbouncer.ini"],
                                        stderr=subprocess.DEVNULL, **rights)
        while not (folder / ".s.PGSQL.5432").exists() and self.process.poll() is None:
            time.sleep(0.05)

    def __enter__(self) -> "Pooler":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def url(self, database: str, user: str = USER) -> str:
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def psql(self, database: str, *statements: str) -> str:
        words = [word for each in statements for word in ("-c", each)]
        done = subprocess.run(["psql", "-X", "-q", "-At", "-d", self.url(database), *words], capture_output=True, text=True)
        return done.stdout + done.stderr


def check_dirty_sessions(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """One session for all: temporary tables and settings of another client in it are not used, and nothing is left in it."""
    with Pooler(folder / "one", cluster, 1) as pooler:
        cluster.sql("CREATE DATABASE dirty")
        url = pooler.url("dirty")
        reached("init", allot.run(url, "init", "--sip", "10"))
        traps = [f"CREATE TEMP TABLE {table} (id integer)" for table in ("store", "groups", "memberships", "licenses", "log", "catalog")]
        pooler.psql("dirty", "SET search_path = pg_temp, public", "SET jit = on", "SET lock_timeout = 0", *traps)
        session = pooler.psql("dirty", "SELECT pg_backend_pid(), count(*) FROM pg_class WHERE relname = 'store'")
        expect("the traps are in the session", session.strip().endswith("|2"), True)
        reached("a batch", allot.run(url, "batch", stdin="group add /a\nuser add /a bob@x.example --sip 1\n"))
        for words in (["check"], ["state", "-r"], ["log"], ["export"], ["undo"], ["state", "--as-of", "1"]):
            reached(f"{words}", allot.run(url, *words))
        expect("the session is the same", pooler.psql(
            "dirty", "SELECT pg_backend_pid(), count(*) FROM pg_class WHERE relname = 'store'"), session)
        expect("settings", pooler.psql("dirty", "SHOW search_path; SHOW jit", "SHOW lock_timeout"), "pg_temp, public\non\n0\n")
        expect("prepared statements", pooler.psql("dirty", "SELECT count(*) FROM pg_prepared_statements"), "0\n")
        cluster.sql("CREATE ROLE rita LOGIN; GRANT USAGE ON SCHEMA allot TO rita; GRANT SELECT ON ALL TABLES IN SCHEMA allot TO rita",
                    "dirty")
        reached("another login", allot.run(pooler.url("dirty", "rita"), "state"))
        refused("another login, a write", allot.run(pooler.url("dirty", "rita"), "group", "add", "/x"), 7, "may not write")
        refused("no database", allot.run(pooler.url("missing"), "check"), 7, "missing")
        cluster.halt()
        refused("no server behind the pooler", allot.run(url, "check"), 7, "was lost", "try again")
        cluster.launch()


def check_many(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """Eight clients on two sessions allot exactly the limit; the session of `remind --send` takes one of them."""
    with Pooler(folder / "two", cluster, 2) as pooler:
        cluster.sql("CREATE DATABASE many")
        url = pooler.url("many")
        reached("init", allot.run(url, "init", "--sip", "20"))
        clients = [subprocess.Popen(
            ["sh", "-c", f'for n in 1 2 3 4; do "$0" --db "$1" --wait 60 user add / u{client}-$n@x.example --sip 1; done; true',
             allot.program, url], env=allot.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for client in range(8)]
        answers = [client.communicate()[1] for client in clients]
        expect("refused", sum(answer.count("allot: refused") for answer in answers), 12)
        expect("allotted", '"used":20' in allot.run(url, "state", "--json").stdout.replace(" ", ""), True)
        reached("check", allot.run(url, "check"))
        (allot.home / "config.yaml").write_text("mail:\n  from: allot@x.example\n  transport: maildir:mails\n")
        reached("a reminder", allot.run(url, "batch", stdin="license set / main --until 2026-12-01\nuser add / boss@x.example --role admin\n"
                                        "group set / --remind-before 14 --remind-repeat once\n"))
        reached("remind", allot.run(url, "--config", "config.yaml", "remind", "--send"))
        expect("mails", len(list((allot.home / "mails/new").iterdir())), 1)


def check_feed(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """A feed that waits leaves the only session to others, shows what they write, and reports a server that went away."""
    with Pooler(folder / "f", cluster, 1) as pooler:
        cluster.sql("CREATE DATABASE feed")
        url = pooler.url("feed")
        reached("init", allot.run(url, "init"))
        feed = subprocess.Popen([allot.program, "--db", url, "log", "--after", "0", "--json-lines", "--follow"], text=True,
                                env=allot.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for revision in range(1, 6):
            expect("a line of the feed", feed.stdout.readline().startswith(f'{{"revision":{revision},'), True)
            reached("a write meanwhile", allot.run(url, "group", "add", f"/g{revision}"))
        cluster.halt()
        said = feed.communicate(timeout=120)[1]
        expect(f"a feed without a server: {said}", (feed.returncode, said.count("\n"), "was lost" in said), (7, 2, True))
        cluster.launch()


def check_transcripts(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """Transcripts give the same output behind the pooler."""
    with Pooler(folder / "p", cluster, 3) as pooler:
        for name in TRANSCRIPTS:
            done = subprocess.run([sys.executable, SUPPORT / "transcript.py", "--allot", allot.program,
                                   SUPPORT.parent / f"cli/{name}.test"], capture_output=True, text=True,
                                  env=allot.environment | {"ALLOT_TEST_SERVER": str(pooler.folder)})
            expect(f"{name}: {(done.stdout + done.stderr)[-600:]}", done.returncode, 0)


def main() -> int:
    signal.alarm(900)
    if not shutil.which("pgbouncer", path="/usr/sbin:/usr/bin"):
        print("skipped: pgbouncer is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        allot = Allot(sys.argv[1], folder / "home")
        try:
            with Cluster(folder / "cluster") as cluster:
                check_dirty_sessions(allot, cluster, folder)
                check_many(allot, cluster, folder)
                check_feed(allot, cluster, folder)
                check_transcripts(allot, cluster, folder)
        except Unavailable:
            print("skipped: postgresql-15 is not installed")
            return 77
    print("\n".join(FAULTS) or "a pooler makes no difference")
    return 1 if FAULTS else 0


sys.exit(main())
