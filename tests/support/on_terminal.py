"""Runs a program on a pseudo-terminal of its own."""

import fcntl
import os
import pty
import struct
import termios
import unicodedata

LINES = 24


def run_on_terminal(words: list[str], environment: dict[str, str], columns: int = 80) -> tuple[int, str]:
    """The exit status of a program and what its terminal of this width shows: standard output and error."""
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
        os.execve(words[0], words, environment)
    shown = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode().replace("\r\n", "\n")


def width_of(text: str) -> int:
    """The columns that a terminal uses for `text`."""
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf") else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
