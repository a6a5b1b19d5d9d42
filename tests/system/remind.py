"""`allot remind --send` with msmtp and an SMTP server that accepts, defers, refuses, hangs, drops or requires TLS."""

import contextlib
import email
import email.policy
import json
import pathlib
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
import storage  # noqa: E402
from mail_company import TOLD, Company, find_faults, states  # noqa: E402
from mail_server import DROP, HANG  # noqa: E402

ALLOT = storage.program(sys.argv[1])
FAULTS: list[str] = []
NAMES = {"ann@north.example": "Анна Кузнецова", "bob@x.example": 'Bob "B", Esq.', "boss@x.example": "The Boss"}
# Group, licence, last day and slot of each mail.
NORTH, SOUTH = ("/north", "main", "2026-12-01", "2026-11-24"), ("/south", "main", "2026-11-24", "2026-11-24")


UKRAINIAN = """Добрий день, Анна Кузнецова!

Ліцензія main групи /north закінчується 2026-12-01, через 7 днів.
  Вона надає 400 sip, 300 mobile, ukey2 (plus).
  З 2026-12-02 у групі /north буде менше:
    sip: 100 замість 400
    mobile: 0 замість 300
    ukey2: вимкнено
  Буде заблоковано: 1 група нижче, 1 користувач (надано 2 mobile).
  Щоб подовжити її, зверніться до
    адміністратора групи, вищої за /north

-- 
Надіслано програмою allot 2026-11-24 на адресу ann@north.example.
"""


def check(what: str, seen, wanted) -> None:
    if seen != wanted:
        FAULTS.append(f"{what}: {seen!r}, not {wanted!r}"[:2000])


@contextlib.contextmanager
def company(transport: str = "", **settings):
    with tempfile.TemporaryDirectory() as name:
        here = Company(ALLOT, pathlib.Path(name) / "c")
        if transport:
            here.configure(transport, **settings)
        yield here


def ids(envelopes) -> dict:
    """Recipient -> the Message-IDs of the mails sent to it."""
    found: dict = {}
    for envelope in envelopes:
        found.setdefault(envelope.recipients[0], []).append(email.message_from_bytes(envelope.content)["Message-Id"])
    return found


def check_taken() -> None:
    """Every mail as in the preview, over one connection; then no further mail that day."""
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        here.run("template", "set", "admin", "--html", "-", input="<p>{{name}} &amp; {{#licenses}}{{group}}{{/licenses}}</p>\n", expect=0)
        due = here.preview()
        check("who is due", list(due), TOLD)
        sent = here.send(0)
        check("sent", states(sent), dict.fromkeys(TOLD, "delivered"))
        check("envelopes", [(e.sender, e.recipients) for e in server.envelopes], [("allot@x.example", [to]) for to in TOLD])
        check("connections", len(server.connections), 1)
        for envelope in server.envelopes:
            to = envelope.recipients[0]
            check(f"the mail to {to}", find_faults(envelope.content, due[to], NAMES[to]), [])
        check("Message-IDs", ids(server.envelopes), {to: [mail["message_id"]] for to, mail in sent.items()})
        check("again", here.send(0), {})
        check("a day later", states(here.send(0, day="2026-11-25")), {})
        check("in the next slot", sorted(here.send(0, day="2026-12-01")), ["ann@north.example"])
        history = here.history()
        check("history", [(m["to"], m["state"]) for m in history], [("ann@north.example", "delivered")] + [(to, "delivered") for to in reversed(TOLD)])
        check("its slots", [tuple(s[k] for k in ("group", "license", "until", "slot")) for m in history[1:] for s in m["slots"]],
              [SOUTH, NORTH, NORTH])
        check("the store", here.run("check").returncode, 0)


def check_languages() -> None:
    """Mails in English and Ukrainian at a server, decoded; an own template in German."""
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        here.run("group", "set", "/north", "--language", "uk", expect=0)
        here.run("user", "set", "/", "boss@x.example", "--language", "de", expect=0)
        here.run("user", "set", "/north", "bob@x.example", "--language", "en", expect=0)
        due = here.preview()
        check("languages", {to: mail["language"] for to, mail in due.items()}, dict(zip(TOLD, ("uk", "en", "en"))))
        check("sent in them", states(here.send(0)), dict.fromkeys(TOLD, "delivered"))
        mails = {e.recipients[0]: email.message_from_bytes(e.content, policy=email.policy.default) for e in server.envelopes}
        for envelope in server.envelopes:
            to = envelope.recipients[0]
            check(f"the mail in a language to {to}", find_faults(envelope.content, due[to], NAMES[to]), [])
        ann = mails["ann@north.example"]
        check("the encoded subject", b"\r\nSubject: =?UTF-8?" in server.envelopes[0].content.replace(b"utf-8", b"UTF-8"), True)
        check("the subject", ann["Subject"], "Ліцензія main групи /north закінчується 2026-12-01")
        check("the text", ann.get_content().replace("\r\n", "\n"), UKRAINIAN)
        check("in English", mails["bob@x.example"]["Subject"], "Your access in /north ends on 2026-11-30")
        here.run("template", "set", "admin", "--language", "de", "--subject", "Es läuft ab: {{license_count}}", expect=0)
        here.send(0, day="2026-12-01")
        here.run("license", "set", "/south", "main", "--until", "2026-12-24", expect=0)
        here.send(0, day="2026-12-24")
        last = email.message_from_bytes(server.envelopes[-1].content, policy=email.policy.default)
        check("in German", (last["To"].addresses[0].addr_spec, last["Content-Language"], last["Subject"]), ("boss@x.example", "de", "Es läuft ab: 1"))


def check_deferred() -> None:
    """A greylist defers a mail, then the same mail is sent with the same Message-ID."""
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        server.on("rcpt", "451 4.7.1 greylisted", "ann@north.example", times=1)
        sent = here.send(8)
        check("greylisted", states(sent), dict.fromkeys(TOLD, "delivered") | {"ann@north.example": "deferred"})
        check("its answer", "greylisted" in sent["ann@north.example"]["answer"], True)
        again = here.send(0)
        check("after it", states(again), {"ann@north.example": "delivered"})
        check("its Message-ID", again["ann@north.example"]["message_id"], sent["ann@north.example"]["message_id"])
        check("each once", sorted(server.recipients()), TOLD)


def check_refused() -> None:
    """One of three mails is refused: the others are sent, and it is not repeated until the address changes."""
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        server.on("rcpt", "550 5.1.1 no such user", "bob@x.example")
        done = here.run("remind", "--send", expect=8)
        check("what is said", "bob@x.example (refused: 5.1.1 no such user)" in done.stderr, True)
        error = json.loads(here.run("--as", "boss@x.example", "remind", "--json", "--send", "--config", "none").stderr or "{}")
        check("no configuration", error["error"]["exit"], 6)
        check("not repeated", here.send(0), {})
        here.run("user", "rename", "bob@x.example", "robert@x.example", expect=0)
        check("with another address", states(here.send(0)), {"robert@x.example": "delivered"})
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        server.on("end", "554 5.6.0 spam", "ann@north.example")
        sent = here.run("remind", "--send", "--json", expect=8)
        check("refused after DATA", json.loads(sent.stderr)["error"]["code"], "mail")
        check("not repeated after DATA", here.send(0), {})


def check_unreachable() -> None:
    """No server, a hanging server, a dropped connection: mails that were not accepted are sent again unchanged."""
    with mail_server.Server() as server, company(server.transport, starttls="never") as here:
        for stage, action in (("connect", HANG), ("ehlo", HANG), ("connect", "554 go away"), ("mail", "550 not you")):
            server.on(stage, action, times=1 if action != "550 not you" else 3)
            check(f"{action} at {stage}", states(here.send(8)), dict.fromkeys(TOLD, "deferred"))
            server.rules.clear()
        transport = server.transport
        here.configure("smtp://127.0.0.1:1", starttls="never")
        check("nobody listens", states(here.send(8)), dict.fromkeys(TOLD, "deferred"))
        check("one mail each is open", len(here.history()), 3)
        here.configure(transport, starttls="never")
        for stage in ("body", "end"):
            server.on(stage, DROP, "bob@x.example", times=1)
            before = here.send(8) if stage == "body" else here.send(8, day="2026-11-24")
            check(f"dropped at {stage}", before["bob@x.example"]["state"], "begun")
        server.rules.clear()
        seen = [e.content for e in server.envelopes if e.recipients == ["bob@x.example"]]
        shown = json.loads(here.run("remind", "--json", expect=0).stdout)
        check("shown as begun", ([m["to"] for m in shown["begun"]], shown["mails"]), (["bob@x.example"], []))
        again = here.send(0)["bob@x.example"]
        check("sent again", (again["state"], again["repeated"]), ("delivered", True))
        bobs = [e.content for e in server.envelopes if e.recipients == ["bob@x.example"]]
        check("the very mail", (len(seen), set(bobs) == {bobs[0]}, len(bobs)), (1, True, 2))
        check("one Message-ID each", {to: len(set(found)) for to, found in ids(server.envelopes).items()}, dict.fromkeys(TOLD, 1))


def check_security() -> None:
    """STARTTLS with a certificate and a password from a file, neither without the other."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        own = mail_server.make_certificate(folder, "own", "IP:127.0.0.1")
        trust = {"SSL_CERT_FILE": str(own[0])}
        with mail_server.Server(certificate=own, login=("allot", "päss wörd")) as server, company() as here:
            secret = here.folder / "secret"
            secret.write_text("päss wörd\n")
            here.configure(server.transport, user="allot", password_file="secret")
            for mode in (0o644, 0o640, 0o604):
                secret.chmod(mode)
                done = here.run("remind", "--send", environment=trust, expect=6)
                check(f"a password file of mode {mode:o}", "can be read by others" in done.stderr, True)
            secret.chmod(0o600)
            check("a certificate that is not trusted", set(states(here.send(8)).values()), {"deferred"})
            check("it was not told the password", server.logins, [])
            check("with TLS and password", set(states(here.send(0, environment=trust)).values()), {"delivered"})
            check("by TLS as that user", {(e.is_tls, e.user) for e in server.envelopes}, {(True, "allot")})
            secret.write_text("wrong\n")
            check("a wrong password", set(states(here.send(8, environment=trust, day="2026-12-01")).values()), {"deferred"})
            secret.unlink()
            (folder / "creds").mkdir()
            (folder / "creds/secret").write_text("päss wörd")
            (folder / "creds/secret").chmod(0o440)
            credential = trust | {"CREDENTIALS_DIRECTORY": str(folder / "creds")}
            check("a credential", set(states(here.send(0, environment=credential, day="2026-12-01")).values()), {"delivered"})
            told = "".join(str(c) for c in here.history()) + here.run("log").stdout
            check("the password is told nowhere", "wörd" in told, False)
        with mail_server.Server() as server, company(server.transport) as here:
            check("STARTTLS is required and not offered", set(states(here.send(8)).values()), {"deferred"})
            check("nothing was sent", server.envelopes, [])


def check_msmtp() -> None:
    program = shutil.which("msmtp")
    if program is None:
        return print("msmtp is not installed: it is not tested")
    with mail_server.Server() as server, company(f"sendmail:{program}") as here:
        (here.folder / ".msmtprc").write_text(f"account default\nhost 127.0.0.1\nport {server.port}\n")
        (here.folder / ".msmtprc").chmod(0o600)
        due = here.preview()
        check("by msmtp", states(here.send(0)), dict.fromkeys(TOLD, "delivered"))
        check("its envelopes", [e.recipients for e in server.envelopes], [[to] for to in TOLD])
        for envelope in server.envelopes:
            to = envelope.recipients[0]
            check(f"by msmtp to {to}", find_faults(envelope.content, due[to], NAMES[to]), [])


def check_two_runs() -> None:
    """Two concurrent runs send each mail once, and others write meanwhile."""
    with mail_server.Server() as server, company(server.transport, starttls="never", timeout=20) as here:
        is_held, go_on = threading.Event(), threading.Event()
        plain = server.take_action

        def hold(stage, recipients):
            if stage == "end" and recipients == ["ann@north.example"]:
                is_held.set()
                go_on.wait(20)
            return plain(stage, recipients)
        server.take_action = hold
        first = here.start("remind", "--send", "--json")
        check("the first is sending", is_held.wait(20), True)
        check("a third does not wait", here.run("--wait", "0", "remind", "--send").returncode, 75)
        here.run("--wait", "2", "group", "add", "/while-it-sends", expect=0)
        second = here.start("remind", "--send", "--json")
        threading.Timer(0.3, go_on.set).start()
        told = [process.communicate(timeout=40) for process in (first, second)]
        check("statuses", [first.returncode, second.returncode], [0, 0])
        check("what each sent", [len(json.loads(out)["mails"]) for out, _ in told], [3, 0])
        check("each once", sorted(server.recipients()), TOLD)


def check_configurations() -> None:
    """Faults of a configuration are reported with their position, before a mail is sent."""
    with company() as here:
        config = here.folder / "allot.yaml"
        for text, wanted in (("", "does not say how mail is sent"), ("mail: [a]\n", "1:7: mail takes a mapping"),
                             ("mail: {form: a@b}\n", 'unknown key "form", did you mean from?'), ("mail: {from: a@b, from: c@d}\n", "duplicate key"),
                             ("mail: {from: a@b}\n", "lacks transport"), ("mail: {transport: 'smtp://x:25'}\n", "lacks from"),
                             ("mail: {from: 'a b', transport: 'smtp://x:25'}\n", "the from"), ("mail: {from: a@b, transport: 'http://x'}\n", "is none of smtp://"),
                             ("mail: {from: a@b, transport: 'smtp://x'}\n", "HOST:PORT"), ("mail: {from: a@b, transport: 'smtp://u@x:25'}\n", "HOST:PORT"),
                             ("mail: {from: a@b, transport: 'sendmail:cat'}\n", "no whole path"), ("mail: {from: a@b, transport: 'maildir:m', starttls: yes}\n", "required, offered, never"),
                             ("mail: {from: a@b, transport: 'smtp://x:25', user: u}\n", "user and password-file together"),
                             ("mail: {from: a@b, transport: 'smtp://x:25', user: u, password-file: p, starttls: never}\n", "without TLS"),
                             ("mail: {from: a@b, transport: 'smtp://x:25', timeout: 0}\n", "1 to 600"), ("mail: {from: a@b\n", "allot.yaml:"),
                             ("mail: {from: \"a@b\\r\\nBcc: c@d\", transport: 'smtp://x:25'}\n", "the from")):
            config.write_text(text)
            done = here.run("remind", "--send")
            check(f"the configuration {text!r}", (done.returncode, wanted in done.stderr), (6, True))
            check(f"its place {text!r}", "allot.yaml" in done.stderr, True)
        here.environment["ALLOT_CONFIG"] = str(here.folder)
        check("a folder", here.run("remind", "--send").returncode, 6)
        here.environment["ALLOT_CONFIG"] = str(here.folder / "none.yaml")
        check("none", here.run("remind", "--send").returncode, 6)
        here.environment["ALLOT_CONFIG"] = str(config)
        for transport in ("sendmail:/nowhere/sendmail", "maildir:/nowhere/x/mail", "maildir:/etc/passwd"):
            here.configure(transport)
            dry = here.run("remind", "--send", "-n")
            done = here.run("remind", "--send")
            check(f"a dry run with {transport}", (dry.returncode, dry.stderr), (8, done.stderr))
            check(f"the transport {transport}", (done.returncode, "Traceback" in done.stderr), (8, False))
        check("nothing is in the ledger", here.history(), [])


def check_nobody() -> None:
    """A reminder of a group without an administrator up to / reaches nobody, and the other mails are sent."""
    with company() as here:
        here.run("user", "remove", "/", "boss@x.example", expect=0)
        done = here.run("remind", "--send", expect=8)
        check("whom they are told of", "no administrator to remind about /south license main" in done.stderr, True)
        check("the others go", done.stdout.count("delivered"), 2)
        check("without --send", here.run("remind").returncode, 8)
        check("with one again", here.run("user", "add", "/", "new@x.example", "--role", "admin").returncode, 0)
        check("it goes", states(here.send(0)), {"new@x.example": "delivered"})


def check_forty() -> None:
    """An administrator of forty groups with ending licences gets one mail; so does an administrator above them."""
    groups = "".join(f"  g{n}: {{reminder: {{before: 9, repeat: daily}}, licenses: {{main: {{sip: 1, until: 2026-11-{25 + n % 5}}}}}, "
                     f"users: {{ann@x.example: {{role: admin}}}}}}\n" for n in range(40))
    with mail_server.Server() as server, tempfile.TemporaryDirectory() as name:
        here = Company(ALLOT, pathlib.Path(name) / "c", "allot: 1\ngroups:\n" + groups)
        here.configure(server.transport, starttls="never")
        sent = here.send(0)
        check("one mail of forty", (list(sent), len(sent["ann@x.example"]["slots"])), (["ann@x.example"], 40))
        check("one envelope", server.recipients(), ["ann@x.example"])
        text = email.message_from_bytes(server.envelopes[0].content).get_payload(decode=True).decode()
        check("all of them in it", all(f"of /g{n} ends on" in text for n in range(40)), True)


def check_unread() -> None:
    """Mails are sent even if the reader of the output has closed it."""
    with company() as here:
        process = here.start("remind", "--send")
        process.stdout.close()
        process.stderr.close()
        process.wait(30)
        check("it is told by the status", process.returncode, 74)
        check("all went", [m["state"] for m in here.history()], ["delivered"] * 3)


FAULTY = """#!/bin/sh
# An allot-mail that fails by itself, at the request that the file beside it names.
read -r settings; echo '{{"ready":true}}'
while read -r request; do
  case $request in
    *'"compose"'*) if [ "$(cat '{at}')" = compose ]; then echo '{{"error":"a fault"}}'; exit 70; fi
                   printf '%s\\n' '{{"message":"A: b\\r\\n\\r\\nx\\r\\n"}}' ;;
    *) echo '{{"error":"a fault"}}'; exit 70 ;;
  esac
done
"""


def check_faulty_program() -> None:
    """A fault of allot-mail itself refuses no recipient: the run ends, and the next run sends."""
    with company() as here:
        install = here.folder / "install"
        (install / "bin").mkdir(parents=True)
        (install / "libexec/allot").mkdir(parents=True)
        shutil.copy(sys.argv[1], install / "bin/allot")
        program, at = install / "libexec/allot/allot-mail", here.folder / "at"
        program.write_text(FAULTY.format(at=at))
        program.chmod(0o755)
        for stage, left in (("compose", []), ("deliver", ["begun"])):
            at.write_text(stage)
            here.allot = str(install / "bin/allot")
            done = here.run("remind", "--send", expect=8)
            check(f"a fault at {stage} is told", "a fault" in done.stderr and "next run" in done.stderr, True)
            check(f"the ledger after a fault at {stage}", [m["state"] for m in here.history()], left)
        here.allot = ALLOT
        sent = here.send(0)
        check("sent then", states(sent), dict.fromkeys(TOLD, "delivered"))


def main() -> int:
    for part in (check_taken, check_languages, check_deferred, check_refused, check_unreachable, check_security, check_msmtp, check_two_runs, check_forty, check_unread, check_faulty_program,
                 check_configurations, check_nobody):
        if not (part is check_faulty_program and storage.SERVER):  # which installs another allot
            part()
    print("\n".join(FAULTS) or "every mail went once, as it was shown")
    return 1 if FAULTS else 0


sys.exit(main())
