"""No name, address, group, licence or template adds a header, a recipient or a part to a mail on the server."""

import email
import email.policy
import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
from mail_company import Company, find_faults  # noqa: E402
from mailer import HOSTILE  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []
ADDRESSES = ["-oQ/tmp@x.example", "--@x.example", "-f@x.example", "o'hara+tag$%&*=?^`{|}~!#/@x.example", "=?utf-8?q?eve?=@x.example",
             "%0d%0abcc@x.example", "a..b@x.example", ".@x.example", "анна@x.example", "王@x.example", "${IFS}`id`@x.example",
             "|id@x.example", "../../etc/passwd@x.example", "a@x.example.", "a@-x", "a@[", "a@x y", "a@x,eve@evil.example", "<a@x.example>",
             '"a b"@x.example', "a@x.example>", "a(b)@x.example", "a;b@x.example", "a@b@x.example", "a\r\nRCPT TO:<eve@evil.example>@x.example",
             "a\n@x.example", "a\r@x.example", "a\0@x.example", "a\x7f@x.example", "a\u202e@x.example", "a:b@x.example", "a\\@x.example"]


# aiosmtpd decodes an encoded word in an address; the original is in its commands.
DECODED = {"eve@x.example": "=?utf-8?q?eve?=@x.example"}


def check(what: str, seen, wanted) -> None:
    if seen != wanted:
        FAULTS.append(f"{what}: {seen!r}, not {wanted!r}"[:1500])


def cut(value: str, size: int) -> str:
    return value.encode()[:size].decode(errors="ignore").strip()


def group_of(number: int, value: str) -> str:
    """A group named after a value, with an administrator and a user of the same name."""
    name = cut(value.replace("/", "|"), 200)
    license = {"sip": 2, "until": "2026-12-01"}
    users = {f"admin{number}@x.example": {"name": cut(value, 250), "role": "admin", "features": []},
             f"user{number}@x.example": {"name": cut(value, 250), "sip": 1, "features": []}}
    group = {"kind": cut(value, 250), "reminder": {"before": 14, "repeat": "once", "users": True}, "licenses": {name: license | {"type": cut(value, 250)}},
             "users": users}
    return f"  {json.dumps(f'{number} {name}')}: {json.dumps(group)}\n"


def accepts(here: Company, *words: str) -> bool:
    try:
        done = here.run(*words)
    except ValueError:  # a command line cannot contain a NUL
        return False
    check(f"status of {words}", done.returncode in (0, 2), True)
    return done.returncode == 0


def make_company(folder: pathlib.Path) -> tuple[Company, dict]:
    """A store with every value in every place that the command line and YAML allow; recipient -> name."""
    here = Company(ALLOT, folder, "allot: 1\n")
    names: dict = {}
    kept = 0
    for number, value in enumerate(HOSTILE):
        (folder / "one.yaml").write_text("allot: 1\ngroups:\n" + group_of(number, value))
        done = here.run("import", "-q", "one.yaml")
        has_control = any(unicodedata.category(c) == "Cc" or c in "\u202e" for c in cut(value, 250))
        check(f"importing {value!r}", done.returncode in ((6,) if has_control else (0, 6)), True)
        if done.returncode == 0:
            kept += 1
            names |= {f"{who}{number}@x.example": cut(value, 250) for who in ("admin", "user")}
    check("values that a store takes", kept >= 40, True)
    here.run("group", "add", "/people", "-q", expect=0)
    here.run("license", "add", "/people", "main", "--sip", "9", "--until", "2026-12-01", "-q", expect=0)
    here.run("group", "set", "/people", "--remind-before", "14", "--remind-repeat", "once", "-q", expect=0)
    for address in ADDRESSES:
        if accepts(here, "user", "add", "--role", "admin", "-q", "--", "/people", address):
            names[address] = ""
    check("addresses that a store takes", 8 <= sum(not n for n in names.values()) < len(ADDRESSES), True)
    return here, names


def write_into(here: Company) -> None:
    """Writes control characters into the rows, bypassing all checks; every group reminds daily."""
    bad = "x\r\nBcc: eve@evil.example\r\n\r\n.\r\nRCPT TO:<eve@evil.example>\r\n"
    with sqlite3.connect(here.folder / "store.db") as store:
        store.execute("PRAGMA foreign_keys = OFF")
        store.execute("UPDATE memberships SET name = ? WHERE email LIKE 'admin1%'", (bad,))
        store.execute("UPDATE licenses SET type = ?", (bad,))
        store.execute("UPDATE groups SET remind_repeat = 1 WHERE remind_before IS NOT NULL")
        store.execute("UPDATE groups SET name = ? || id WHERE name LIKE '3 %'", (bad,))
        store.execute("UPDATE memberships SET email = ? WHERE email = 'admin20@x.example'", ("eve\r\nRCPT TO:<eve@evil.example>@x.example",))
    store.close()


def compare(what: str, server: mail_server.Server, due: dict, names: dict | None) -> None:
    """The recipients, headers and bodies at the server are those of the due mails, each alone in its envelope."""
    check(f"{what}: one recipient each", [len(e.recipients) for e in server.envelopes], [1] * len(server.envelopes))
    check(f"{what}: commands", [c for _, c in server.commands if not c.startswith(("MAIL FROM:<allot@x.example>", "RCPT TO:<"))], [])
    for envelope in server.envelopes:
        to = DECODED.get(envelope.recipients[0], envelope.recipients[0])
        if to not in due:
            FAULTS.append(f"{what}: {to!r} was sent a mail that is not due")
        elif names is not None:
            faults = find_faults(envelope.content, due[to], names[to])
            is_decoded = to in DECODED.values()  # by the parser of Python too, in the header
            check(f"{what}: the mail to {to!r}", [f for f in faults if not (is_decoded and f.startswith("to "))], [])
        mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8)
        check(f"{what}: headers to {to!r}", [k for k in mail.keys() if k in ("Bcc", "Cc")] + [len(mail.get_all("To"))], [1])


def main() -> int:
    with tempfile.TemporaryDirectory() as name, mail_server.Server() as server:
        here, names = make_company(pathlib.Path(name) / "c")
        here.configure(server.transport, starttls="never", timeout=20)
        due = here.preview()
        check("everyone is due", set(due), set(names))
        sent = here.run("remind", "--send", "--json")
        told = {m["to"]: m["state"] for m in json.loads(sent.stdout)["mails"]}
        check("delivered, or refused by the server", {s for s in told.values()} <= {"delivered", "refused"}, True)
        refused = [to for to, state in told.items() if state != "delivered"]
        check("refused", [to for to in refused if names[to]], [])
        came = sorted(DECODED.get(to, to) for to in server.recipients())
        check("who was told of", all(f"<{word}>" in "".join(c for _, c in server.commands) for word in DECODED.values()), True)
        check("who was sent one", came, sorted(to for to in names if to not in refused))
        compare("as it was taken", server, due, names)
        count = len(server.envelopes)
        server.clear()
        write_into(here)
        due = here.preview(day="2026-12-01")
        check("due again", len(due) >= len(names) - 1, True)
        done = here.run("remind", "--send", "--json", day="2026-12-01")
        check("no crash", done.returncode in (0, 8), True)
        compare("as it was written into the store", server, due, None)
        check("they went", len(server.envelopes) >= count - 1, True)
    print("\n".join(FAULTS) or f"{len(HOSTILE)} values and {len(ADDRESSES)} addresses: {count} mails, each to one, as they were shown")
    return 1 if FAULTS else 0


sys.exit(main())
