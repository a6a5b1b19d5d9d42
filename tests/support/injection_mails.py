"""Runs `remind --send` over each transport while system calls fail one by one: no mail is lost."""

import json
import pathlib
import re

import mail_server
from injection_stores import Place, Point, Run, Scenario
from mail_company import HIERARCHY, TOLD

FROM = "allot@x.example"


def without_id(mail: bytes) -> bytes:
    """A mail with LF line ends and without the parts that differ between runs."""
    return re.sub(rb"(?m)^(Message-Id|Date): .*$", rb"\1", mail.replace(b"\r\n", b"\n"))


def id_of(mail: bytes) -> bytes:
    found = re.search(rb"(?m)^Message-Id: (\S+)", mail)
    return found.group(1) if found else b""


class Remind(Scenario):
    """A scenario that sends mails by `transport`; `sent` returns recipient -> mails."""

    words = ["remind", "--send"]
    statuses = {"store.db": (7,), "allot.yaml": (6,), "socket:": (8,), "": (7, 8)}
    made = ("mail/new/", "sent/")
    transport = ""

    def prepare(self, place: Place) -> None:
        place.run("init", "-q", expect=0)
        (place.folder / "in.yaml").write_text(HIERARCHY)
        place.run("import", "-q", "in.yaml", expect=0)
        (place.folder / "allot.yaml").write_text(
            f"mail: {{from: {FROM}, transport: '{self.transport}', starttls: never, timeout: 5}}\n")

    def copy(self) -> Place:
        place = super().copy()
        place.environment["ALLOT_CONFIG"] = "allot.yaml"
        self.start(place)
        return place

    def sent(self, place: Place) -> dict[str, list[bytes]]:
        raise NotImplementedError

    def start(self, place: Place) -> None:
        """Prepares the receiver of the mails."""

    def remember(self, place: Place) -> None:
        self.whole = {to: {without_id(mail) for mail in mails} for to, mails in self.sent(place).items()}
        assert sorted(self.whole) == TOLD

    def judge_rest(self, place: Place, run: Run) -> list[str]:
        history = json.loads(place.run("remind", "--history", "--json", expect=0).stdout)
        told = {mail["to"] for mail in history if mail["state"] == "delivered"}
        faults = self.judge_mails(place, told)
        if run.status == 0 and told != set(TOLD):
            faults.append(f"status 0, but only {sorted(told)} are delivered")
        place.run("remind", "--send", expect=0)
        place.run("check", expect=0)
        faults += self.judge_mails(place, set(TOLD))
        if json.loads(place.run("remind", "--json", expect=0).stdout)["mails"]:
            faults.append("something is due still")
        return faults

    def expected_statuses(self, point: Point) -> tuple[int, ...]:
        if not point.is_own():
            return (8,)
        return (8, 70) if point.fault == "ENOMEM" else super().expected_statuses(point)

    def go_on(self, place: Place) -> None:
        """The next command was to send again."""

    def judge_mails(self, place: Place, told: set[str]) -> list[str]:
        """Every recipient has the complete mail once, or the same mail twice; nobody has a part of a mail."""
        sent = self.sent(place)
        faults = [f"{to} was sent nothing" for to in told - set(sent)]
        for to, mails in sent.items():
            if {without_id(mail) for mail in mails} != self.whole[to]:
                faults.append(f"{to} was sent another mail: {mails!r}"[:600])
            if len({id_of(mail) for mail in mails}) != 1 or len(mails) > 2:
                faults.append(f"{to} was sent {len(mails)} mails: {[id_of(mail) for mail in mails]}")
        return faults


class RemindMaildir(Remind):
    transport = "maildir:mail"
    statuses = Remind.statuses | {"": (6, 7, 8)}  # a relative folder may not be found

    def sent(self, place: Place) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for path in sorted((place.folder / "mail").glob("new/*")):
            mail = path.read_bytes()
            found.setdefault(re.search(rb"(?m)^To: .*?([^ <]+@[^ >\n]+)", mail).group(1).decode(), []).append(mail)
        return found


class RemindSendmail(Remind):
    PROGRAM = """#!/bin/sh
here=$(mktemp -d "$(dirname "$0")/sent/XXXXXX")
cat > "$here/mail" && echo "$5" > "$here/to"
"""

    def prepare(self, place: Place) -> None:
        self.transport = f"sendmail:{self.root}/sendmail"
        program = self.root / "sendmail"
        program.write_text(self.PROGRAM)
        program.chmod(0o755)
        super().prepare(place)

    def start(self, place: Place) -> None:
        """The program is beside the store, as it writes into its own folder."""
        (place.folder / "sent").mkdir()
        program = place.folder / "sendmail"
        program.write_text(self.PROGRAM)
        program.chmod(0o755)
        config = place.folder / "allot.yaml"
        config.write_text(config.read_text().replace(str(self.root), str(place.folder)))

    def sent(self, place: Place) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for to in sorted(place.folder.glob("sent/*/to")):
            found.setdefault(to.read_text().strip(), []).append((to.parent / "mail").read_bytes())
        return found


class RemindSmtp(Remind):
    def __init__(self, allot: pathlib.Path, root: pathlib.Path):
        self.server = mail_server.Server()
        self.server.__enter__()
        self.transport = self.server.transport
        super().__init__(allot, root)

    def start(self, place: Place) -> None:
        self.server.clear()

    def sent(self, place: Place) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for envelope in list(self.server.envelopes):
            found.setdefault(envelope.recipients[0], []).append(envelope.content)
        return found


SCENARIOS = [RemindSmtp, RemindSendmail, RemindMaildir]
