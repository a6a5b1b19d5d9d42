"""A company whose licences end, and runs of `allot remind` on it; for the tests that send mails."""

import email
import email.policy
import email.utils
import json
import os
import pathlib
import re
import subprocess
import time
from email.header import decode_header, make_header

DAY = "2026-11-24"
FROM = "allot@x.example"

HIERARCHY = """allot: 1
restriction: reserved
licenses: {main: {sip: 1000, mobile: 800, features: [ukey2], until: 2027-12-31}}
users: {boss@x.example: {name: The Boss, role: admin}}
groups:
  north:
    kind: dealer
    reminder: {before: 14, repeat: weekly, users: true}
    licenses: {main: {sip: 400, mobile: 300, features: [ukey2], until: 2026-12-01}, next: {sip: 100, from: 2026-12-02}}
    users:
      ann@north.example: {name: Анна Кузнецова, role: admin, features: []}
      bob@x.example: {name: 'Bob "B", Esq.', sip: 1, mobile: 1, features: [], until: 2026-11-30}
    groups: {башня-а: {users: {dd@x.example: {sip: 3, mobile: 2}}}}
  south: {reminder: {before: 30, repeat: daily}, licenses: {main: {sip: 10, until: 2026-11-24}}}
"""
# The recipients of the run of that day.
TOLD = ["ann@north.example", "bob@x.example", "boss@x.example"]


class Company:
    """A folder with a store and a configuration."""

    def __init__(self, allot: str, folder: pathlib.Path, hierarchy: str = HIERARCHY):
        self.allot, self.folder = allot, folder
        folder.mkdir(exist_ok=True)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_DB": str(folder / "store.db"), "HOME": str(folder), "LC_ALL": "C.UTF-8",
                             "ALLOT_CONFIG": str(folder / "allot.yaml")}
        self.configure("maildir:mail")
        self.run("init", "-q", expect=0)
        self.run("import", "-q", "-", input=hierarchy, expect=0)

    def configure(self, transport: str, **more: object) -> None:
        mail = {"from": f"Allot <{FROM}>", "transport": transport, "timeout": 1} | more
        text = "".join(f"  {key.replace('_', '-')}: {json.dumps(value)}\n" for key, value in mail.items())
        (self.folder / "allot.yaml").write_text("mail:\n" + text)

    def run(self, *words: str, day: str = DAY, expect: int | None = None, **options) -> subprocess.CompletedProcess:
        environment = self.environment | {"ALLOT_TODAY": day} | options.pop("environment", {})
        before = options.pop("before", [])
        done = subprocess.run([*before, self.allot, *words], env=environment, cwd=self.folder, capture_output=True,
                              text=True, timeout=60, **options)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"{words}: {done.returncode}, not {expect}: {done.stdout}{done.stderr}")
        return done

    def start(self, *words: str, day: str = DAY) -> subprocess.Popen:
        return subprocess.Popen([self.allot, *words], env=self.environment | {"ALLOT_TODAY": day}, cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def send(self, expect: int, **options) -> dict:
        """Recipient -> the delivery status of its last mail."""
        done = self.run("remind", "--send", "--json", expect=expect, **options)
        return {mail["to"]: mail for mail in json.loads(done.stdout)["mails"]}

    def history(self) -> list[dict]:
        return json.loads(self.run("remind", "--history", "--json", expect=0).stdout)

    def preview(self, **options) -> dict:
        done = self.run("remind", "--json", **options)
        return {mail["to"]: mail for mail in json.loads(done.stdout)["mails"]}


def states(mails: dict) -> dict:
    return {to: mail["state"] for to, mail in mails.items()}


def one_line(text: str) -> str:
    return re.sub(" +", " ", text).strip(" ")


def find_faults(content: bytes, due: dict, name: str) -> list[str]:
    """The differences between a mail, as parsed by Python, and the intended mail."""
    mail = email.message_from_string(content.decode(), policy=email.policy.SMTPUTF8)
    plain = email.message_from_string(content.decode())
    faults = [f"defect {d!r}" for part in mail.walk() for d in part.defects]
    wanted = ["Auto-Submitted", "Content-Language", "Content-Transfer-Encoding", "Content-Type", "Date", "From",
              "MIME-Version", "Message-Id", "Subject", "To"]
    if due["html"] is not None:
        wanted.remove("Content-Transfer-Encoding")
    if sorted(mail.keys()) != wanted:
        faults.append(f"headers {mail.keys()}")
    if mail["Content-Language"] != due["language"]:
        faults.append(f"language {mail['Content-Language']!r}, not {due['language']!r}")
    if mail["Subject"] != one_line(due["subject"]):
        faults.append(f"subject {mail['Subject']!r}, not {due['subject']!r}")
    to_name = str(make_header(decode_header(email.utils.parseaddr(str(plain["To"]))[0])))
    if [f"{a.username}@{a.domain}" for a in mail["To"].addresses] != [due["to"]] or to_name != one_line(name):
        faults.append(f"to {mail['To']!r} {to_name!r}")
    if [f"{a.username}@{a.domain}" for a in mail["From"].addresses] != [FROM]:
        faults.append(f"from {mail['From']!r}")
    if abs(mail["Date"].datetime.timestamp() - time.time()) > 300:
        faults.append(f"date {mail['Date']}")
    parts = list(mail.iter_parts()) if due["html"] is not None else [mail]
    kinds = [(p.get_content_type(), p.get_content_charset(), p["Content-Transfer-Encoding"]) for p in parts]
    plain_kind = ("text/plain", "utf-8", "quoted-printable")
    if kinds != [plain_kind] + ([("text/html", "utf-8", "quoted-printable")] if due["html"] is not None else []):
        faults.append(f"parts {kinds}")
    for part, text in zip(parts, [due["text"], due["html"]]):
        body = part.get_payload(decode=True).decode().replace("\r\n", "\n")
        if body.rstrip("\n") != text.rstrip("\n"):
            faults.append(f"body {body!r}, not {text!r}")
    return faults
