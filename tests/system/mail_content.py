"""allot-mail composes mails that foreign parsers read as intended, and no value adds a header, a recipient or
a part."""

import email
import email.policy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
from mailer import FAULTS, FROM, HOSTILE, MAIL, SINGLE, TO, Mailer, check, check_mail, expect, run  # noqa: E402

TEXTS = ["", "Ann Lee", "Анна Кузнецова-Ли", "王小明", "محمد بن سلمان", "😀 👩‍👩‍👧‍👦 🏳️‍🌈", "Zoë \"Z\" O'Hara, (CEO)", "ends in \\",
         "Лицензия /north/башня-а истекает 2026-12-31 " * 20, "a very long subject of plain words " * 40, "x" * 300,
         "й" * 300, "王" * 300, "mixed слова and words " * 30, ".", "..", "From me", "=C3=A9", "a  b   c"]
BODIES = ["", "\n", "one line", "two\nlines\n", ".\n..\n.x\n...\n", "From me\nFrom \n>From you\n", "x" * 5000, ("слово " * 400) + "\n",
          "." * 300, ("From " * 80) + "\n", "trailing space \ntab\t\n", "=\n=20\n==\n", "-- \nsignature", "--=-x\n--=-x--\n",
          "a\r\nb\r\nc", "a\rb", "王" * 1000, "😀" * 200 + "\n.\n", "\n\n\n.\n\n", "end.\n.\r\n.", "F" * 75 + "\nFrom" + "x" * 72,
          "From " + "é" * 50 + "\n." + "é" * 50]
def is_address(text: str) -> bool:
    sides = text.split("@")
    return len(sides) == 2 and all(sides) and 3 <= len(text.encode()) <= 254 and not any(
        c in '<>,;:"()[]\\' or c.isspace() or unicodedata.category(c) == "Cc" or c in BIDI for c in text)


BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
def check_content() -> None:
    """Every text as name, subject and body over one connection, each mail read by a foreign parser."""
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
    """Whether a command contained `address`, with its domain in ASCII if needed."""
    local, _, domain = address.partition("@")
    name, _, found = said.partition("@")
    return name == local and (found == domain or (not domain.isascii() and re.fullmatch(r"[a-z0-9.-]+", found) is not None))


def check_address(server: mail_server.Server, mailer: Mailer, address: str, message: str) -> bool:
    """Whether a server accepts the address; in all four places it is a single address or an error."""
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
        check(f"the address {address!r}", ("unfit" in said) == (not is_right), said)
    if is_right:
        found = email.message_from_bytes(composed["message"].encode(), policy=email.policy.SMTPUTF8)
        check(f"headers to {address!r}", sorted(found.keys()) == SINGLE, composed)
    return taken == 2


def check_addresses() -> None:
    """An invalid address is an error, and a valid address is one recipient and not two."""
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
        expect("no SMTPUTF8", mailer.deliver("анна@y.example"), "deferred", 0, "SMTPUTF8")
        expect("a domain in ASCII", mailer.deliver("ann@пример.рф"), "delivered")
        check("its recipient", server.recipients() == ["ann@xn--e1afmkfd.xn--p1ai"], server.recipients())
        expect("a domain that cannot be", mailer.deliver("ann@-é-.example"), "refused")
        expect("the next", mailer.deliver(), "delivered")


def check_messages() -> None:
    """A mail without CRLF line ends is not sent: servers differ in what ends a mail."""
    with mail_server.Server() as server, Mailer(server.transport, timeout=60) as mailer:
        for text in ("", "A: b\n\nx\n", "A: b\r\n\r\nx\n.\n", "A: b\r\n\r\nx\r.\r", "A: b\r\n\r\nx\n.\r\n", "A: b\r\n\r\nx\r\n.\n", "A\0\r\n",
                     "A: b", "A: " + "x" * 999 + "\r\n"):
            answer = mailer.ask({"deliver": {"from": FROM, "to": TO, "message": text}})
            check(f"the message {text[:20]!r}", "unfit" in answer, answer)
        dots = "A: b\r\n\r\n.\r\n..\r\n.\r\n.x\r\n.\r\n"
        expect("dots", mailer.deliver(message=dots), "delivered")
        check("its dots", server.envelopes[-1].content == dots.encode(), server.envelopes[-1].content)
        large = "A: b\r\n\r\n" + ("y" * 76 + "\r\n") * (30 * 1024 * 1024 // 78)
        expect("30 MB", mailer.deliver(message=large), "delivered")
        check("its bytes", server.envelopes[-1].content == large.encode(), len(server.envelopes[-1].content))


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
        for more in ({"id": "x"}, {"id": "<a\r\nb>"}, {"id": "<>"}, {"id": "<a> <b>"}, {"id": "<" + "x" * 300 + ">"}, {"when": 10**15}, {"when": -10**15},
                     {"language": ""}, {"language": "EN"}, {"language": "engl"}, {"language": "uk\r\nBcc: x@x.example"}):
            check(f"composing with {more}", list(mailer.compose(**more)) == ["unfit"], more)
        check("without a transport", "no transport" in mailer.deliver()["unfit"])
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
        for part in (check_content, check_addresses, check_messages):
            run(part)
        for part in (check_protocol,):
            run(part, folder)
    print("\n".join(FAULTS) or f"{len(HOSTILE)} hostile values stayed in their places")
    return 1 if FAULTS else 0


sys.exit(main())
