"""A run of `remind --send` that is killed at any step loses no mail, and a repeated mail is the same mail."""

import email
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
import storage  # noqa: E402
from mail_company import HIERARCHY, TOLD, Company  # noqa: E402
from mail_server import DROP  # noqa: E402

ALLOT = storage.program(sys.argv[1])
FAULTS: list[str] = []
# The mails also warn of resources: of those of /north, and of that of /south.
WARNING = HIERARCHY.replace("repeat: weekly,", "repeat: weekly, low: 100,")
WARNING = WARNING.replace("repeat: daily}", "repeat: daily, low: 100}")
WARNED = {"ann@north.example": ["mobile", "sip"], "bob@x.example": [], "boss@x.example": ["sip"]}


def check(what: str, seen, wanted) -> None:
    if seen != wanted:
        FAULTS.append(f"{what}: {seen!r}, not {wanted!r}"[:1500])


def whole(what: str, here: Company, server: mail_server.Server) -> None:
    """The run after a killed run completes it: every recipient was sent one mail, at most twice the same."""
    before = len(server.envelopes)
    here.run("remind", "--send", expect=0)
    check(f"{what}: nothing is due then", here.send(0), {})
    mails: dict = {}
    for envelope in server.envelopes:
        mails.setdefault(envelope.recipients[0], []).append(envelope.content)
    check(f"{what}: who was sent one", sorted(mails), TOLD)
    for to, contents in mails.items():
        check(f"{what}: the mail to {to} is one mail", len({email.message_from_bytes(c)["Message-Id"] for c in contents}), 1)
        check(f"{what}: the mail to {to} is the same, twice at most", (len(set(contents)), len(contents) <= 2), (1, True))
    doubled = sum(len(contents) - 1 for contents in mails.values())
    check(f"{what}: one mail at most came twice", doubled <= 1, True)
    history = here.history()
    check(f"{what}: the ledger", sorted((m["to"], m["state"]) for m in history), [(to, "delivered") for to in TOLD])
    warned = {m["to"]: sorted(w["item"] for w in m["warnings"]) for m in history}
    check(f"{what}: the warnings in it", warned, WARNED)
    check(f"{what}: the store", here.run("check").returncode, 0)
    check(f"{what}: sent again", len(server.envelopes) - before >= 1 or before == len(TOLD), True)


def killed_by_server(server: mail_server.Server, stage: str, to: str, folder: pathlib.Path) -> None:
    """Kills allot while the server is at a stage of one mail; then allot-mail ends, or the server hangs up."""
    here = Company(ALLOT, folder, WARNING)
    here.configure(server.transport, starttls="never")
    server.clear()
    process = here.start("remind", "--send")
    plain = server.take_action

    def kill(at, recipients):
        if at == stage and recipients == [to] and process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            return DROP if stage != "end" else plain(at, recipients)
        return plain(at, recipients)
    server.take_action = kill
    process.communicate(timeout=30)
    server.take_action = plain
    check(f"{stage} of {to}: it was killed", process.returncode, -signal.SIGKILL)
    whole(f"{stage} of {to}", here, server)


def killed_by_kernel(server: mail_server.Server, call: str, number: int, folder: pathlib.Path) -> bool:
    """Kills allot at its nth system call; returns false if there are fewer."""
    here = Company(ALLOT, folder, WARNING)
    here.configure(server.transport, starttls="never")
    server.clear()
    done = here.run("remind", "--send", before=["strace", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"])
    if done.returncode == 0:
        return False
    check(f"{call} {number}: it was killed", done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), True)
    whole(f"{call} {number}", here, server)
    return True


def killed_mail_program(server: mail_server.Server, folder: pathlib.Path) -> None:
    """allot-mail itself is killed in the middle of a mail."""
    here = Company(ALLOT, folder, WARNING)
    here.configure(server.transport, starttls="never")
    server.clear()
    process = here.start("remind", "--send")
    plain = server.take_action

    def kill(at, recipients):
        if at == "end" and recipients == ["bob@x.example"] and process.poll() is None:
            children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            for child in children:
                os.kill(int(child), signal.SIGKILL)
            server.take_action = plain
        return plain(at, recipients)
    server.take_action = kill
    _, told = process.communicate(timeout=30)
    server.take_action = plain
    check("allot-mail killed", (process.returncode, "has ended" in told), (8, True))
    whole("allot-mail killed", here, server)


def can_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, timeout=30).returncode == 0


def main() -> int:
    steps = 0
    with tempfile.TemporaryDirectory() as name, mail_server.Server() as server:
        root = pathlib.Path(name)
        for stage in ("rcpt", "data", "end"):
            for to in TOLD:
                killed_by_server(server, stage, to, root / f"{stage}-{to}")
        killed_mail_program(server, root / "program")
        if not can_trace():
            print("strace is not installed or may not trace: kills between the calls of the kernel are not tested")
        else:
            # A client of a server writes no file.
            is_client = storage.SERVER and not storage.SERVER.startswith("file:")
            for call in ("sendto", "recvfrom", "read") if is_client else ("fdatasync", "sendto", "pwrite64", "read"):
                number = 1
                while killed_by_kernel(server, call, number, root / f"{call}-{number}"):
                    shutil.rmtree(root / f"{call}-{number}")
                    number += 1 if call in ("fdatasync", "sendto") or number < 8 else 5
                    steps += 1
                check(f"kills at {call}", number > 3, True)
    print("\n".join(FAULTS) or f"killed at {steps + 10} steps, nothing lost and nothing doubled but the same mail")
    return 1 if FAULTS else 0


sys.exit(main())
