"""allot-mail delivers to a real SMTP server, through msmtp and into a maildir, tells what became of each mail, and no value
adds a header, a recipient or a part."""

import contextlib
import email
import email.policy
import email.utils
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from email.header import decode_header, make_header

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
from mail_server import DROP, HANG  # noqa: E402

MAIL = pathlib.Path(sys.argv[1]).resolve().parents[1] / "libexec/allot/allot-mail"
FROM, TO = "allot@x.example", "ann@y.example"
TIME = 1795514400  # 2026-11-24 10:00:00 UTC
FAULTS: list[str] = []

HEADERS = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"]
SINGLE = sorted([*HEADERS, "Content-Transfer-Encoding"])

TEXTS = ["", "Ann Lee", "Анна Кузнецова-Ли", "王小明", "محمد بن سلمان", "😀 👩‍👩‍👧‍👦 🏳️‍🌈", "Zoë \"Z\" O'Hara, (CEO)", "ends in \\",
         "Лицензия /north/башня-а истекает 2026-12-31 " * 20, "a very long subject of plain words " * 40, "x" * 300,
         "й" * 300, "王" * 300, "mixed слова and words " * 30, ".", "..", "From me", "=C3=A9", "a  b   c"]

HOSTILE = [
    "x\r\nBcc: eve@evil.example", "x\nBcc: eve@evil.example", "x\rBcc: eve@evil.example", "x\r\n\r\nbody", "x\n\nbody",
    "x\0y", "\0", "\r\n", "\n.\r\n", "\r\n.\r\nMAIL FROM:<eve@evil.example>", "x\v\f\x1b[2Jy", "x\x7fy", "x\x85y", "x\x9by",
    "x\u2028Bcc: eve@evil.example", "x\u2029y", "\u202eevil", "<eve@evil.example>", "> <eve@evil.example", "<", ">", ">>",
    "-oQ/tmp", "--", "-f", "-t", "eve@evil.example, bob@evil.example", "a, b", "a; b", "group: eve@evil.example;",
    '"eve"@evil.example', '"', '\\"', '" <eve@evil.example>, "', "(comment", ")", "[127.0.0.1]", "\\", "Bcc: eve@evil.example",
    "To: eve@evil.example", "Content-Type: text/html", "=?utf-8?q?Bcc=3A_eve=40evil.example?=", "=?utf-8?b?DQpCY2M6IGV2ZQ==?=",
    "=?utf-8?q?=0D=0ABcc:_eve?=", "=?", "?=", "=?utf-8?q?a?= =?utf-8?q?b?=", "=?x?x?x?= Анна", "--=-boundary", "--\r\n\r\n--x--",
    "=0D=0ABcc: eve@evil.example", "%0d%0aBcc: eve", "\r\n\tBcc: eve@evil.example", "x\r\n .\r\n", "RCPT TO:<eve@evil.example>",
    "eve@evil.example SMTPUTF8", "eve@evil.example> SIZE=1", "${IFS}`id`$(id)|id;id", "../../etc/passwd", "{\"deliver\":{}}", "}\n{",
    "a\u0300\u0301\u0302", "\ufeffx", "\ufffe", "\U0010ffff", "@", "a@b@c", "y" * 1500, "é" * 700]

BODIES = ["", "\n", "one line", "two\nlines\n", ".\n..\n.x\n...\n", "From me\nFrom \n>From you\n", "x" * 5000, ("слово " * 400) + "\n",
          "." * 300, ("From " * 80) + "\n", "trailing space \ntab\t\n", "=\n=20\n==\n", "-- \nsignature", "--=-x\n--=-x--\n",
          "a\r\nb\r\nc", "a\rb", "王" * 1000, "😀" * 200 + "\n.\n", "\n\n\n.\n\n", "end.\n.\r\n.", "F" * 75 + "\nFrom" + "x" * 72,
          "From " + "é" * 50 + "\n." + "é" * 50]


def check(what: str, is_true: bool, seen="") -> None:
    if not is_true:
        FAULTS.append(f"{what}: {seen!r}"[:1500])


class Mailer:
    """A running allot-mail."""

    def __init__(self, transport: str | None, *, environment: dict | None = None, ready: bool = True, **settings):
        self.process = subprocess.Popen([MAIL], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=os.environ | (environment or {}))
        self.first = self.ask({"transport": transport, "starttls": "never", "user": None, "password": None, "timeout": 1}
                              | settings)
        if ready:
            check(f"settings for {transport}", self.first == {"ready": True}, self.first)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        check("the rest of the output", self.process.stdout.read() == b"")
        check("the exit status", self.process.wait(10) == 0, self.process.returncode)
        self.process.stdout.close()

    def ask(self, request: dict) -> dict:
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        for text in (answer.get("answer", ""), answer.get("error", "")):
            check("a control character in an answer", not any(unicodedata.category(c) == "Cc" for c in text), text)
        return answer

    def compose(self, subject="a subject", text="a text\n", *, html=None, name="", to_name="", sender=FROM, to=TO,
                id="<1@x.example>", when=TIME) -> dict:
        return self.ask({"compose": {"from": {"name": name, "address": sender}, "to": {"name": to_name, "address": to},
                                     "subject": subject, "text": text, "html": html, "message_id": id, "time": when}})

    def deliver(self, to: str = TO, *, sender: str = FROM, message: str | None = None) -> dict:
        message = message or self.compose(to=to, sender=sender)["message"]
        return self.ask({"deliver": {"from": sender, "to": to, "message": message}})


def expect(what: str, answer: dict, result: str, code: int | None = None, within: str = "") -> None:
    is_right = answer.get("result") == result and (code is None or answer["code"] == code) and within in answer["answer"]
    check(f"{what} is not {result} {code or ''} {within}", is_right, answer)


def one_line(text: str) -> str:
    """A name or subject as a header can have it: no control characters, and no two spaces together."""
    return re.sub(" +", " ", "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)).strip(" ")


def is_address(text: str) -> bool:
    sides = text.split("@")
    return len(sides) == 2 and all(sides) and 3 <= len(text.encode()) <= 254 and not any(
        c in '<>,;:"()[]\\' or c.isspace() or unicodedata.category(c) == "Cc" or c in BIDI for c in text)


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def body_bytes(text: str) -> bytes:
    """A body as it comes out again: every line ended, by CRLF in a mail."""
    text = text.replace("\r\n", "\n")
    return (text if text.endswith("\n") else text + "\n").encode().replace(b"\n", b"\r\n")


def check_form(what: str, content: bytes) -> None:
    """The rules of RFC 5322 and quoted-printable for lines."""
    head, _, body = content.partition(b"\r\n\r\n")
    check(f"{what}: a bare CR or LF", not re.search(rb"\r(?!\n)|(?<!\r)\n", content), content)
    check(f"{what}: a long header line", max(map(len, head.split(b"\r\n"))) <= 200, head)
    check(f"{what}: a NUL", b"\0" not in content, content)
    for line in body.split(b"\r\n"):
        check(f"{what}: a line of the body", len(line) <= 76 and not line.startswith((b".", b"From ")), line)


def check_mail(what: str, content: bytes, *, subject: str, text: str, html: str | None, name: str, to_name: str, to: str) -> None:
    """Compares what Python's own reader finds with what was meant."""
    check_form(what, content)
    mail = email.message_from_string(content.decode(), policy=email.policy.SMTPUTF8)
    plain = email.message_from_string(content.decode())
    check(f"{what}: defects", not [d for part in mail.walk() for d in part.defects], content)
    check(f"{what}: headers", sorted(mail.keys()) == (HEADERS if html is not None else SINGLE), mail.keys())
    check(f"{what}: subject", mail["Subject"] == one_line(subject), (mail["Subject"], subject))
    for header, named, address in (("From", name, FROM), ("To", to_name, to)):
        addresses = [a.addr_spec for a in mail[header].addresses]
        # The newer reader gives a name a space for each fold between encoded words; RFC 2047 and the older one none.
        name_found = str(make_header(decode_header(email.utils.parseaddr(plain[header])[0])))
        check(f"{what}: {header}", (name_found, addresses) == (one_line(named), [address]), (name_found, addresses, named, content))
    check(f"{what}: date", mail["Date"].datetime.timestamp() == TIME and mail["Date"].endswith("+0000"), mail["Date"])
    check(f"{what}: automatic", mail["Auto-Submitted"] == "auto-generated" and mail["MIME-Version"] == "1.0")
    parts = list(mail.iter_parts()) if html is not None else [mail]
    kinds = [part.get_content_type() for part in parts]
    check(f"{what}: parts", kinds == (["text/plain", "text/html"] if html is not None else ["text/plain"]), kinds)
    for part, wanted in zip(parts, [text, html]):
        check(f"{what}: charset", part.get_content_charset() == "utf-8" and part["Content-Transfer-Encoding"] == "quoted-printable")
        found = re.sub(rb"(?<!\r)\n", b"\r\n", part.get_payload(decode=True))
        check(f"{what}: body", found.rstrip(b"\r\n") == body_bytes(wanted).rstrip(b"\r\n"), (found, wanted))


def check_content() -> None:
    """Every text as name, subject and body over one connection, each mail read by another's parser."""
    cases = [dict(subject=text, name=text, to_name=text, text=text, html=None) for text in TEXTS + HOSTILE]
    cases += [dict(subject="s", name="", to_name="n", text=body, html=html) for body in BODIES for html in (None, body)]
    cases += [dict(subject=text, name=text, to_name="", text=text, html=text) for text in HOSTILE]
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        for number, case in enumerate(cases):
            what = f"mail {number} of {ascii(case['text'])[:60]}"
            composed = mailer.compose(**case, id=f"<{number}@x.example>")
            check(what, "message" in composed, composed)
            expect(what, mailer.deliver(message=composed["message"]), "delivered", 250, "taken")
            sent = server.envelopes[-1]
            check(f"{what}: envelope", (sent.sender, sent.recipients) == (FROM, [TO]), sent)
            check(f"{what}: on the way", sent.content == composed["message"].encode(), sent.content)
            check_mail(what, sent.content, **case, to=TO)
        check("the mails", len(server.envelopes) == len(cases), len(server.envelopes))
        check("one connection for all", len(server.connections) == 1, server.connections)


def said_as(address: str, said: str) -> bool:
    """Whether a command named `address`, its domain in ASCII where it has other letters."""
    local, _, domain = address.partition("@")
    name, _, found = said.partition("@")
    return name == local and (found == domain or (not domain.isascii() and re.fullmatch(r"[a-z0-9.-]+", found) is not None))


def check_address(server: mail_server.Server, mailer: Mailer, address: str, message: str) -> bool:
    """Whether a server takes it; in all four places it can stand alone, or be an error."""
    is_right = is_address(address)
    composed = mailer.compose(to=address)
    asked = [composed, mailer.compose(sender=address)]
    taken = 0
    for sender, to in ((FROM, address), (address, TO)):
        before = len(server.commands), len(server.envelopes)
        asked.append(mailer.ask({"deliver": {"from": sender, "to": to, "message": message}}))
        said = [re.fullmatch(r"(MAIL FROM|RCPT TO):<(.*?)>( SIZE=\d+)?( SMTPUTF8)?", command) for _, command in server.commands[before[0]:]]
        envelopes = server.envelopes[before[1]:]
        check(f"commands for {address!r}", all(said) and len(said) <= (2 if is_right else 0), server.commands[before[0]:])
        check(f"what is said for {address!r}", all(said_as(wanted, word[2]) for word, wanted in zip(said, (sender, to)) if word), said)
        check(f"envelopes for {address!r}", [len(e.recipients) for e in envelopes] in ([], [1]), envelopes)
        taken += len(envelopes)
    for said in asked:
        check(f"the address {address!r}", ("error" in said) == (not is_right), said)
    if is_right:
        found = email.message_from_bytes(composed["message"].encode(), policy=email.policy.SMTPUTF8)
        check(f"headers to {address!r}", sorted(found.keys()) == SINGLE, composed)
    return taken == 2


def check_addresses() -> None:
    """What can be no address is an error, and what can be is one recipient and not two."""
    odd = ["ann@y.example", "-f@y.example", "--@y.example", "o'hara+tag$%&*=?^`{|}~!#/@y.example", "анна@y.example", "ann@пример.рф",
           "анна@пример.рф", "王@例子.example", "a@b", "x" * 64 + "@y.example", "ann@-"]
    built = [address for text in HOSTILE for address in (text, f"{text}@y.example", f"eve@{text}", f"eve@y.example{text}")]
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        message = mailer.compose()["message"]
        taken = [address for address in odd + built if check_address(server, mailer, address, message)]
        check("addresses that a server took", len(taken) >= 25 and set(odd) <= set(taken), taken)
        told = [e.recipients[0] for e in server.envelopes if "SMTPUTF8" in e.options and e.sender == FROM]
        check("SMTPUTF8 said", "анна@y.example" in told and "ann@y.example" not in told, told)
    with mail_server.Server(utf8=False) as server, Mailer(server.transport) as mailer:
        expect("no SMTPUTF8", mailer.deliver("анна@y.example"), "refused", 0, "SMTPUTF8")
        expect("a domain in ASCII", mailer.deliver("ann@пример.рф"), "delivered")
        check("its recipient", server.recipients() == ["ann@xn--e1afmkfd.xn--p1ai"], server.recipients())
        expect("a domain that cannot be", mailer.deliver("ann@-é-.example"), "refused")
        expect("the next", mailer.deliver(), "delivered")


def check_messages() -> None:
    """What is not a mail with CRLF at the end of its lines is not sent: servers differ in what ends it."""
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        for text in ("", "A: b\n\nx\n", "A: b\r\n\r\nx\n.\n", "A: b\r\n\r\nx\r.\r", "A: b\r\n\r\nx\n.\r\n", "A: b\r\n\r\nx\r\n.\n", "A\0\r\n",
                     "A: b", "A: " + "x" * 999 + "\r\n"):
            answer = mailer.ask({"deliver": {"from": FROM, "to": TO, "message": text}})
            check(f"the message {text[:20]!r}", "error" in answer, answer)
        dots = "A: b\r\n\r\n.\r\n..\r\n.\r\n.x\r\n.\r\n"
        expect("dots", mailer.deliver(message=dots), "delivered")
        check("its dots", server.envelopes[-1].content == dots.encode(), server.envelopes[-1].content)
        large = "A: b\r\n\r\n" + ("y" * 76 + "\r\n") * (30 * 1024 * 1024 // 78)
        expect("30 MB", mailer.deliver(message=large), "delivered")
        check("its bytes", server.envelopes[-1].content == large.encode(), len(server.envelopes[-1].content))


def check_replies() -> None:
    """What the server says of one mail is that mail's fate alone."""
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        server.on("rcpt", "451 4.7.1 greylisted\x1b[31m\u202e", TO, times=1)
        expect("a greylist", mailer.deliver(), "deferred", 451, "greylisted\\u001B")
        expect("after it", mailer.deliver(), "delivered", 250)
        server.on("rcpt", "550-5.1.1 no such\r\n550 5.1.1 user", "b@y.example")
        for name, result, code in (("a", "delivered", 250), ("b", "refused", 550), ("c", "delivered", 250)):
            expect(f"recipient {name} of three", mailer.deliver(f"{name}@y.example"), result, code)
        check("what it says", mailer.deliver("b@y.example")["answer"] == "5.1.1 no such 5.1.1 user")
        for stage, reply, result in (("end", "550 spam", "refused"), ("end", "451 later", "deferred"), ("data", "554 no", "refused"),
                                     ("data", "421 no", "deferred"), ("mail", "550 not you", "deferred"), ("end", "252 so", "delivered"),
                                     ("mail", "552 too large", "refused"), ("end", "354 what", "unknown"), ("rcpt", "421 bye", "deferred")):
            server.on(stage, reply, times=1)
            expect(f"{reply} at {stage}", mailer.deliver(), result, int(reply[:3]) if result != "unknown" else None, reply[4:])
            expect(f"after {reply} at {stage}", mailer.deliver(), "delivered")
        for stage, result in (("mail", "deferred"), ("rcpt", "deferred"), ("data", "deferred"), ("body", "unknown"), ("end", "unknown")):
            server.on(stage, DROP, times=1)
            # At MAIL nothing was said yet that could be said twice, so it is said again.
            expect(f"dropped at {stage}", mailer.deliver(), "delivered" if stage == "mail" else result)
            expect(f"after the drop at {stage}", mailer.deliver(), "delivered", 250)
    for reply in ("554 go away", "421 busy"):
        with mail_server.Server() as server, Mailer(server.transport) as mailer:
            server.on("connect", reply, times=1)
            expect(f"greeting {reply}", mailer.deliver(), "deferred", int(reply[:3]), reply[4:])
            expect("the next of it", mailer.deliver(), "deferred", int(reply[:3]), reply[4:])
            check("connections after a greeting", len(server.connections) == 1, server.connections)
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        server.on("ehlo", "550 not you")
        expect("EHLO refused, HELO not", mailer.deliver(), "delivered")
        with Mailer(server.transport, starttls="required") as strict:
            expect("EHLO refused where STARTTLS is required", strict.deliver(), "deferred", 550, "not you")
        name = server.greeted[0]
        check("the name in EHLO", re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", name) is not None, name)


@contextlib.contextmanager
def raw_server(*said: bytes, then=None):
    """A server that says one thing after each line (of a mail: after its last), and in the end `then(connection)` again and
    again; its transport."""
    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as lines:
            for number, words in enumerate(said):
                while number and (line := lines.readline()) != b".\r\n" and said[number - 1].startswith(b"354") and line:
                    pass
                connection.sendall(words)
            while then:
                then(connection)

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=listener.accept()[:1], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, daemon=True).start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def check_strange_servers() -> None:
    """Nothing that a server says, or leaves unsaid, ends the program or holds it up for long."""
    begin = (b"220 a\r\n", b"250 a\r\n", b"250 noop\r\n", b"250 mail\r\n", b"250 rcpt\r\n", b"354 go\r\n")
    def wait(connection): connection.recv(1)
    for what, result, server in (
            ("an endless greeting", "deferred", raw_server(then=lambda c: c.sendall(b"220-a\r\n" * 1000))),
            ("an endless line", "deferred", raw_server(then=lambda c: c.sendall(b"x" * 100000))),
            ("an endless EHLO", "deferred", raw_server(begin[0], then=lambda c: c.sendall(b"250-SIZE 1\r\n" * 1000))),
            ("no SMTP", "deferred", raw_server(b"HTTP/1.1 400 Bad\r\n\r\n", then=wait)),
            ("bytes", "deferred", raw_server(begin[0], b"250 \xff\0\x1b]0;x\x07\r\n", b"550 \xff\0\x1b[1m\r\n", then=wait)),
            ("half a reply", "unknown", raw_server(*begin, b"250-tak\r\n250")),
            ("a reply that is none", "unknown", raw_server(*begin, b"what\r\n")),
            ("nothing after QUIT", "delivered", raw_server(*begin, b"250 taken\r\n", then=wait))):
        start = time.monotonic()
        with server as transport, Mailer(transport) as mailer:
            for _ in range(1 if result == "delivered" else 2):
                expect(what, mailer.deliver(), result)
        check(f"{what}: the time", time.monotonic() - start < 5, time.monotonic() - start)


def timed(mailer: Mailer, what: str, result: str, least: float, most: float, to: str = TO) -> None:
    begin = time.monotonic()
    expect(what, mailer.deliver(to), result)
    took = time.monotonic() - begin
    check(f"{what}: the time", least <= took <= most, took)


def check_hangs() -> None:
    """A server that hangs costs one timeout where no mail was begun, and two where it was."""
    for stage in ("connect", "ehlo"):
        with mail_server.Server() as server, Mailer(server.transport) as mailer:
            server.on(stage, HANG)
            timed(mailer, f"a hang at {stage}", "deferred", 0.9, 4)
            for _ in range(100):
                timed(mailer, f"after the hang at {stage}", "deferred", 0, 0.5)
            check("connections after a hang", len(server.connections) == 1, server.connections)
    with mail_server.Server() as server, Mailer(server.transport) as mailer:
        server.on("end", HANG, "a@y.example")
        server.on("rcpt", HANG, "b@y.example")
        timed(mailer, "a hang after the mail", "unknown", 0.9, 4, "a@y.example")
        timed(mailer, "the next mail", "delivered", 0, 1, "c@y.example")
        timed(mailer, "a hang at RCPT", "deferred", 0.9, 4, "b@y.example")
        timed(mailer, "another hang", "unknown", 0.9, 4, "a@y.example")
        timed(mailer, "after two", "deferred", 0, 0.5, "c@y.example")
    for transport, within in (("smtp://127.0.0.1:1", "connect"), ("smtp://nobody.invalid:25", "resolve")):
        with Mailer(transport, timeout=5) as mailer:
            expect(transport, mailer.deliver(), "deferred", 0, within)
            timed(mailer, f"{transport} again", "deferred", 0, 0.5)


def check_security(folder: pathlib.Path) -> None:
    """Certificates are checked, STARTTLS is not given up, and a password never goes out in the clear."""
    own, other = (mail_server.make_certificate(folder, name, *hosts) for name, hosts in
                  (("own", ("DNS:localhost", "IP:127.0.0.1")), ("other", ("DNS:other.example",))))
    trust = {"SSL_CERT_FILE": str(own[0])}
    with mail_server.Server(certificate=own) as server:
        for starttls in ("required", "offered"):
            with Mailer(server.transport, starttls=starttls, environment=trust) as mailer:
                expect(f"STARTTLS {starttls}", mailer.deliver(), "delivered")
                check(f"TLS by {starttls}", server.envelopes[-1].is_tls)
            with Mailer(server.transport, starttls=starttls, environment={"SSL_CERT_FILE": str(other[0])}) as mailer:
                expect(f"nobody vouches, {starttls}", mailer.deliver(), "deferred", 0, "certificate")
        with Mailer(server.transport, starttls="required", environment={"SSL_CERT_FILE": str(folder / "none")}) as mailer:
            expect("no store of certificates", mailer.deliver(), "deferred", 0)
        with Mailer(server.transport, environment=trust) as mailer:
            expect("STARTTLS never", mailer.deliver(), "delivered")
            check("TLS by never", not server.envelopes[-1].is_tls)
    with mail_server.Server(certificate=other) as server:
        with Mailer(server.transport, starttls="required", environment={"SSL_CERT_FILE": str(other[0])}) as mailer:
            expect("the certificate of another", mailer.deliver(), "deferred", 0, "127.0.0.1")
        check("mails to another", server.envelopes == [], server.envelopes)
    with mail_server.Server(certificate=own, smtps=True) as server, \
            Mailer(server.transport, environment=trust) as mailer:
        expect("smtps", mailer.deliver(), "delivered")
    with mail_server.Server() as server, Mailer(server.transport, starttls="required", environment=trust) as mailer:
        expect("no STARTTLS", mailer.deliver(), "deferred", 0, "STARTTLS")
        check("what went without", server.commands == [], server.commands)


def check_login(folder: pathlib.Path) -> None:
    login = ("анна", "пароль \\\"secret")
    own = mail_server.make_certificate(folder, "login", "DNS:localhost", "IP:127.0.0.1", "IP:" + (outer_address() or "127.0.0.1"))
    trust = {"SSL_CERT_FILE": str(own[0])}
    right = {"user": login[0], "password": login[1], "environment": trust}
    wrong = right | {"password": "wrong-password"}
    with mail_server.Server(certificate=own, login=login) as server:
        with Mailer(server.transport, starttls="required", **right) as mailer:
            expect("the right password", mailer.deliver(), "delivered")
            expect("the right password again", mailer.deliver(), "delivered")
            check("who sent", [e.user for e in server.envelopes] == [login[0]] * 2 and len(server.logins) == 1, server.logins)
        server.clear()
        with Mailer(server.transport, starttls="required", **wrong) as mailer:
            expect("the wrong password", mailer.deliver(), "deferred", 535)
            expect("the wrong password again", mailer.deliver(), "deferred", 535)
        check("how often a wrong one is tried", len(server.connections) == 1 and len(server.logins) == 1, server.logins)
        with Mailer(server.transport, starttls="never", **right) as mailer:
            expect("AUTH for TLS alone", mailer.deliver(), "deferred", 0, "authentication")
    with mail_server.Server(login=login, login_without_tls=True) as server:
        for starttls in ("never", "offered"):
            with Mailer(server.transport, starttls=starttls, **right) as mailer:
                expect(f"a password on loopback, {starttls}", mailer.deliver(), "delivered")
        with Mailer(server.transport, starttls="never", **(wrong | {"password": "354secret"})) as mailer:
            server.on("mail", "550 you said 354secret AGFubmEA")
            expect("an echo", mailer.deliver(), "deferred", 535)
    with mail_server.Server() as server:
        server.on("rcpt", "550 you said wrong-password")
        with mail_server.Server(login=("u", "echo-me"), login_without_tls=True) as echo, \
                Mailer(echo.transport, user="u", password="echo-me") as mailer:
            echo.on("rcpt", "550 your password is echo-me, AHUAZWNoby1tZQ==")
            answer = mailer.deliver()
            expect("a server that tells", answer, "refused", 550, "your password is ***")
            check("what it tells", "echo-me" not in answer["answer"] and "AHUAZWNoby1tZQ" not in answer["answer"], answer)
    check_outer(own, login, right)


def outer_address() -> str | None:
    return mail_server.find_outer_address()


def check_outer(own: tuple, login: tuple[str, str], right: dict) -> None:
    """Towards another machine, for which this machine's own address stands, a password wants TLS."""
    if outer_address() is None:
        print("this machine has no address but loopback's: what goes to others is not tested")
        return
    with mail_server.Server(outer_address(), login=login, login_without_tls=True) as server:
        for starttls, within in (("never", "TLS"), ("offered", "STARTTLS"), ("required", "STARTTLS")):
            with Mailer(server.transport, starttls=starttls, **right) as mailer:
                expect(f"a password in the clear, {starttls}", mailer.deliver(), "deferred", 0, within)
        check("passwords in the clear", server.logins == [] and server.envelopes == [], server.logins)
    with mail_server.Server(outer_address()) as server, Mailer(server.transport, starttls="offered") as mailer:
        expect("no password, and no TLS", mailer.deliver(), "delivered")
    with mail_server.Server(outer_address(), certificate=own, login=login, login_without_tls=True) as server, \
            Mailer(server.transport, starttls="offered", **right) as mailer:
        expect("a password over what is offered", mailer.deliver(), "delivered")
        check("its TLS", server.envelopes[-1].is_tls and len(server.logins) == 1)


def script(folder: pathlib.Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return f"sendmail:{path}"


def check_sendmail(folder: pathlib.Path) -> None:
    kept = folder / "kept"
    keep = script(folder, "keep", f'printf "%s\\n" "$@" > {kept}.words; cat > {kept}; printenv > {kept}.env')
    with Mailer(keep, user="u", password="secret-word") as mailer:
        message = mailer.compose(sender="-f@x.example", to="-t@y.example")["message"]
        expect("a program", mailer.deliver("-t@y.example", sender="-f@x.example", message=message), "delivered", 0)
        check("its words", pathlib.Path(f"{kept}.words").read_text() == "-i\n-f\n-f@x.example\n--\n-t@y.example\n")
        check("its input", kept.read_bytes() == message.replace("\r\n", "\n").encode())
        check("its environment", "secret-word" not in pathlib.Path(f"{kept}.env").read_text())
        own = pathlib.Path(f"/proc/{mailer.process.pid}")
        check("arguments", b"secret-word" not in (own / "cmdline").read_bytes() + (own / "environ").read_bytes())
    for status, result in ((0, "delivered"), (65, "refused"), (67, "refused"), (68, "refused"), (69, "deferred"), (75, "deferred"),
                           (1, "deferred"), (127, "deferred")):
        with Mailer(script(folder, f"end{status}", f"printf 'first\\nlast \\033[1m\\n\\n' >&2; exit {status}")) as mailer:
            expect(f"status {status}", mailer.deliver(), result, status, "last \\u001B[1m")
    large = "A: b\r\n\r\n" + "x\r\n" * 400000
    with Mailer(script(folder, "deaf", "exec <&-; yes | head -c 300000 >&2; exit 75")) as mailer:
        expect("one that does not read, and says much", mailer.deliver(message=large), "deferred", 75, "y")
    with Mailer(script(folder, "killed", "kill -9 $$")) as mailer:
        expect("a killed one", mailer.deliver(), "unknown", 0, "signal 9")
    with Mailer(script(folder, "slow", f"sleep 60 & echo $! > {folder}/sleeper; wait")) as mailer:
        timed(mailer, "a slow one", "unknown", 0.9, 4)
        sleeper = pathlib.Path("/proc") / (folder / "sleeper").read_text().strip() / "stat"
        with contextlib.suppress(FileNotFoundError):
            check("what the slow one started", sleeper.read_text().split()[2] == "Z", sleeper.read_text())
    with Mailer(script(folder, "parent", "sleep 3 & exit 0")) as mailer:
        timed(mailer, "one that leaves a child", "delivered", 0, 1)
    broken = folder / "broken"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o755)
    with Mailer(f"sendmail:{broken}") as mailer:
        expect("one that cannot be run", mailer.deliver(), "deferred", 0, "cannot be run")


def check_msmtp(folder: pathlib.Path) -> None:
    program = shutil.which("msmtp")
    if program is None:
        print("msmtp is not installed: it is not tested")
        return
    with mail_server.Server() as server:
        home = folder / "home"
        home.mkdir()
        (home / ".msmtprc").write_text(f"account default\nhost 127.0.0.1\nport {server.port}\n")
        (home / ".msmtprc").chmod(0o600)
        with Mailer(f"sendmail:{program}", environment={"HOME": str(home)}, timeout=10) as mailer:
            case = dict(subject="Тема", name="Анна", to_name="=?", text=".\nFrom x\n.\n", html="<p>й</p>")
            message = mailer.compose(**case, to="-t@y.example")["message"]
            expect("msmtp", mailer.deliver("-t@y.example", message=message), "delivered", 0)
            sent = server.envelopes[0]
            check("msmtp's envelope", (sent.sender, sent.recipients) == (FROM, ["-t@y.example"]), sent)
            check_mail("by msmtp", sent.content, **case, to="-t@y.example")
            server.on("rcpt", "451 later", TO)
            expect("msmtp of one to come again", mailer.deliver(), "deferred")
            server.on("connect", DROP)
            expect("msmtp without a server", mailer.deliver("b@y.example"), "deferred")


def check_maildir(folder: pathlib.Path) -> None:
    place = folder / "mail dir"
    with Mailer(f"maildir:{place}") as mailer:
        check("its mode", place.stat().st_mode & 0o777 == 0o700)
        case = dict(subject="Тема", name="Анна", to_name="x", text="From x\n.\n", html=None)
        message = mailer.compose(**case, to="анна@y.example")["message"]
        for _ in range(3):
            expect("a maildir", mailer.deliver("анна@y.example", message=message), "delivered")
        files = list((place / "new").iterdir())
        check("the same again", len(files) == 1 and not list((place / "tmp").iterdir()), files)
        check("the file's mode", files[0].stat().st_mode & 0o777 == 0o600)
        check("its line ends", files[0].read_bytes() == message.replace("\r\n", "\n").encode())
        check_mail("in a maildir", files[0].read_bytes().replace(b"\n", b"\r\n"), **case, to="анна@y.example")
        files[0].rename(place / "cur" / (files[0].name + ":2,S"))
        expect("one that was read", mailer.deliver("анна@y.example", message=message), "delivered", 0, "already")
        check("one that was read is not new", list((place / "new").iterdir()) == [])
        for number in range(3):
            text = mailer.compose(id=f"<../../{number}@x.example>")["message"]
            expect("an id that looks like a path", mailer.deliver(message=text), "delivered")
        check("each has its file", len(list((place / "new").iterdir())) == 3)
        check("no file elsewhere", sorted(p.name for p in place.iterdir()) == ["cur", "new", "tmp"])
        shutil.rmtree(place / "tmp")
        expect("a folder that is gone", mailer.deliver(), "deferred", 0, "No such file")


def check_protocol(folder: pathlib.Path) -> None:
    plain = {"transport": None, "starttls": "required", "user": None, "password": None, "timeout": 1}
    bad = [{"transport": t} for t in ("smtp://", "smtp://x", "smtp://u:p@x:25", "smtp://x:25/path", "smtp://x:25?q", "smtp://x:0x19", "smtp://x:70000",
           "smtp://x y:25", "smtp://x\r\ny:25", "http://x:25", "file:///etc/passwd", "sendmail:", "sendmail:cat", "sendmail:/bin/cat -n",
           "sendmail:/etc/passwd", "sendmail:/nowhere/x", "sendmail:/tmp", "maildir:", "maildir:/nowhere/x/y", "maildir:/etc/passwd", "x",
           "smtp://x:25#f", "smtp://%0d%0a:25", "SMTP", "smtp:x:25", "sendmail:/bin/cat\0x")]
    bad += [{"transport": "smtp://x:25"} | more for more in ({"starttls": "maybe"}, {"user": "u"}, {"password": "p"}, {"timeout": 0},
            {"user": "", "password": "x"}, {"user": "a\r\nb", "password": "p"}, {"user": "u", "password": "a\0b"}, {"timeout": 10**9})]
    lines = [json.dumps(plain | more).encode() + b"\n" for more in bad]
    lines += [b"\n", b"{\n", b"[]\n", b"null\n", b"{}\n", b"\xff\xfe\n", b'{"transport":"\xff"}\n', b"[" * 100000 + b"\n", b"{\"a\":" * 5000 + b"\n",
              json.dumps(plain | {"timeout": "1"}).encode(), json.dumps(plain | {"timeout": -1}).encode(), json.dumps({"transport": None}).encode()]
    first = json.dumps(plain).encode() + b"\n"
    lines += [first + rest for rest in (b"\n", b"garbage\n", b"{}\n", b'{"compose":{}}\n', b'{"compose":[]}\n', b'{"deliver":{"from":1,"to":"","message":""}}\n',
              b'{"deliver":{},"compose":{}}\n', b'{"deliver":null}\n', b'{"deliver":{"from":"a@b","to":"c@d","message":"\xff"}}\n', first, b"\0\n",
              b'{"compose":{"from":{"name":"' + b"x" * 70000000 + b'"}}}\n')]
    for line in lines:
        done = subprocess.run([MAIL], input=line, capture_output=True, timeout=30)
        answers = [json.loads(text) for text in done.stdout.splitlines()]
        is_right = done.returncode == 2 and answers and list(answers[-1]) == ["error"] and done.stderr == b""
        check(f"the line {line[-300:]!r}", is_right, (done.returncode, done.stdout[-300:], done.stderr[-2000:]))
    for text, count in ((b"", 0), (first, 1), (first.rstrip(), 1)):
        done = subprocess.run([MAIL], input=text, capture_output=True, timeout=30)
        check("an end", (done.returncode, len(done.stdout.splitlines())) == (0, count), done)
    with Mailer(None) as mailer:
        for more in ({"id": "x"}, {"id": "<a\r\nb>"}, {"id": "<>"}, {"id": "<a> <b>"}, {"id": "<" + "x" * 300 + ">"}, {"when": 10**15}, {"when": -10**15}):
            check(f"composing with {more}", list(mailer.compose(**more)) == ["error"], more)
        check("without a transport", "no transport" in mailer.deliver()["error"])
        check("in other years", all("message" in mailer.compose(when=when) for when in (0, -1, 4102444800)))
    with open("/dev/full", "w") as full:
        done = subprocess.run([MAIL], input=first, stdout=full, stderr=subprocess.PIPE, timeout=30)
        check("no room for the answer", done.returncode == 74, done)


def main() -> int:
    signal.alarm(300)  # nothing here waits that long
    os.environ["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
    os.environ |= {"all_proxy": "http://127.0.0.1:1", "smtp_proxy": "http://127.0.0.1:1", "LC_ALL": "C"}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in (check_content, check_addresses, check_messages, check_replies, check_strange_servers, check_hangs):
            run(part)
        for part in (check_security, check_login, check_sendmail, check_msmtp, check_maildir, check_protocol):
            run(part, folder)
    print("\n".join(FAULTS) or f"{len(HOSTILE)} hostile values stayed in their places")
    return 1 if FAULTS else 0


def run(part, *words) -> None:
    begin = time.monotonic()
    part(*words)
    if "-v" in sys.argv:
        print(f"{part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)


sys.exit(main())
