"""Roles have the rights that allot-postgresql(7) gives them, no password is shown, and no foreign object is used."""

import os
import pathlib
import pwd
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import PROGRAMS, Cluster, Unavailable  # noqa: E402
from server_checks import FAULTS, Allot, expect, reached, refused  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROLES = ROOT / "schemas/postgresql/roles.sql"
TABLES = ("store", "catalog", "catalog_history", "groups", "groups_history", "licenses", "licenses_history", "memberships",
          "memberships_history", "templates", "templates_history", "figures", "log", "log_items", "log_places", "mails",
          "mail_slots", "mail_warnings")
# A hierarchy large enough that an owner's import builds the indexes last.
LARGE = "allot: 1\ngroups:\n" + "".join(f"  d{number}:\n    users:\n      u{number}@x.example: {{}}\n" for number in range(3000))

# Every command that reads, and every command that writes, in an order in which each succeeds.
READS = [["check"], ["state"], ["state", "-r"], ["state", "/north", "--why", "sip"], ["state", "/north", "--timeline"],
         ["state", "/", "--as-of", "1"], ["state", "--user", "bob@x.example"], ["state", "--held"], ["group", "list", "-r"],
         ["group", "tree"], ["group", "show", "/north"], ["license", "list", "-r"], ["license", "show", "/north", "main"],
         ["user", "list", "-r"], ["user", "show", "bob@x.example"], ["find", "north"], ["report", "-o", "report.html"],
         ["catalog", "list"], ["export"], ["log"], ["log", "show", "2"], ["remind"], ["remind", "--history"],
         ["template", "list"], ["template", "show", "user"], ["log", "--as", "bob@x.example"]]
WRITES = [["group", "add", "/south"], ["group", "set", "/south", "--kind", "dealer"], ["group", "rename", "/south", "west"],
          ["group", "add", "/a/b", "-p"], ["group", "move", "/a/b", "/west"], ["group", "remove", "/a"],
          ["license", "add", "/west", "main", "--sip", "5"], ["license", "set", "/west", "main", "--sip", "6"],
          ["user", "add", "/west", "eve@x.example", "--sip", "1"], ["user", "set", "/west", "eve@x.example", "--name", "Eve"],
          ["user", "move", "eve@x.example", "/west", "/north"], ["user", "rename", "eve@x.example", "eva@x.example"],
          ["catalog", "add", "face-id", "--feature"], ["undo"], ["user", "remove", "--all", "eva@x.example"],
          ["license", "remove", "/west", "main"], ["group", "remove", "/west", "-r"], ["batch"], ["import", "tree.yaml"],
          ["template", "set", "user", "--subject", "x"], ["template", "reset", "user"],
          ["log", "prune", "--before", "2026-01-01"]]
BATCH = "group add /batch\nuser add /batch c@x.example --sip 1\ngroup remove /batch -r\n"
TREE = "allot: 1\ngroups:\n  east:\n    kind: dealer\n"


def login(cluster: Cluster, name: str, role: str = "") -> None:
    cluster.sql(f"CREATE ROLE {name} LOGIN;" + (f"GRANT {role} TO {name}" if role else ""))


def run_roles(cluster: Cluster, database: str) -> None:
    cluster.sql(f"\\i {ROLES}\n", database)


def fill(allot: Allot, url: str) -> None:
    """A small tree with one user, one licence and a reminder that is due."""
    lines = ("group add /north\nlicense add /north main --sip 9 --until 2026-12-01\n"
             "group set /north --remind-before 14 --remind-repeat once\nuser add /north bob@x.example --role admin --sip 1\n")
    reached("fill", allot.run(url, "batch", stdin=lines))


def denied(cluster: Cluster, what: str, user: str, statement: str, database: str) -> None:
    """The server itself refuses a statement, whatever allot does."""
    try:
        cluster.sql(statement, database, user=user)
    except RuntimeError as error:
        if "permission denied" in str(error) or "must be owner" in str(error):
            return
        FAULTS.append(f"{what}: {statement}: {error}")
        return
    FAULTS.append(f"{what}: {statement}: allowed")


# ---- the order of roles.sql and init

def owners(cluster: Cluster, database: str) -> str:
    return cluster.sql("SELECT DISTINCT rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE relnamespace ="
                       " 'allot'::regnamespace UNION SELECT rolname FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner"
                       " WHERE nspname = 'allot'", database).strip()


def check_orders(allot: Allot, cluster: Cluster) -> None:
    """The rights are the same whether the store or the roles are made first, and whoever makes the store."""
    cluster.sql("CREATE DATABASE first; CREATE DATABASE late; CREATE DATABASE super; CREATE DATABASE bare")
    reached("init before the roles", allot.run(cluster.url("first"), "init"))
    run_roles(cluster, "first")
    for database in ("late", "super"):
        run_roles(cluster, database)
    for name, role in (("olga", "allot_owner"), ("walter", "allot_writer"), ("rita", "allot_reader"), ("stranger", "")):
        login(cluster, name, role)
    reached("init by an owner", allot.run(cluster.url("late", user="olga"), "init", "--sip", "100"))
    reached("init by a superuser", allot.run(cluster.url("super"), "init"))
    for database in ("first", "late", "super"):
        expect(f"the owner of {database}", owners(cluster, database), "allot_owner")
        for user in ("olga", "walter"):
            url = cluster.url(database, user=user)
            reached(f"{user} writes {database}", allot.run(url, "group", "add", f"/{user}"))
        reached(f"rita reads {database}", allot.run(cluster.url(database, user="rita"), "check"))
        run_roles(cluster, database)  # again
        reached(f"rita reads {database} again", allot.run(cluster.url(database, user="rita"), "check"))
    # A role that may not create a store gets the missing right; one that may not see it gets the same answer.
    for user in ("walter", "stranger"):
        refused(f"init by {user}", allot.run(cluster.url("bare", user=user), "init"), 7, f'the role "{user}" may not create',
                f'GRANT allot_owner TO "{user}"')
        expect("nothing is left", cluster.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'allot'", "bare"), "0\n")
    refused("init by an owner of other databases", allot.run(cluster.url("bare", user="olga"), "init"), 7,
            'the role "olga" may not create', 'GRANT CREATE ON DATABASE "bare" TO "allot_owner"')
    refused("init again by a writer", allot.run(cluster.url("late", user="walter"), "init"), 4, "exists already")
    reached("init --if-not-exists by a writer", allot.run(cluster.url("late", user="walter"), "init", "--if-not-exists"))


# ---- readers, writers and owners

def check_reader(allot: Allot, cluster: Cluster) -> None:
    url = cluster.url("rights", user="rita")
    for words in READS + [["backup", "reader.db"]]:
        reached(f"a reader: {words}", allot.run(url, *words))
    revision = cluster.sql("SELECT revision FROM allot.store", "rights")
    for words in WRITES + [["remind", "--send", "--config", "config.yaml"], ["diff", "tree.yaml"]]:
        for options in ([], ["-n"]) if words[0] != "diff" else ([],):
            done = allot.run(url, *words, *options, stdin=BATCH)
            refused(f"a reader: {words} {options}", done, 7, 'the role "rita" may not write the store', "GRANT allot_writer")
    done = allot.run(url, "group", "add", "/x", "--json")
    expect("as JSON", ('"code":"store"' in done.stderr.replace(" ", ""), done.returncode), (True, 7))
    expect("nothing was written", cluster.sql("SELECT revision FROM allot.store", "rights"), revision)
    for table in TABLES:
        for statement in (f"INSERT INTO allot.{table} DEFAULT VALUES", f"DELETE FROM allot.{table}", f"TRUNCATE allot.{table}",
                          f"SELECT 1 FROM allot.{table} FOR UPDATE", f"COPY allot.{table} FROM STDIN"):
            denied(cluster, "a reader", "rita", statement, "rights")
        if table != "store":
            expect(table, cluster.sql(f"SELECT count(*) >= 0 FROM allot.{table}", "rights", user="rita"), "t\n")
    denied(cluster, "a stranger", "stranger", "SELECT FROM allot.store", "rights")


def check_writer(allot: Allot, cluster: Cluster) -> None:
    url = cluster.url("rights", user="walter")
    for words in WRITES:
        for options in ([], ["-n"]) if words[0] in ("batch", "import") else ([],):
            reached(f"a writer: {words} {options}", allot.run(url, *words, *options, stdin=BATCH))
    done = allot.run(url, "--config", "config.yaml", "remind", "--send")
    reached("a writer: remind --send", done)
    expect("a mail was sent", len(list((allot.home / "mails/new").iterdir())), 1)
    for words in READS + [["backup", "writer.db"], ["diff", "tree.yaml"]]:
        reached(f"a writer: {words}", allot.run(url, *words))
    for statement in ("CREATE TABLE allot.x (id integer)", "CREATE FUNCTION allot.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
                      "CREATE TYPE allot.t AS (id integer)", "CREATE INDEX ON allot.log (time)", "DROP INDEX allot.groups_by_name",
                      "DROP SCHEMA allot CASCADE", "ALTER SCHEMA allot RENAME TO other", "CREATE SCHEMA other"):
        try:
            cluster.sql(statement, "rights", user="walter")
        except RuntimeError:
            continue
        FAULTS.append(f"a writer: {statement}: allowed")
    for table in TABLES:
        for statement in (f"DROP TABLE allot.{table}", f"ALTER TABLE allot.{table} ADD x integer", f"TRUNCATE allot.{table}",
                          f"CREATE TRIGGER t AFTER INSERT ON allot.{table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                          f"ALTER TABLE allot.{table} DISABLE TRIGGER ALL", f"ALTER TABLE allot.{table} OWNER TO walter"):
            denied(cluster, "a writer", "walter", statement, "rights")
    cluster.sql("CREATE TABLE allot.x (id integer); DROP TABLE allot.x", "rights", user="olga")


def check_imports(allot: Allot, cluster: Cluster) -> None:
    """A first import by a writer keeps the indexes, one by an owner builds them again; both give the same store."""
    (allot.home / "large.yaml").write_text(LARGE)
    exports = set()
    for user, is_kept in (("walter", True), ("olga", False)):
        cluster.sql(f"CREATE DATABASE import_{user}")
        run_roles(cluster, f"import_{user}")
        reached("init", allot.run(cluster.url(f"import_{user}", user="olga"), "init"))
        indexes = "SELECT string_agg(indexrelid::text, ' ' ORDER BY indexrelid) FROM pg_index"
        before = cluster.sql(indexes, f"import_{user}")
        url = cluster.url(f"import_{user}", user=user)
        reached(f"a first import by {user}", allot.run(url, "import", "large.yaml"))
        expect(f"the indexes after an import by {user}", cluster.sql(indexes, f"import_{user}") == before, is_kept)
        reached(f"check after an import by {user}", allot.run(url, "check"))
        exports.add(allot.run(url, "export").stdout)
    expect("the exports", len(exports), 1)
    expect("the definitions of the indexes", *(cluster.sql(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'allot' ORDER BY 1", f"import_{user}") for user in ("walter", "olga")))


def check_dump(allot: Allot, cluster: Cluster) -> None:
    """A dump of the schema, restored into another database, is the same store with the same rights."""
    dump = subprocess.run([PROGRAMS / "pg_dump", "--format=custom", "--schema=allot", cluster.url("rights")], capture_output=True)
    expect(f"pg_dump: {dump.stderr.decode()}", dump.returncode, 0)
    cluster.sql("CREATE DATABASE dumped TEMPLATE template0")
    done = subprocess.run([PROGRAMS / "pg_restore", "--exit-on-error", "-d", cluster.url("dumped")], input=dump.stdout,
                          capture_output=True)
    expect(f"pg_restore: {done.stderr.decode()}", done.returncode, 0)
    expect("the owner", owners(cluster, "dumped"), "allot_owner")
    for words in (["export"], ["log", "--json"], ["state", "-r", "--as-of", "2"], ["remind", "--history"]):
        answers = [allot.run(cluster.url(database, user="rita"), *words) for database in ("rights", "dumped")]
        expect(f"{words}", answers[1].stdout, answers[0].stdout)
        reached(f"{words}", answers[1])
    reached("check", allot.run(cluster.url("dumped", user="rita"), "check"))
    reached("a write", allot.run(cluster.url("dumped", user="walter"), "group", "add", "/after"))
    refused("a reader", allot.run(cluster.url("dumped", user="rita"), "group", "add", "/x"), 7, 'GRANT allot_writer TO "rita"')


# ---- passwords

def check_passwords(allot: Allot, folder: pathlib.Path) -> None:
    rules = ["local all eve scram-sha-256"]
    with Cluster(folder / "passwords", rules=rules, settings={"log_min_messages": "info", "log_connections": "on"}) as cluster:
        cluster.sql("CREATE DATABASE store; CREATE ROLE eve LOGIN PASSWORD 'secret of eve'; GRANT CREATE ON DATABASE store TO eve")
        passwords = allot.home / "pgpass"
        passwords.write_text("*:*:store:eve:secret of eve\n")
        passwords.chmod(0o600)
        url, known = cluster.url("store", user="eve"), {"PGPASSFILE": str(passwords)}
        (allot.home / "service.conf").write_text(f"[dealers]\nhost={cluster.socket}\ndbname=store\nuser=eve\n"
                                                 "password=secret of eve\n")
        service = {"PGSERVICEFILE": str(allot.home / "service.conf")}
        reached("init", allot.run(url, "init", **known))
        reached("a service file", allot.run("postgresql://?service=dealers", "group", "add", "/service", **service))
        reached("PGPASSWORD", allot.run(url, "check", PGPASSWORD="secret of eve"))
        passwords.chmod(0o644)
        done = allot.run(url, "check", **known)  # libpq adds a warning
        expect("a password file that others can read", (done.returncode, "with mode 0600" in done.stderr), (7, True))
        passwords.chmod(0o600)
        refused("wrong", allot.run(url, "check", PGPASSWORD="secret of nobody"), 7, 'refuses the login of "eve"')
        # The command line of the running process, which everybody on the machine can read.
        process = subprocess.Popen([allot.program, "--db", url, "batch"], stdin=subprocess.PIPE, cwd=allot.home,
                                   env=allot.environment | known, stdout=subprocess.DEVNULL)
        seen = b""
        for _ in range(500):
            seen = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
            if b"allot-postgresql" in pathlib.Path(f"/proc/{process.pid}/exe").resolve().name.encode():
                break
            time.sleep(0.02)
        process.communicate(b"group add /batch\n")
        expect("the command line", (b"secret" in seen, b"user=eve" in seen, process.returncode), (False, True, 0))
        expect("the log of allot", [word for words in (["log"], ["log", "--json"], ["log", "show", "2", "--json"])
                                    for word in [allot.run(url, *words, **known).stdout] if "secret" in word or not word], [])
        rows = "".join(cluster.sql(f"TABLE allot.{table}", "store") for table in TABLES)
        expect("the tables", "secret" in rows, False)
        expect("the log of the server", "secret" in cluster.log.read_text(errors="replace"), False)


# ---- objects of others

def check_foreign_objects(allot: Allot, cluster: Cluster) -> None:
    """Nothing in `public`, or in a search path that was set for the role, is used, neither by init nor later."""
    cluster.sql("CREATE DATABASE hostile")
    run_roles(cluster, "hostile")
    traps = ["CREATE FUNCTION public.spring() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'sprung'; END $$"]
    for table in TABLES:
        traps.append(f"CREATE VIEW public.{table} AS SELECT public.spring()")
    for name, arguments, result in (("lower", "text", "text"), ("set_config", "text, text, boolean", "text"),
                                    ("unnest", "bigint[]", "bigint"), ("length", "bytea", "integer"), ("max", "bigint", "bigint"),
                                    ("now", "", "timestamptz"), ("has_table_privilege", "text, text", "boolean")):
        traps.append(f"CREATE FUNCTION public.{name}({arguments}) RETURNS {result} LANGUAGE plpgsql AS "
                     "$$ BEGIN RAISE EXCEPTION 'sprung'; END $$")
    for kind in ("bigint", "text", "integer", "smallint", "bytea"):
        for number, operator in enumerate(("=", "<", ">", "<=", ">=", "<>", "+", "-")):
            result = "boolean" if number < 6 else kind
            if kind in ("text", "bytea") and number >= 6:
                continue
            traps.append(f"CREATE FUNCTION public.{kind}_{number}({kind}, {kind}) RETURNS {result} LANGUAGE plpgsql AS "
                         "$$ BEGIN RAISE EXCEPTION 'sprung'; END $$;"
                         f"CREATE OPERATOR public.{operator} (FUNCTION = public.{kind}_{number}, LEFTARG = {kind}, RIGHTARG = {kind})")
    cluster.sql(";\n".join(traps), "hostile")
    for user in ("olga", "walter", "rita"):
        cluster.sql(f"ALTER ROLE {user} SET search_path = public, pg_catalog")
    try:
        cluster.sql("SELECT 1::bigint = 1::bigint", "hostile", user="olga")
        FAULTS.append("the traps of the test are not sprung by a statement of psql")
    except RuntimeError:
        pass
    reached("init among traps", allot.run(cluster.url("hostile", user="olga"), "init"))
    reached("import among traps", allot.run(cluster.url("hostile", user="olga"), "import", "large.yaml", "-q"))
    url = cluster.url("hostile", user="walter")
    fill(allot, url)
    for words in WRITES:
        reached(f"among traps: {words}", allot.run(url, *words, stdin=BATCH))
    reached("remind among traps", allot.run(url, "--config", "config.yaml", "remind", "--send"))
    for words in READS:
        reached(f"among traps: {words}", allot.run(cluster.url("hostile", user="rita"), *words))
    for user in ("olga", "walter", "rita"):
        cluster.sql(f"ALTER ROLE {user} RESET search_path")


def check_foreign_schema(allot: Allot, cluster: Cluster) -> None:
    """A schema `allot` of somebody else is not made a store: its owner could add functions that everybody would run."""
    for database, statements, part in (
            ("theirs", "SET ROLE stranger; CREATE SCHEMA allot", 'belongs to the role "stranger"'),
            ("tables", "SET ROLE allot_owner; CREATE SCHEMA allot; CREATE VIEW allot.x AS SELECT 1", "is not empty"),
            ("functions", "SET ROLE allot_owner; CREATE SCHEMA allot; CREATE FUNCTION allot.lower(text) RETURNS text"
             " LANGUAGE sql AS 'SELECT $1'", "is not empty"),
            ("operators", "SET ROLE allot_owner; CREATE SCHEMA allot; CREATE OPERATOR allot.= (FUNCTION = int8eq, LEFTARG = bigint,"
             " RIGHTARG = bigint)", "is not empty")):
        cluster.sql(f"CREATE DATABASE {database}; GRANT CREATE ON DATABASE {database} TO stranger")
        run_roles(cluster, database)
        cluster.sql(statements, database)
        for user in (pwd.getpwuid(os.geteuid()).pw_name, "olga"):
            refused(f"{database} {user}", allot.run(cluster.url(database, user=user), "init"), 7, "the schema allot", part)
    cluster.sql("CREATE DATABASE prepared")
    run_roles(cluster, "prepared")
    cluster.sql("SET ROLE allot_owner; CREATE SCHEMA allot", "prepared")
    reached("an empty schema of allot_owner", allot.run(cluster.url("prepared", user="olga"), "init"))
    expect("its owner", owners(cluster, "prepared"), "allot_owner")


def main() -> int:
    signal.alarm(900)
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "home").mkdir()
        allot = Allot(sys.argv[1], folder / "home")
        (allot.home / "tree.yaml").write_text(TREE)
        (allot.home / "config.yaml").write_text("mail:\n  from: allot@x.example\n  transport: maildir:mails\n")
        try:
            with Cluster(folder / "cluster") as cluster:
                check_orders(allot, cluster)
                cluster.sql("CREATE DATABASE rights")
                run_roles(cluster, "rights")
                reached("init", allot.run(cluster.url("rights", user="olga"), "init", "--sip", "100"))
                fill(allot, cluster.url("rights", user="walter"))
                check_reader(allot, cluster)
                check_writer(allot, cluster)
                check_imports(allot, cluster)
                check_dump(allot, cluster)
                check_foreign_objects(allot, cluster)
                check_foreign_schema(allot, cluster)
            check_passwords(allot, folder)
        except Unavailable:
            print("skipped: postgresql-15 is not installed")
            return 77
    print("\n".join(FAULTS) or "every role has its rights, and nothing of others is used")
    return 1 if FAULTS else 0


sys.exit(main())
