"""allot-mail delivers to a real SMTP server, with msmtp and to a maildir, and reports the status of each mail."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
try:
    import mail_server
except ModuleNotFoundError:
    print("skipped: python3-aiosmtpd is not installed; tools/install-packages test installs it")
    sys.exit(77)
from mail_server import DROP, HANG  # noqa: E402
from mailer import FAULTS, FROM, TO, Mailer, check, check_mail, expect, run  # noqa: E402


def check_replies() -> None:
    """The reply of the server to a mail is the delivery status of only that mail."""
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
            # At MAIL no data was sent yet that could be sent twice, so the mail is sent again.
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
    """A server that sends one reply after each line (of a mail: after its last), finally `then(connection)` again and
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
    """No reply of a server, and no missing reply, ends the program or blocks it for long."""
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
    """A hanging server costs one timeout if no mail was begun, and two otherwise."""
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
    """Certificates are checked, STARTTLS is not skipped, and a password is never sent unencrypted."""
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
    """For another machine, simulated by the own address of this machine, a password requires TLS."""
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
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # as a service may start it
    with Mailer(script(folder, "unheard", "cat >/dev/null; exit 75")) as mailer:
        signal.signal(signal.SIGCHLD, before)
        expect("a status where the ends of children are ignored", mailer.deliver(), "deferred", 75)
    large = "A: b\r\n\r\n" + "x\r\n" * 400000
    with Mailer(script(folder, "deaf", "exec <&-; yes | head -c 300000 >&2; exit 75")) as mailer:
        expect("one that does not read, and says much", mailer.deliver(message=large), "deferred", 75, "y")
    with Mailer(script(folder, "killed", "kill -9 $$")) as mailer:
        expect("a killed one", mailer.deliver(), "unknown", 0, "signal 9")
    with Mailer(script(folder, "slow", f"sleep 60 & echo $! > {folder}/sleeper; wait")) as mailer:
        timed(mailer, "a slow one", "unknown", 0.9, 4)
        sleeper = pathlib.Path("/proc") / (folder / "sleeper").read_text().strip() / "stat"
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for _ in range(500):  # it may take some time to end
                if sleeper.read_text().split()[2] == "Z":
                    break
                time.sleep(0.02)
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
        check("nothing is made before a mail", not place.exists())
        case = dict(subject="Тема", name="Анна", to_name="x", text="From x\n.\n", html=None)
        message = mailer.compose(**case, to="анна@y.example")["message"]
        for _ in range(3):
            expect("a maildir", mailer.deliver("анна@y.example", message=message), "delivered")
        check("its mode", place.stat().st_mode & 0o777 == 0o700)
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


def main() -> int:
    signal.alarm(300)  # nothing here waits that long
    os.environ["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
    os.environ |= {"all_proxy": "http://127.0.0.1:1", "smtp_proxy": "http://127.0.0.1:1", "LC_ALL": "C"}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in (check_replies, check_strange_servers, check_hangs):
            run(part)
        for part in (check_security, check_login, check_sendmail, check_msmtp, check_maildir):
            run(part, folder)
    print("\n".join(FAULTS) or "every mail met its fate as told")
    return 1 if FAULTS else 0


sys.exit(main())
