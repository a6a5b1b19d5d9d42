"""A real SMTP server (aiosmtpd) on this machine that follows rules and records the mails."""

import asyncio
import contextlib
import dataclasses
import logging
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import warnings

try:
    import aiosmtpd.smtp
except ModuleNotFoundError:  # the Debian packages are not available to another python3
    sys.path.append("/usr/lib/python3/dist-packages")
    import aiosmtpd.smtp

# aiosmtpd warns about settings that are intended here.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module=r"aiosmtpd\.smtp")

# The actions of a server besides replies: stop answering, or close the connection.
HANG, DROP = object(), object()


@dataclasses.dataclass
class Envelope:
    """One mail that was sent completely, whether the server accepted it or not."""

    connection: int
    sender: str
    recipients: list[str]
    content: bytes
    options: list[str]
    is_tls: bool
    user: str | None


@dataclasses.dataclass
class Rule:
    """The action at a stage instead of the normal reply, and the remaining number of times (None: always)."""

    stage: str
    who: str
    action: object
    times: int | None


class Server:
    """Listens inside `with`. Connections and envelopes are in order of arrival."""

    def __init__(self, host: str = "127.0.0.1", *, certificate: tuple[pathlib.Path, pathlib.Path] | None = None,
                 smtps: bool = False, login: tuple[str, str] | None = None, login_without_tls: bool = False,
                 utf8: bool = True):
        """`certificate` enables STARTTLS, or TLS from the start with `smtps`; `login` are the accepted credentials."""
        self.host, self.smtps, self.login = host, smtps, login
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.options = {"enable_SMTPUTF8": utf8, "hostname": "mail.test.example", "command_call_limit": None}
        if self.context and not smtps:
            self.options["tls_context"] = self.context
        if login:
            self.options |= {"authenticator": self._authenticate, "auth_required": True,
                             "auth_require_tls": not (login_without_tls or smtps)}
        self.envelopes: list[Envelope] = []
        self.connections: list[tuple] = []  # the peers
        self.greeted: list[str] = []  # the names in EHLO
        self.logins: list[tuple[bytes, bytes]] = []  # the login attempts, valid or not
        self.commands: list[tuple[int, str]] = []  # the received MAIL and RCPT commands, by connection
        self.rules: list[Rule] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        starting = self.loop.create_server(lambda: _Session(self), self.host, 0,
                                           ssl=self.context if self.smtps else None)
        self.listener = asyncio.run_coroutine_threadsafe(starting, self.loop).result(10)
        self.port = self.listener.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    @property
    def transport(self) -> str:
        """The transport of this server for the configuration of allot."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'smtps' if self.smtps else 'smtp'}://{host}:{self.port}"

    def on(self, stage: str, action, who: str = "", times: int | None = None) -> None:
        """Makes the server reply `action`, HANG or DROP at a stage: connect, ehlo, mail, rcpt, data (instead of 354),
        body (after 354) or end (when it has the mail); `who` names a recipient, for rcpt, data, body and end alone."""
        self.rules.append(Rule(stage, who, action, times))

    def recipients(self) -> list[str]:
        """All recipients of the envelopes, in order."""
        return [recipient for envelope in self.envelopes for recipient in envelope.recipients]

    def clear(self) -> None:
        """Clears the rules and the records."""
        for seen in (self.envelopes, self.connections, self.greeted, self.logins, self.commands, self.rules):
            seen.clear()

    def take_action(self, stage: str, recipients: list[str]):
        for rule in self.rules:
            if rule.stage != stage or (rule.who and rule.who not in recipients) or rule.times == 0:
                continue
            if rule.times:
                rule.times -= 1
            return rule.action
        return None

    def _authenticate(self, _server, session, _envelope, _mechanism, data):
        self.logins.append((data.login, data.password))
        is_right = (data.login.decode(), data.password.decode()) == self.login
        session.user = data.login.decode() if is_right else None
        return aiosmtpd.smtp.AuthResult(success=is_right, handled=False)

    async def _stop(self) -> None:
        self.listener.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Session(aiosmtpd.smtp.SMTP):
    """One connection."""

    def __init__(self, server: Server):
        self.world, self.number = server, None
        super().__init__(self, loop=server.loop, **server.options)

    def connection_made(self, transport):
        if self.number is None:  # else it is the same one after STARTTLS
            self.number = len(self.world.connections)
            self.world.connections.append(transport.get_extra_info("peername"))
        super().connection_made(transport)

    async def reply(self, stage: str, recipients: list[str] = ()):
        """What is to be replied at this stage instead of what is usual, if the connection lives on."""
        action = self.world.take_action(stage, recipients)
        if action is DROP:
            self.transport.abort()
        if action is DROP or action is HANG:
            await asyncio.Event().wait()  # until the connection ends
        return action

    async def handle_exception(self, error):
        return f"451 a fault of the test's server: {error!r}"

    async def _handle_client(self):
        with contextlib.suppress(ConnectionError):
            refusal = await self.reply("connect")
            if refusal is None:
                return await super()._handle_client()
            await self.push(refusal)
            self.transport.close()

    async def handle_EHLO(self, _server, session, _envelope, name, replies):
        self.world.greeted.append(name)
        refusal = await self.reply("ehlo")
        if refusal is not None:
            return [refusal]
        session.host_name = name
        return replies

    async def smtp_MAIL(self, arg):
        self.world.commands.append((self.number, f"MAIL {arg}"))
        refusal = await self.reply("mail")
        await (super().smtp_MAIL(arg) if refusal is None else self.push(refusal))

    async def smtp_RCPT(self, arg):
        self.world.commands.append((self.number, f"RCPT {arg}"))
        await super().smtp_RCPT(arg)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        refusal = await self.reply("rcpt", [address])
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def smtp_DATA(self, arg):
        recipients = list(self.envelope.rcpt_tos)
        refusal = await self.reply("data", recipients)
        if refusal is not None:
            return await self.push(refusal)
        if self.world.take_action("body", recipients) is DROP:
            await self.push("354 go on")
            self.transport.close()
            await asyncio.Event().wait()
        await super().smtp_DATA(arg)

    async def handle_DATA(self, _server, session, envelope):
        is_tls = session.ssl is not None or self.world.smtps
        self.world.envelopes.append(Envelope(self.number, envelope.mail_from, list(envelope.rcpt_tos),
                                             envelope.original_content, list(envelope.mail_options), is_tls,
                                             getattr(session, "user", None)))
        refusal = await self.reply("end", envelope.rcpt_tos)
        return "250 2.0.0 taken" if refusal is None else refusal


def make_certificate(folder: pathlib.Path, name: str, *hosts: str) -> tuple[pathlib.Path, pathlib.Path]:
    """A self-signed certificate and its key; each of `hosts` is DNS:NAME or IP:ADDRESS."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName={','.join(hosts)}",
                    "-keyout", key, "-out", certificate], capture_output=True, check=True, timeout=30)
    return certificate, key


def find_outer_address() -> str | None:
    """An IPv4 address of this machine that is not a loopback address, if any; sends no packet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with contextlib.suppress(OSError):
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
            return None if address.startswith("127.") else address
    return None
