"""Runs a program on a pseudo-terminal and answers what it asks."""

import os
import pty
import select
import time


class Dialogue:
    """A program on its own terminal. `expect` waits for a text after what was expected before, `send` types a line."""

    def __init__(self, words: list[str], environment: dict[str, str], patience: float = 60) -> None:
        self.patience = patience
        self.shown = ""
        self.at = 0
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execve(words[0], words, environment)

    def read(self, end: float) -> bool:
        """Reads once; returns whether there may be more."""
        if not select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            return False
        try:
            part = os.read(self.terminal, 65536)
        except OSError:  # the other side is closed
            return False
        self.shown += part.decode(errors="replace").replace("\r\n", "\n")
        return bool(part)

    def expect(self, text: str) -> None:
        end = time.monotonic() + self.patience
        while text not in self.shown[self.at:]:
            if not self.read(end):
                raise AssertionError(f"{text!r} is not shown after {self.shown[self.at:]!r}, shown in all:\n{self.shown}")
        self.at = self.shown.index(text, self.at) + len(text)

    def send(self, line: str) -> None:
        os.write(self.terminal, line.encode() + b"\n")

    def press(self, key: bytes) -> None:
        os.write(self.terminal, key)

    def finish(self) -> tuple[int, str]:
        """The exit status (the negative number of a signal) and all that was shown."""
        end = time.monotonic() + self.patience
        while self.read(end):
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), self.shown
