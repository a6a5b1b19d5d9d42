"""`allot check` finds what SQL statements damage in a store on a PostgreSQL server."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from postgresql import Cluster, Unavailable  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []

TREE = """allot: 1
restriction: reserved
licenses: {main: {sip: 10}}
reminder: {before: 14, repeat: weekly}
groups:
  a: {restriction: shared, licenses: {own: {sip: 5}}, users: {ann@x.example: {sip: 1}}, groups: {b: {}}}
"""

# Statements, run as superuser without triggers, and the fault that `check` reports.
DAMAGES = [
    ("DROP INDEX groups_by_name", "the table or index groups_by_name is missing"),
    ("DROP INDEX memberships_history_by_email; DROP INDEX mails_open", "the table or index mails_open is missing"),
    ("DROP TABLE figures", "the table or index figures is missing"),
    ("DROP TABLE log_items", "the table or index log_items is missing"),
    ("DROP TABLE catalog", "the table or index catalog is missing"),
    ("ALTER TABLE licenses DROP CONSTRAINT licenses_pkey", "the constraint licenses_pkey is missing"),
    ("ALTER TABLE memberships DROP CONSTRAINT memberships_group", "the constraint memberships_group is missing"),
    ("ALTER TABLE groups DROP CONSTRAINT groups_restriction_check", "the constraint groups_restriction_check is missing"),
    ("ALTER TABLE log_places DROP CONSTRAINT log_places_revision_fkey", "the constraint log_places_revision_fkey is missing"),
    ("ALTER TABLE figures DROP CONSTRAINT figures_group; ALTER TABLE figures ADD CONSTRAINT figures_group FOREIGN KEY"
     " (group_id) REFERENCES groups (id) NOT VALID", "the constraint figures_group is missing"),
    ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'memberships_by_email'::regclass",
     "the index memberships_by_email is not valid"),
    ("CREATE TABLE notes (a text)", "the table notes is none of allot's"),
    ("CREATE VIEW seen AS SELECT 1", "the table seen is none of allot's"),
    ("CREATE INDEX extra ON log (time)", "the index extra is none of allot's"),
    ("CREATE TABLE \"a\x1b[31m\" (a text)", "the table a\\u001B[31m is none of allot's"),
    ("CREATE FUNCTION public.hide() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
     "CREATE TRIGGER hidden BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION public.hide()",
     "the trigger hidden of log is none of allot's"),
    ("CREATE RULE silent AS ON DELETE TO mails DO INSTEAD NOTHING", "the rule silent of mails is none of allot's"),
    ("ALTER TABLE licenses DISABLE TRIGGER ALL", "the foreign keys of licenses are not enforced"),
    ("ALTER TABLE log ENABLE ROW LEVEL SECURITY", "row security of log may hide rows"),
    # Rows.
    ("DELETE FROM groups WHERE name = 'b'; DELETE FROM figures WHERE group_id NOT IN (SELECT id FROM groups); UPDATE licenses"
     " SET group_id = 99", "a row of licenses refers to a row of groups that is not there"),
    ("UPDATE groups SET parent = 99 WHERE name = 'b'", "a row of groups refers to a row of groups that is not there"),
    ("UPDATE memberships SET group_id = 99", "a row of memberships refers to a row of groups that is not there"),
    ("UPDATE figures SET group_id = 99 WHERE group_id = 2", "a row of figures refers to a row of groups that is not there"),
    ("INSERT INTO log_places VALUES (2, 77)", "a row of log_places refers to a row of log that is not there"),
    ("UPDATE catalog SET requires = 'none' WHERE name = 'mobile'", "a row of catalog refers to a row of catalog that is not there"),
    ("INSERT INTO mail_slots (recipient, group_id, license, last_day, first_day, mail_id, path) VALUES ('a@b', 1, 'x', 1, 1, 7, '/')",
     "a row of mail_slots refers to a row of mails that is not there"),
    ("INSERT INTO mail_warnings (recipient, group_id, item, mail_id, path, ended) VALUES ('a@b', 1, 'sip', 7, '/', 0)",
     "a row of mail_warnings refers to a row of mails that is not there"),
    ("UPDATE groups SET parent = 3 WHERE id = 2", "2 groups hang below no company"),
    ("UPDATE figures SET members = 7 WHERE group_id = 2", "figures: /a: the figures that are kept differ"),
    ("UPDATE figures SET allotted = '\\x' WHERE group_id = 1", "figures: /: the figures that are kept differ"),
    ("DELETE FROM figures WHERE group_id = 2", "figures: /a: the figures that are kept differ"),
    ("UPDATE licenses SET counts = 'sip=11' WHERE name = 'own'", "ceiling"),
    ("UPDATE memberships SET counts = 'sip=11'", "limit"),
    ("UPDATE memberships SET email = 'ann'", "names: /a: the e-mail"),
    ("UPDATE groups SET name = '.' WHERE name = 'b'", "names: /a/.: the group's name"),
    # The history.
    ("DELETE FROM log WHERE revision = 3; DELETE FROM log_places WHERE revision = 3", "log: revision 3 is missing"),
    ("UPDATE log SET changes = 9 WHERE revision = 3", "revision 3: the count of changes is 9"),
    ("DELETE FROM log_places WHERE revision = 3", "revision 3 names other groups"),
    ("DELETE FROM log_items WHERE revision = 3", "no entry says that revision 3 wrote it"),
    ("UPDATE licenses SET since = 2 WHERE name = 'own'", "log: "),
    ("DELETE FROM licenses_history", "log: "),
    ("UPDATE licenses_history SET until = 99", "log: "),
    ("UPDATE licenses_history SET until = since", "log: "),
    ("UPDATE groups SET since = 99 WHERE name = 'b'", "log: "),
    ("UPDATE store SET revision = 9", "revision 9 is missing"),
    ("DELETE FROM store", "the row of store is missing"),
]


def check_all(folder: pathlib.Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "PG"))} | {"ALLOT_TODAY": "2026-11-24"}

    def run(store: str, *words: str, text: str = "") -> subprocess.CompletedProcess:
        return subprocess.run([ALLOT, "--db", store, *words], input=text, capture_output=True, text=True, env=environment)

    with Cluster(folder) as cluster:
        cluster.sql("CREATE DATABASE sound")
        sound = cluster.url("sound")
        for words in (["init"], ["import", "-"], ["license", "add", "/a", "more", "--sip", "2"],
                      ["license", "set", "/a", "own", "--sip", "6"], ["license", "remove", "/a", "more"]):
            done = run(sound, *words, text=TREE)
            if done.returncode != 0:
                FAULTS.append(f"{words}: {done.stderr}")
        done = run(sound, "check")
        if (done.returncode, done.stdout) != (0, "whole and valid on 2026-11-24: 3 groups, 2 licenses, 1 membership\n"):
            FAULTS.append(f"the sound store: {done.returncode} {done.stdout}{done.stderr}")
        if '"journal_mode": null' not in run(sound, "check", "--json").stdout:
            FAULTS.append("the journal mode of a server is not null")
        for number, (statements, fault) in enumerate(DAMAGES):
            cluster.sql(f"CREATE DATABASE d{number} TEMPLATE sound")
            cluster.sql("SET allow_system_table_mods = on; SET search_path = allot; SET session_replication_role = replica; "
                        + statements, f"d{number}")
            done = run(cluster.url(f"d{number}"), "check")
            if done.returncode != 1 or fault not in done.stdout or done.stderr:
                FAULTS.append(f"{statements}: {done.returncode} {done.stdout}{done.stderr}, not {fault}"[:900])
            cluster.sql(f"DROP DATABASE d{number}")
        # What cannot be read at all.
        for number, statements in enumerate(("DROP TABLE groups", "UPDATE log SET created = '\\xff' WHERE revision = 2", "ALTER TABLE licenses DROP counts")):
            cluster.sql(f"CREATE DATABASE e{number} TEMPLATE sound")
            cluster.sql(f"SET search_path = allot; {statements} {'CASCADE' if 'DROP' in statements else ''}", f"e{number}")
            done = run(cluster.url(f"e{number}"), "check")
            if done.returncode != 7 or "is damaged" not in done.stderr:
                FAULTS.append(f"{statements}: {done.returncode} {done.stdout}{done.stderr}, not 7")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        os.chmod(name, 0o755)
        check_all(pathlib.Path(name) / "c")
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unavailable:
        print("skipped: postgresql-15 is not installed; tools/install-packages test installs it")
        sys.exit(77)
