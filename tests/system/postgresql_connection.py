"""Each server that cannot be used has its exit status and a sentence that says what to do; no password is ever shown."""

import os
import pathlib
import pwd
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import Cluster, Unavailable, free_port  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, refused  # noqa: E402

# ---- URLs

def check_urls(allot: Allot) -> None:
    for url in ("postgresql://alice:secret@127.0.0.1:1/x", "postgres:///x?user=alice&password=secret",
                "postgresql:///x?sslpassword=secret", "postgresql:///x?p%61ssword=secret"):
        for what, done in (("--db", allot.run(url, "check")), ("ALLOT_DB", allot.run(None, "check", ALLOT_DB=url)),
                           ("json", allot.run(url, "check", "--json")), ("init", allot.run(url, "init")),
                           ("input", allot.run(url, "import", "-", stdin="allot: 1\n"))):
            refused(f"{what} {url}", done, 2, "the URL of the store contains a password", "PGPASSFILE")
        (allot.home / "config.yaml").write_text(f"db: {url}\n")
        refused(f"db: {url}", allot.run(None, "check", "--config", "config.yaml"), 6, "config.yaml:1:5:",
                "the URL of the store contains a password")
    for url, part in (("postgresql:///x?secrets=1", 'invalid URI query parameter: "secrets"'),
                      ("postgresql:///x%4", "a '%' that is not followed by two hexadecimal digits"),
                      ("postgresql:///x?connect_timeout=never", 'the connect_timeout "never"'),
                      ("postgresql://alice:sec/ret@h/x", "has a port that is not a number"),
                      ("postgresql:///x\ty", "control character")):
        done = allot.run(url, "check")
        expect(url, (done.returncode, part in done.stderr, "ret@" in done.stderr), (2, True, False))
    # A password where something else is expected is not repeated either.
    for words in (["postgresql://alice:secret@h/x"], ["check", "postgresql://alice:secret@h/x"],
                  ["--dbb=postgresql://alice:secret@h/x", "check"], ["--wait", "postgres://alice:secret@h/x", "check"],
                  ["group", "add", "postgresql://alice:secret@h/x", "--json"]):
        refused(" ".join(words), allot.run(None, *words), allot.run(None, *words).returncode, "")
    # What needs no store needs no server and no other program.
    expect("help", allot.run("postgresql:///x?host=/nowhere", "help", "check").returncode, 0)
    expect("completion", allot.run("postgresql:///x?host=/nowhere", "completion", "bash").returncode, 0)


# ---- servers that are not there

def check_absent(allot: Allot) -> None:
    refused("no socket", allot.run("postgresql:///x?host=/nowhere", "check"), 7, "cannot connect to the store",
            "/nowhere/.s.PGSQL.5432", "check that the server runs")
    refused("wrong port", allot.run(f"postgresql://127.0.0.1:{free_port()}/x", "check"), 7, "Connection refused",
            "check that the server runs")
    refused("no such host", allot.run("postgresql://nowhere.invalid/x", "check"), 7, "nowhere.invalid",
            "check that the server runs")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://127.0.0.1:{silent.getsockname()[1]}/x"
        for words in (["--wait", "0"], ["--wait", "2"]):
            refused(f"hanging {words}", allot.run(url, "check", *words), 7, "did not answer within 2 seconds",
                    "check the host and the port")
        refused("hanging, init", allot.run(url + "?connect_timeout=1", "init"), 7, "did not answer within 1 seconds")


# ---- databases

def check_databases(allot: Allot, cluster: Cluster) -> None:
    cluster.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0;"
                "CREATE DATABASE empty; CREATE DATABASE other; CREATE DATABASE store")
    refused("no database", allot.run(cluster.url("missing"), "check"), 7, 'the server has no database "missing"',
            "create it")
    refused("LATIN1", allot.run(cluster.url("latin"), "check"), 7, 'the database "latin" has the encoding LATIN1, not UTF8',
            "ENCODING 'UTF8'")
    refused("LATIN1, init", allot.run(cluster.url("latin"), "init"), 7, "has the encoding LATIN1")
    refused("no schema", allot.run(cluster.url("empty"), "check"), 7, "there is no store", "allot init")
    cluster.sql("CREATE SCHEMA allot; CREATE TABLE allot.mine (id integer)", "other")
    refused("a foreign schema", allot.run(cluster.url("other"), "check"), 7, "there is no store")
    refused("a foreign schema, init", allot.run(cluster.url("other"), "init"), 7, "is not empty")
    reached("init", allot.run(cluster.url("store"), "init"))
    refused("init again", allot.run(cluster.url("store"), "init"), 4, "exists already")
    reached("check", allot.run(cluster.url("store"), "check"))
    for change, part in (("UPDATE allot.store SET version = version + 1", "made by a newer allot than this one"),
                         ("UPDATE allot.store SET draft = draft + 1", "made by another build of allot"),
                         ("DELETE FROM allot.store", "is damaged: it lacks a row"),
                         ("ALTER TABLE allot.store DROP COLUMN draft", "is not a store of allot")):
        cluster.sql(f"CREATE DATABASE changed TEMPLATE store")
        cluster.sql(change, "changed")
        for words in (["state"], ["group", "add", "/a"]):
            refused(f"{change}: {words}", allot.run(cluster.url("changed"), *words), 7, part)
        cluster.sql("DROP DATABASE changed")


def check_roles(allot: Allot, cluster: Cluster) -> None:
    for role in ("stranger", "reader", "locked"):
        cluster.sql(f"CREATE ROLE {role} LOGIN")
    cluster.sql("ALTER ROLE locked SET default_transaction_read_only = on; GRANT CREATE ON DATABASE store TO locked")
    refused("no rights", allot.run(cluster.url("store", user="stranger"), "check"), 7,
            'the role "stranger" may not use the store', 'GRANT allot_writer TO "stranger", or allot_reader')
    refused("no rights, a write", allot.run(cluster.url("store", user="stranger"), "group", "add", "/a"), 7,
            'GRANT allot_writer TO "stranger"')
    refused("no rights, init", allot.run(cluster.url("empty", user="stranger"), "init"), 7, 'the role "stranger"',
            'may not create the store', 'GRANT CREATE ON DATABASE "empty" TO "stranger"')
    roles = pathlib.Path(__file__).resolve().parents[2] / "schemas/postgresql/roles.sql"
    cluster.sql(f"\\i {roles}\n", "store")
    cluster.sql("GRANT allot_reader TO reader")
    reached("a reader", allot.run(cluster.url("store", user="reader"), "check"))
    refused("read-only", allot.run(cluster.url("empty", user="locked"), "init"), 7, "is read-only",
            "default_transaction_read_only")
    cluster.sql("ALTER ROLE reader CONNECTION LIMIT 0")
    refused("too many", allot.run(cluster.url("store", user="reader"), "check"), 7, "too many connections")


def check_replica(allot: Allot, cluster: Cluster, folder: pathlib.Path) -> None:
    replica = cluster.standby(folder / "replica")
    try:
        reached("a replica reads", allot.run(replica.url("store"), "check"))
        refused("a replica", allot.run(replica.url("empty"), "init"), 7, "is read-only", "the server is a replica")
    finally:
        replica.stop()


# ---- the environment

def check_configuration(allot: Allot, cluster: Cluster) -> None:
    """The key `db` names a server as --db does, in the file of --config and in that of the user."""
    (allot.home / ".config/allot").mkdir(parents=True)
    for number, words in enumerate((["--config", "named.yaml"], [])):
        file = allot.home / (words[1] if words else ".config/allot/config.yaml")
        file.write_text(f"db: {cluster.url('store')}\n")
        reached(f"a write by {file.name}", allot.run(None, *words, "group", "add", f"/by-configuration-{number}"))
        done = allot.run(cluster.url("store"), "group", "list", "--format", "tsv")
        expect(f"the group of {file.name}", f"/by-configuration-{number}\t" in done.stdout, True)
        file.unlink()


def check_environment(allot: Allot, cluster: Cluster) -> None:
    directory = {"PGHOST": str(cluster.socket), "PGDATABASE": "store"}
    traced = {"ALLOT_TRACE_SERVER": "1"}
    done = allot.run("postgresql://", "check", **directory, **traced)
    reached("variables of libpq", done)
    expect("trace", "connections 1 round trips" in done.stderr, True)
    check_configuration(allot, cluster)
    for variables in (directory, {"ALLOT_DB": cluster.url("store")}, traced):
        done = allot.run("postgresql://", "shell", "--as", "a@x.example", stdin="check\n", **variables)
        expect(f"a shell with {variables}", (done.returncode, "connections" in done.stderr), (7, False))
    for command in ({}, {"SSH_ORIGINAL_COMMAND": "check"}):
        done = allot.run(cluster.url("store"), "shell", "--as", "a@x.example", stdin="check\n", **command)
        reached(f"a shell with {command}", done, 5)
    allot.run(None, "init")
    # A closed descriptor stays closed in the other program.
    for redirection, wanted, command in (("<&-", 6, {}), (">&-", 74, {"SSH_ORIGINAL_COMMAND": "help"})):
        for store in ("allot.db", cluster.url("store")):
            done = subprocess.run(["sh", "-c", f'"$0" --db "$1" shell --as a@x.example {redirection}', allot.program, store],
                                  cwd=allot.home, env=allot.environment | command, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True)
            expect(f"shell {redirection} {store} {done.stderr}", done.returncode, wanted)


# ---- TCP

def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def make_certificates(folder: pathlib.Path) -> None:
    for name in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 36500, "-subj",
                f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server", "-keyout",
            folder / "server.key", "-out", folder / "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:db.example\n")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key",
            "-set_serial", 1, "-days", 36500, "-extfile", folder / "names", "-out", folder / "server.crt")


def check_certificates(allot: Allot, folder: pathlib.Path) -> None:
    make_certificates(folder)
    with Cluster(folder / "tls", certificate=(folder / "server.crt", folder / "server.key")) as cluster:
        cluster.sql("CREATE DATABASE store; CREATE ROLE alice LOGIN SUPERUSER PASSWORD 'secret'")
        url = f"postgresql://alice@127.0.0.1:{cluster.port}/store"
        trusted = f"{url}?sslrootcert={folder}/ca.crt"
        passwords = allot.home / "pgpass"

        def write_passwords(password: str) -> dict[str, str]:
            passwords.write_text(f"*:*:*:alice:{password}\n")
            passwords.chmod(0o600)
            return {"PGPASSFILE": str(passwords)}

        refused("no root certificate", allot.run(url, "init"), 7, "root certificate file", "sslrootcert=")
        refused("a wrong authority", allot.run(f"{url}?sslrootcert={folder}/stranger.crt", "init"), 7,
                "certificate verify failed", "did not sign")
        refused("a wrong name", allot.run(f"postgresql://alice@other.example:{cluster.port}/store?hostaddr=127.0.0.1"
                                          f"&sslrootcert={folder}/ca.crt", "init"), 7, "does not match host name",
                "name the server in the URL")
        refused("no password", allot.run(trusted, "init"), 7, 'asks "alice" for a password', "PGPASSFILE")
        right = write_passwords("secret")
        refused("a password without verify-full is not sent by PGSSLMODE", allot.run(url, "init", PGSSLMODE="prefer", **right),
                7, "root certificate file")
        reached("a right certificate and password", allot.run(trusted, "init", **right))
        reached("by name", allot.run(f"postgresql://alice@db.example:{cluster.port}/store?hostaddr=127.0.0.1"
                                     f"&sslrootcert={folder}/ca.crt", "check", **right))
        reached("sslmode of the URL", allot.run(f"{url}?sslmode=require", "check", **right))
        (allot.home / ".postgresql").mkdir()
        (allot.home / ".postgresql/root.crt").write_bytes((folder / "ca.crt").read_bytes())
        reached("root.crt", allot.run(url, "check", **right))
        refused("a wrong password", allot.run(trusted, "check", **write_passwords("secret of mine")), 7,
                'refuses the login of "alice"', "PGPASSFILE")
    with Cluster(folder / "plain", settings={"listen_addresses": "'127.0.0.1'", "port": str(free_port())},
                 rules=["host all all 127.0.0.1/32 trust"]) as cluster:
        port = cluster.settings["port"]
        user = pwd.getpwuid(os.geteuid()).pw_name
        refused("no TLS", allot.run(f"postgresql://{user}@127.0.0.1:{port}/postgres", "check"), 7, "does not support SSL",
                "sslmode=disable")


def main() -> int:
    signal.alarm(600)
    with tempfile.TemporaryDirectory(prefix="allot-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        allot = Allot(sys.argv[1], folder / "home")
        check_urls(allot)
        check_absent(allot)
        try:
            with Cluster(folder / "cluster", settings={"max_wal_senders": "3", "wal_level": "replica"}) as cluster:
                check_databases(allot, cluster)
                check_roles(allot, cluster)
                check_environment(allot, cluster)
                check_replica(allot, cluster, folder)
            check_certificates(allot, folder)
        except Unavailable:
            print("skipped: postgresql-15 is not installed")
            return 77
    print("\n".join(FAULTS) or "every server that cannot be used has its answer")
    return 1 if FAULTS else 0


sys.exit(main())
