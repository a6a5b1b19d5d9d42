"""A running allot-mail, and the checks of its answers and mails."""

import email
import email.policy
import email.utils
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unicodedata
from email.header import decode_header, make_header

MAIL = pathlib.Path(sys.argv[1]).resolve().parents[1] / "libexec/allot/allot-mail"
FROM, TO = "allot@x.example", "ann@y.example"
TIME = 1795514400  # 2026-11-24 10:00:00 UTC
FAULTS: list[str] = []
HEADERS = ["Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"]
SINGLE = sorted([*HEADERS, "Content-Transfer-Encoding"])
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
        for text in (answer.get("answer", ""), answer.get("error", ""), answer.get("unfit", "")):
            check("a control character in an answer", not any(unicodedata.category(c) == "Cc" for c in text), text)
        return answer

    def compose(self, subject="a subject", text="a text\n", *, html=None, name="", to_name="", sender=FROM, to=TO,
                id="<1@x.example>", when=TIME, language="en") -> dict:
        return self.ask({"compose": {"from": {"name": name, "address": sender}, "to": {"name": to_name, "address": to},
                                     "subject": subject, "text": text, "html": html, "language": language,
                                     "message_id": id, "time": when}})

    def deliver(self, to: str = TO, *, sender: str = FROM, message: str | None = None) -> dict:
        message = message or self.compose(to=to, sender=sender)["message"]
        return self.ask({"deliver": {"from": sender, "to": to, "message": message}})


def expect(what: str, answer: dict, result: str, code: int | None = None, within: str = "") -> None:
    is_right = answer.get("result") == result and (code is None or answer["code"] == code) and within in answer["answer"]
    check(f"{what} is not {result} {code or ''} {within}", is_right, answer)


def one_line(text: str) -> str:
    """A name or subject in the form of a header: no control characters, no two consecutive spaces."""
    return re.sub(" +", " ", "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)).strip(" ")


def body_bytes(text: str) -> bytes:
    """A body in the form after composing: every line ended, by CRLF in a mail."""
    text = text.replace("\r\n", "\n")
    return (text if text.endswith("\n") else text + "\n").encode().replace(b"\n", b"\r\n")


def check_form(what: str, content: bytes) -> None:
    """The rules of RFC 5322 and quoted-printable for lines."""
    head, _, body = content.partition(b"\r\n\r\n")
    check(f"{what}: a bare CR or LF", not re.search(rb"\r(?!\n)|(?<!\r)\n", content), content)
    check(f"{what}: a long header line", max(map(len, head.split(b"\r\n"))) <= 200, head)
    words = re.findall(rb"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=", head)
    check(f"{what}: a long encoded word", max(map(len, words), default=0) <= 75, head)
    coded = [line for line in head.split(b"\r\n") if b"=?" in line and b"?=" in line]
    check(f"{what}: a long line with encoded words", max(map(len, coded), default=0) <= 78, coded)  # where GMime folds
    check(f"{what}: a NUL", b"\0" not in content, content)
    for line in body.split(b"\r\n"):
        check(f"{what}: a line of the body", len(line) <= 76 and not line.startswith((b".", b"From ")), line)


def check_mail(what: str, content: bytes, *, subject: str, text: str, html: str | None, name: str, to_name: str, to: str) -> None:
    """Compares a mail as parsed by Python with the intended values."""
    check_form(what, content)
    mail = email.message_from_string(content.decode(), policy=email.policy.SMTPUTF8)
    plain = email.message_from_string(content.decode())
    check(f"{what}: defects", not [d for part in mail.walk() for d in part.defects], content)
    check(f"{what}: headers", sorted(mail.keys()) == (HEADERS if html is not None else SINGLE), mail.keys())
    check(f"{what}: subject", mail["Subject"] == one_line(subject), (mail["Subject"], subject))
    for header, named, address in (("From", name, FROM), ("To", to_name, to)):
        addresses = [f"{a.username}@{a.domain}" for a in mail[header].addresses]
        # The newer parser adds a space for each fold between encoded words; RFC 2047 and the older parser do not.
        name_found = str(make_header(decode_header(email.utils.parseaddr(plain[header])[0])))
        check(f"{what}: {header}", (name_found, addresses) == (one_line(named), [address]), (name_found, addresses, named, content))
    check(f"{what}: date", mail["Date"].datetime.timestamp() == TIME and mail["Date"].endswith("+0000"), mail["Date"])
    check(f"{what}: automatic", mail["Auto-Submitted"] == "auto-generated" and mail["MIME-Version"] == "1.0" and mail["Content-Language"] == "en")
    parts = list(mail.iter_parts()) if html is not None else [mail]
    kinds = [part.get_content_type() for part in parts]
    check(f"{what}: parts", kinds == (["text/plain", "text/html"] if html is not None else ["text/plain"]), kinds)
    for part, wanted in zip(parts, [text, html]):
        check(f"{what}: charset", part.get_content_charset() == "utf-8" and part["Content-Transfer-Encoding"] == "quoted-printable")
        found = re.sub(rb"(?<!\r)\n", b"\r\n", part.get_payload(decode=True))
        check(f"{what}: body", found.rstrip(b"\r\n") == body_bytes(wanted).rstrip(b"\r\n"), (found, wanted))


def run(part, *words) -> None:
    begin = time.monotonic()
    part(*words)
    if "-v" in sys.argv:
        print(f"{part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
