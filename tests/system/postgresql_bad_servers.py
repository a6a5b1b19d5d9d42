"""Every command gives each server that it cannot use the same exit status and sentence: reads, writes, batches, imports,
reminders."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import Cluster, Unavailable, free_port  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, refused  # noqa: E402

READS = [["check"], ["state", "-r"], ["state", "--as-of", "1"], ["user", "show", "bob@x.example"], ["group", "list"], ["export"],
         ["log"], ["log", "show", "1"], ["find", "x"], ["remind"], ["remind", "--history"], ["template", "list"],
         ["report", "-o", "report.html"], ["backup", "copy.db"]]
WRITES = [["group", "add", "/a"], ["batch"], ["import", "tree.yaml"], ["diff", "tree.yaml"], ["undo"],
          ["remind", "--send", "--config", "config.yaml"], ["group", "add", "/a", "-n"], ["catalog", "add", "x", "--feature"],
          ["log", "prune", "--before", "2026-01-01"], ["user", "add", "/", "eve@x.example"]]
BATCH = "group add /b\ngroup add /c\n"
# With --verbose, one line for each server and kind of command.
TABLE: list[str] = []


def everywhere(allot: Allot, what: str, url: str, commands: list[list[str]], status: int, *parts: str, **variables: str) -> None:
    """Every one of the commands is refused in this way, as text and as JSON, and leaves no file."""
    for words in commands:
        done = allot.run(url, *words, stdin=BATCH, **variables)
        refused(f"{what}: {words}", done, status, *parts)
        TABLE.append(f"{what} | {' '.join(words)} | {done.returncode} | {done.stderr.splitlines()[:1]}")
    done = allot.run(url, *commands[0], "--json", stdin=BATCH, **variables)
    expect(f"{what}, JSON", (done.returncode, done.stderr.startswith('{"error":{"code":"')), (status, True))
    for name in ("copy.db", "report.html"):
        expect(f"{what}: {name} is left", (allot.home / name).exists(), False)
    expect(f"{what}: files are left", [each.name for each in allot.home.iterdir() if each.name.startswith(("copy", "report"))], [])


def check_absent(allot: Allot) -> None:
    both = READS + WRITES
    everywhere(allot, "no server", "postgresql:///x?host=/nowhere", both, 7, "cannot connect to the store", "check that the server runs")
    everywhere(allot, "a wrong port", f"postgresql://127.0.0.1:{free_port()}/x", both, 7, "Connection refused",
               "check that the server runs")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=1"
        everywhere(allot, "a server that does not answer", url, both[::4], 7, "did not answer within 1 seconds",
                   "check the host and the port")


def check_refusing(allot: Allot, cluster: Cluster) -> None:
    both = READS + WRITES
    cluster.sql("CREATE ROLE alice LOGIN PASSWORD 'secret'; CREATE ROLE stranger LOGIN; CREATE DATABASE empty; CREATE DATABASE newer;"
                "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0;"
                "REVOKE CONNECT ON DATABASE empty FROM PUBLIC")
    everywhere(allot, "a wrong password", cluster.url("store", user="alice"), both, 7, 'refuses the login of "alice"',
               "~/.pgpass", PGPASSWORD="secret of another")
    everywhere(allot, "no password", cluster.url("store", user="alice"), both[::4], 7, 'asks "alice" for a password', "~/.pgpass")
    everywhere(allot, "no such role", cluster.url("store", user="nobody_at_all"), both[::4], 7, 'refuses the login of "nobody_at_all"',
               "check the user in the URL")
    everywhere(allot, "no such database", cluster.url("missing"), both, 7, 'the server has no database "missing"', "create it")
    everywhere(allot, "no right to connect", cluster.url("empty", user="stranger"), both[::4], 7, "may not use the database",
               'GRANT CONNECT ON DATABASE "empty"')
    everywhere(allot, "no store", cluster.url("empty"), both, 7, "there is no store", "allot init")
    everywhere(allot, "not UTF8", cluster.url("latin"), both, 7, "has the encoding LATIN1, not UTF8", "ENCODING 'UTF8'")
    everywhere(allot, "no rights", cluster.url("store", user="stranger"), both, 7, 'the role "stranger" may not use the store',
               'GRANT allot_writer TO "stranger"')
    reached("init", allot.run(cluster.url("newer"), "init"))
    cluster.sql("UPDATE allot.store SET version = version + 1", "newer")
    everywhere(allot, "a newer version", cluster.url("newer"), both, 7, "made by a newer allot than this one", "use the newer allot")


def check_reading(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """What reads works where only reading is possible."""
    cluster.sql("CREATE ROLE reader LOGIN; CREATE ROLE locked LOGIN SUPERUSER; ALTER ROLE locked SET default_transaction_read_only = on;"
                "GRANT USAGE ON SCHEMA allot TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA allot TO reader", "store")
    replica = cluster.standby(folder / "replica")
    try:
        for what, url, parts in (
                ("a reader", cluster.url("store", user="reader"), ('the role "reader" may not write', 'GRANT allot_writer TO "reader"')),
                ("a read-only login", cluster.url("store", user="locked"), ("is read-only", "default_transaction_read_only")),
                ("a replica", replica.url("store"), ("is read-only", "the server is a replica"))):
            everywhere(allot, what, url, WRITES, 7, *parts)
            for words in READS:
                reached(f"{what}: {words}", allot.run(url, *words))
            for name in ("copy.db", "report.html"):
                (allot.home / name).unlink()
        servers = f"host={replica.socket},{cluster.socket}"
        for url in (f"postgresql:///store?{servers}&target_session_attrs=read-write",):
            reached("the primary of two hosts", allot.run(url, "group", "add", "/primary"))
        everywhere(allot, "only replicas", f"postgresql:///store?host={replica.socket}&target_session_attrs=read-write",
                   [["check"], ["undo"]], 7, "is read-only", "target_session_attrs")
    finally:
        replica.stop()


# The lock of `/`, and the row that a write sets before its first change.
COMPANY = "SELECT true FROM (SELECT pg_advisory_xact_lock(hashint8extended(1, 1634495599))) AS locked"
COUNTER = "SELECT revision > 0 FROM allot.store FOR UPDATE"


def hold(cluster: Cluster, lock: str) -> subprocess.Popen:
    """A client that keeps a lock until it is sent ROLLBACK."""
    holder = subprocess.Popen(["psql", "-X", "-q", "-At", "-d", cluster.url("store")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    holder.stdin.write(f"BEGIN; {lock};\n")
    holder.stdin.flush()
    expect("the lock", holder.stdout.readline(), "t\n")
    return holder


def check_locked(allot: Allot, cluster: Cluster) -> None:
    """A writer that is not done: other writers wait for it for --wait, readers do not."""
    locking = [[*words, "--wait", "0"] for words in WRITES if words[0] != "remind"]
    saving = [words for words in locking if words[0] in ("group", "batch", "import", "catalog", "user") and "-n" not in words]
    for what, lock, commands in (("a lock", COMPANY, locking), ("the lock of the revision", COUNTER, saving)):
        holder = hold(cluster, lock)
        try:
            everywhere(allot, what, cluster.url("store"), commands, 75, "stayed locked", "--wait")
            for words in READS[:-2]:
                reached(f"beside a writer: {words}", allot.run(cluster.url("store"), *words, "--wait", "0"))
        finally:
            holder.communicate("ROLLBACK;\n")


def check_full_disk(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    """A database in a tablespace of a small file system, which is filled up."""
    small = folder / "small"
    small.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small]).returncode != 0:
        print("the full disk was not tested: a file system cannot be mounted")
        return
    try:
        (small / "space").mkdir(mode=0o700)
        cluster.give_away(small / "space")
        cluster.sql(f"CREATE TABLESPACE small LOCATION '{small}/space'")
        cluster.sql("CREATE DATABASE filled TABLESPACE small")
        url = cluster.url("filled")
        reached("init", allot.run(url, "init"))
        with contextlib.suppress(OSError), open(small / "ballast", "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        before = allot.run(url, "export").stdout
        lines = "".join(f"group add /g{number}\nuser add /g{number} u{number}@x.example\n" for number in range(2000))
        (allot.home / "many.yaml").write_text(
            "allot: 1\ngroups:\n" + "".join(f"  g{number}:\n    users:\n      u{number}@x.example: {{}}\n" for number in range(4000)))
        for words, given in ((["batch"], lines), (["import", "many.yaml"], ""), (["import", "many.yaml", "-n"], "")):
            done = allot.run(url, *words, stdin=given)
            refused(f"a full disk: {words}", done, 7, "the disk of the store", "is full", "free space on the server")
            TABLE.append(f"a full disk | {' '.join(words)} | {done.returncode} | {done.stderr.splitlines()[:1]}")
        expect("nothing was saved", allot.run(url, "export").stdout, before)
        (small / "ballast").unlink()
        reached("with space again", allot.run(url, "batch", stdin=lines))
        reached("check", allot.run(url, "check"))
        cluster.sql("DROP DATABASE filled WITH (FORCE); DROP TABLESPACE small")
    except RuntimeError as error:
        FAULTS.append(f"a full disk: {error}")
    finally:
        subprocess.run(["umount", "--lazy", small], check=True)


def check_frozen(allot: Allot, cluster: Cluster) -> None:
    """A server that stops answering during a command, and takes no further connection."""
    holder = hold(cluster, COMPANY)
    # The command waits for the lock when the server is stopped.
    process = subprocess.Popen([allot.program, "--db", cluster.url("store"), "--wait", "60", "group", "add", "/frozen"], cwd=allot.home,
                               env=allot.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    waiting = "SELECT pid FROM pg_stat_activity WHERE application_name = 'allot' AND wait_event_type = 'Lock'"
    while not (backend := cluster.sql(waiting).strip()) and process.poll() is None:
        pass
    server = (cluster.data / "postmaster.pid").read_text().split()[0]
    stopped = [int(backend), int(server)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        out, err = process.communicate(timeout=120)
        done = subprocess.CompletedProcess([], process.returncode, out, err)
        refused("a frozen server", done, 7, "does not answer any more", "check the server and the network")
        TABLE.append(f"a server that freezes | group add | {done.returncode} | {done.stderr.splitlines()[:1]}")
        everywhere(allot, "a frozen server, from the start", cluster.url("store") + "&connect_timeout=1", [["check"], ["undo"]], 7,
                   "did not answer within 1 seconds")
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        holder.communicate("ROLLBACK;\n")
    expect("nothing was saved", "frozen" in allot.run(cluster.url("store"), "export").stdout, False)


LOST = ("was lost", "the open transaction was not saved: try again")


def check_leaving(allot: Allot, cluster: Cluster) -> None:
    """A server that goes away during a command."""
    for what, how, parts in (("a server that is stopped", "fast", LOST),
                             ("a server that crashes", "immediate", LOST)):
        process = subprocess.Popen([allot.program, "--db", cluster.url("store"), "batch"], stdin=subprocess.PIPE, cwd=allot.home,
                                   env=allot.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        held = threading.Event()
        process.stdin.write("group add /begun\n")
        process.stdin.flush()
        while cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'allot'") == "0\n" and process.poll() is None:
            held.wait(0.05)
        cluster.halt(how)
        out, err = process.communicate("group add /more\n")
        done = subprocess.CompletedProcess([], process.returncode, out, err)
        refused(what, done, 7, *parts)
        TABLE.append(f"{what} | batch | {done.returncode} | {done.stderr.splitlines()[:1]}")
        everywhere(allot, f"{what}, after it", cluster.url("store"), [["check"], ["undo"]], 7, "cannot connect to the store")
        cluster.launch()
        expect(f"{what}: nothing was saved", "begun" in allot.run(cluster.url("store"), "export").stdout, False)


def main() -> int:
    signal.alarm(900)
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        allot = Allot(sys.argv[1], folder / "home")
        (allot.home / "tree.yaml").write_text("allot: 1\ngroups:\n  east:\n    kind: dealer\n")
        (allot.home / "config.yaml").write_text("mail:\n  from: allot@x.example\n  transport: maildir:mails\n")
        check_absent(allot)
        try:
            with Cluster(folder / "cluster", settings={"max_wal_senders": "3", "wal_level": "replica"},
                         rules=["local all alice scram-sha-256"]) as cluster:
                cluster.sql("CREATE DATABASE store")
                reached("init", allot.run(cluster.url("store"), "init"))
                reached("a user", allot.run(cluster.url("store"), "user", "add", "/", "bob@x.example"))
                check_refusing(allot, cluster)
                check_reading(allot, cluster, folder)
                check_locked(allot, cluster)
                check_full_disk(allot, cluster, folder)
                check_frozen(allot, cluster)
                check_leaving(allot, cluster)
        except Unavailable:
            print("skipped: postgresql-15 is not installed")
            return 77
    if "--verbose" in sys.argv:
        print("\n".join(TABLE))
    print("\n".join(FAULTS) or "every command has an answer for every server that it cannot use")
    return 1 if FAULTS else 0


sys.exit(main())
