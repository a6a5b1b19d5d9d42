"""A proxy between a client and a PostgreSQL server that sees every message of the protocol, for tests: it can cut a
connection before and after any message, hold one back, and delay all of them."""

import contextlib
import pathlib
import socket
import struct
import threading
import time
from collections.abc import Callable


class Message:
    """A message: the number of its connection from 1, who sent it ("client" or "server"), its number in that direction from
    1, its type ("" for the first of a client, which has none), and its bytes."""

    def __init__(self, connection: int, sender: str, number: int, kind: str, data: bytes):
        self.connection, self.sender, self.number, self.kind, self.data = connection, sender, number, kind, data

    @property
    def statement(self) -> str:
        """The text of a statement that is parsed."""
        return self.data[5:].split(b"\0")[1].decode() if self.kind == "P" and self.sender == "client" else ""


# Called for each message before it is forwarded; returns what to do.
FORWARD, CUT, FORWARD_AND_CUT = "forward", "cut", "forward and cut"
Hook = Callable[[Message], str]


class Proxy:
    """Listens in a folder with the socket of a server, port 5432. `hook` sees the messages of all connections; `delay` is
    the time in seconds that a message needs in each direction."""

    def __init__(self, folder: pathlib.Path, server: pathlib.Path, hook: Hook | None = None, delay: float = 0):
        self.folder, self.server, self.hook, self.delay = folder, server, hook, delay
        self.connections = 0
        folder.mkdir()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen(64)
        self.acceptor = threading.Thread(target=self.accept, daemon=True)
        self.acceptor.start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)  # ends the wait of the thread, which close() does not
        self.acceptor.join()
        self.listener.close()
        (self.folder / ".s.PGSQL.5432").unlink()
        self.folder.rmdir()

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}"

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self.server / ".s.PGSQL.5432"))
            except OSError:  # the server is away
                client.close()
                continue
            self.connections += 1
            for sender, source, target in (("client", client, server), ("server", server, client)):
                threading.Thread(target=self.pump, args=(self.connections, sender, source, target), daemon=True).start()

    def pump(self, connection: int, sender: str, source: socket.socket, target: socket.socket) -> None:
        """Forwards the messages of one direction until the connection ends."""
        buffer, number = b"", 0
        try:
            while data := source.recv(1 << 16):
                if self.delay:
                    time.sleep(self.delay)
                if self.hook is None:
                    target.sendall(data)
                    continue
                buffer += data
                while (size := self.size_of(sender, number, buffer)) and len(buffer) >= size:
                    number += 1
                    kind = "" if sender == "client" and number == 1 else chr(buffer[0])
                    message, buffer = Message(connection, sender, number, kind, buffer[:size]), buffer[size:]
                    action = self.hook(message)
                    if action != CUT:
                        target.sendall(message.data)
                    if action != FORWARD:
                        return
        except OSError:
            pass  # the other direction has ended the connection
        finally:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def size_of(sender: str, number: int, buffer: bytes) -> int:
        """The bytes of the first message in the buffer; 0 if that is not known yet."""
        head = 0 if sender == "client" and number == 0 else 1
        if len(buffer) < head + 4:
            return 0
        return head + struct.unpack("!I", buffer[head:head + 4])[0]
