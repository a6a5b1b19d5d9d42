"""A real sshd on 127.0.0.1 with its own account, and the real ssh client; all are removed at the end."""

import contextlib
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SSHD = "/usr/sbin/sshd"
SETUP = pathlib.Path(__file__).resolve().parents[2] / "examples/ssh/setup-dealer-account"

# sshd allows everything that it can, so that only `restrict` in the keys and allot refuse requests.
OPEN = """
AllowAgentForwarding yes
AllowStreamLocalForwarding yes
AllowTcpForwarding yes
GatewayPorts yes
X11Forwarding yes
PermitTunnel yes
PermitTTY yes
PermitUserRC yes
AcceptEnv ALLOT_* PAGER LD_* TZ HOME NO_COLOR COLUMNS GLIBC_TUNABLES SQLITE_TMPDIR
Subsystem sftp /usr/lib/openssh/sftp-server
"""


class Server:
    """The folder with all files, the account, its store, and up to two daemons."""

    def __init__(self, allot: str):
        self.account = f"allot-test-{os.getpid()}"
        # Below folders that only root can write, which sshd requires for key files; others need access to pass.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="allot-sshd-", dir="/var/lib"))
        self.folder.chmod(0o755)
        self.allot = self.folder / "allot"
        shutil.copy(allot, self.allot)
        self.allot.chmod(0o755)
        self.store = self.folder / "store with 'quotes' & $HOME/allot.db"
        self.keys = self.folder / "keys"
        self.match = self.folder / "sshd_config.d/allot.conf"
        # Folders that an attacker could write to.
        self.drop = self.folder / "drop"
        self.drop.mkdir()
        self.drop.chmod(0o777)
        (self.folder / "home").mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder / "home")}
        self.daemons: list[subprocess.Popen] = []
        self.masters: list[subprocess.Popen] = []
        self.made_run_folder = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in [*self.masters, *self.daemons]:
            process.terminate()
            process.wait(timeout=10)
        while processes := self.processes():
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
        if self.made_run_folder:
            os.rmdir("/run/sshd")
        shutil.rmtree(self.folder)
        if subprocess.run(["id", self.account], capture_output=True, check=False).returncode == 0:
            subprocess.run(["userdel", "--force", self.account], capture_output=True, check=True)  # though a zombie is its

    def set_up(self, *dealer: str) -> subprocess.CompletedProcess:
        """Runs the example as described in the manual page, but with the names and files of the test."""
        own = {"ACCOUNT": self.account, "STORE": str(self.store), "KEYS": str(self.keys), "SSHD": str(self.match),
               "PROGRAM": str(self.allot)}
        return subprocess.run([SETUP, *dealer], env=self.environment | own, cwd=self.folder, capture_output=True, text=True,
                              start_new_session=True)  # as what ends the test must not end useradd halfway

    def make_key(self, name: str, kind: str = "ed25519") -> pathlib.Path:
        key = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", f"the key of {name}", "-f", key], check=True)
        return key

    def local(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess:
        """Runs allot with full rights, like the administrator of the account."""
        done = subprocess.run([self.allot, "--db", self.store, *words], input=stdin, env=self.environment,
                              cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, (words, done.stderr)
        return done

    def start(self, name: str, settings: str) -> int:
        """Starts a daemon with `settings` and returns its port."""
        if not os.path.isdir("/run/sshd"):
            os.mkdir("/run/sshd", 0o755)
            self.made_run_folder = True
        host_key = self.folder / "host"
        if not host_key.exists():
            self.make_key("host")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = self.folder / f"{name}.conf"
        config.write_text(f"ListenAddress 127.0.0.1:{port}\nHostKey {host_key}\nPidFile none\nUsePAM no\n"
                          f"LogLevel VERBOSE\n{self.settings_of_clock()}{settings}")
        log = self.folder / f"{name}.log"
        self.daemons.append(subprocess.Popen([SSHD, "-D", "-f", config, "-E", log], env=self.environment))
        known = self.folder / "known_hosts"
        with known.open("a") as file:
            file.write(f"[127.0.0.1]:{port} {(self.folder / 'host.pub').read_text()}")
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return port
            time.sleep(0.05)
        raise RuntimeError(f"sshd does not listen: {log.read_text()}")

    def settings_of_clock(self) -> str:
        """Sessions use the clock of the test, which on_date.py may have set; sshd itself uses the system clock."""
        if "LD_PRELOAD" not in os.environ:
            return ""
        library = shutil.copy(os.environ["LD_PRELOAD"], self.folder)  # where the account can read it
        return f"SetEnv LD_PRELOAD={library} LATER_CLOCK={os.environ['LATER_CLOCK']}\n"

    def options(self, key: pathlib.Path) -> list[str]:
        """The options of every client, which exclude the configuration of this machine."""
        # This key exchange takes a tenth of the time of the default, and is not part of the test.
        settings = ["KexAlgorithms=curve25519-sha256", "IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes",
                    "StrictHostKeyChecking=yes", f"UserKnownHostsFile={self.folder / 'known_hosts'}",
                    "GlobalKnownHostsFile=none", "ConnectTimeout=10"]
        return ["-F", "none", "-i", str(key)] + [word for setting in settings for word in ("-o", setting)]

    def processes(self) -> list[int]:
        """The processes of the account."""
        found = []
        uid = subprocess.run(["id", "-u", self.account], capture_output=True, text=True, check=False).stdout.strip()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                status = (entry / "status").read_text() if uid and entry.name.isdigit() else ""
                if f"\nUid:\t{uid}\t" in status and "\nState:\tZ" not in status:
                    found.append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def sessions(self) -> list[pathlib.Path]:
        """The /proc folders of the processes that run the allot of the test."""
        places = [pathlib.Path(f"/proc/{process}") for process in self.processes()]
        return [place for place in places if (place / "comm").read_text() == "allot\n"]

    def prints(self) -> dict[str, str]:
        """The files in the folder of the store and in the folders writable by attackers, by name and content."""
        files = [file for folder in (self.store.parent, self.drop) for file in folder.iterdir()]
        return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def read_banner(path: pathlib.Path) -> bytes:
    """The first data from the listener at the socket `path`; empty if it hangs up."""
    for _ in range(1200):
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(path)) == 0:
                client.settimeout(20)
                return client.recv(100)
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens at {path}")


class Client:
    """A dealer with a key."""

    def __init__(self, server: Server, port: int, key: pathlib.Path):
        self.server, self.port, self.key = server, port, key
        self.target = f"{server.account}@127.0.0.1"
        self.shared = ["-S", "none"]

    def keep(self, *options: str) -> None:
        """Keeps one connection for all later commands, which saves a tenth of a second for each."""
        path = self.server.folder / f"{self.key.name}-{self.port}"
        words = self.words(options=("-M", "-N", "-S", str(path), *options))
        self.server.masters.append(subprocess.Popen(words, env=self.server.environment, stdin=subprocess.DEVNULL,
                                                    stderr=subprocess.DEVNULL))
        for _ in range(200):
            if path.exists():
                break
            time.sleep(0.05)
        self.shared = ["-S", str(path)]

    def words(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        said = ["--", *command] if command else []  # the client would read a command that begins with a dash as its own option
        return ["ssh", *self.server.options(self.key), *self.shared, "-p", str(self.port), *options, self.target, *said]

    def run(self, *command: str, stdin: bytes | str = b"", options: tuple[str, ...] = (), env: dict | None = None):
        return self.run_words(self.words(*command, options=options), stdin, env)

    def run_words(self, words: list[str], stdin: bytes | str = b"", env: dict | None = None):
        text = stdin.encode() if isinstance(stdin, str) else stdin
        return subprocess.run(words, input=text, capture_output=True, timeout=60,
                              env=self.server.environment | (env or {}), cwd=self.server.folder)

    def open(self, *command: str, options: tuple[str, ...] = (), env: dict | None = None) -> subprocess.Popen:
        return self.open_words(self.words(*command, options=options), env)

    def open_words(self, words: list[str], env: dict | None = None) -> subprocess.Popen:
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self.server.environment | (env or {}), cwd=self.server.folder)

    def tool(self, *words: str) -> subprocess.CompletedProcess:
        """Runs scp or sftp, with their own options first."""
        first, *rest = words
        return subprocess.run([first, *self.server.options(self.key), "-P", str(self.port), *rest], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60, env=self.server.environment, cwd=self.server.folder)
