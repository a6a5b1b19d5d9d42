"""allot-remind.service under systemd in a container: service.py ROOT, a Debian in which the package is installed."""

import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import mail_server

ROOT = pathlib.Path(sys.argv[1])
PASSWORD = "correct horse battery staple"
FAULTS: list[str] = []

# What the service may not do, run by its ExecStartPre: the output is the file `probe` in the folder of the store. The
# system call is ptrace(PTRACE_TRACEME), which needs no privilege and is not in @system-service.
PROBE = r"""#!/bin/sh
exec >/var/lib/allot/probe 2>&1
echo "user $(id -un)"
echo "map $(tr -s ' ' <'/proc/self/uid_map')"
grep -E '^(Seccomp|NoNewPrivs|CapBnd):' /proc/self/status | tr -s '\t' ' '
case $(uname -m) in x86_64) number=101 ;; aarch64) number=117 ;; esac
perl -e 'print "ptrace ", syscall('$number', 0, 0, 0, 0) == -1 ? "$!" : "allowed", "\n"'
unshare --user true 2>/dev/null && echo "namespace allowed" || echo "namespace refused"
for file in /etc/allot/x /usr/x /var/tmp/../x /var/lib/x; do
  touch $file 2>/dev/null && echo "written $file"
done
cat /etc/allot/mail-password 2>/dev/null && echo "the password file is readable"
echo "credential $(cat "$CREDENTIALS_DIRECTORY/mail-password")"
"""


def expect(what: str, is_true: object, seen: object = "") -> None:
    if is_true:
        print(f"ok: {what}")
    else:
        FAULTS.append(what)
        print(f"FAULT: {what} {seen}")


class Container:
    """A booted container; `run` runs a command in it."""

    def __enter__(self):
        # A control group of its own, as the system manager of the container moves processes.
        self.groups = [path / f"allot-test-{os.getpid()}" for path in map(pathlib.Path, ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"))
                       if (path / "cgroup.procs").exists()]
        for group in self.groups:
            group.mkdir(exist_ok=True)
        join = " && ".join([f"echo $$ >{group}/cgroup.procs" for group in self.groups] or ["true"])
        # nspawn wants a /run of its own where that is no file system of its own.
        start = f"{join} && mount -t tmpfs tmpfs /run && exec systemd-nspawn -q -D {ROOT} --register=no --keep-unit -b --console=pipe"
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", start], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            self.leader = self._find_leader()
            if self.leader and self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                return self
            time.sleep(0.5)
        self.log.seek(0)
        sys.exit(f"the container does not start:\n{self.log.read()}")

    def _find_leader(self) -> str | None:
        children = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "pid=,comm="], capture_output=True, text=True).stdout
        found = re.search(r"(\d+) systemd$", children, re.M)
        return found[1] if found else None

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess:
        environment = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", **more}
        return subprocess.run(["nsenter", "-t", self.leader, "-a", *words], env=environment, capture_output=True, text=True, timeout=300)

    def __exit__(self, *_):
        self.run("systemctl", "poweroff")
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for group in self.groups:
            for folder in sorted(group.rglob("*"), reverse=True):
                if folder.is_dir():
                    folder.rmdir()
            group.rmdir()


def prepare(container: Container, port: int, certificate: pathlib.Path) -> None:
    """A store in which a licence ends in ten days, the configuration, and a probe in the sandbox of the service."""
    end = (datetime.date.today() + datetime.timedelta(days=10)).isoformat()
    store = "/var/lib/allot/allot.db"
    for words in (["init", "--sip", "10"], ["group", "add", "/north"],
                  ["license", "add", "/north", "main", "--sip", "5", "--until", end],
                  ["user", "add", "/north", "ann@north.example", "--role", "admin"],
                  ["group", "set", "/north", "--remind-before", "30", "--remind-repeat", "once"]):
        done = container.run("setpriv", "--reuid", "allot", "--regid", "allot", "--clear-groups", "allot", "--db", store, *words)
        expect(f"allot {words[0]} {words[1]}", done.returncode == 0, done.stderr)
    etc = ROOT / "etc/allot"
    (etc / "config.yaml").write_text(f"db: {store}\nmail:\n  from: Licences <licences@company.example>\n"
                                     f"  transport: smtp://localhost:{port}\n  starttls: required\n"
                                     "  user: licences@company.example\n  password-file: mail-password\n")
    (etc / "mail-password").touch(mode=0o600)
    (etc / "mail-password").write_text(PASSWORD + "\n")
    shutil.copy(certificate, etc / "ca.pem")
    (ROOT / "usr/local/bin/probe").write_text(PROBE)
    (ROOT / "usr/local/bin/probe").chmod(0o755)
    # Only what the test needs: the certificate of its server, and the probe; the sandbox is that of the package.
    drop_in = ROOT / "etc/systemd/system/allot-remind.service.d/test.conf"
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text("[Service]\nEnvironment=SSL_CERT_FILE=/etc/allot/ca.pem\nExecStartPre=/usr/local/bin/probe\n")
    container.run("systemctl", "daemon-reload")


def start(container: Container) -> str:
    container.run("systemctl", "reset-failed")
    container.run("systemctl", "start", "allot-remind.service")
    shown = container.run("systemctl", "show", "-p", "Result,ExecMainStatus", "allot-remind.service").stdout
    return " ".join(shown.split())


def check(container: Container, server: mail_server.Server) -> None:
    state = start(container)
    journal = container.run("journalctl", "-u", "allot-remind.service", "--no-pager").stdout
    expect("the service succeeds", state == "Result=success ExecMainStatus=0", f"{state}\n{journal}")
    expect("the mail was sent, over TLS, with the login", [(each.recipients, each.is_tls, each.user) for each in server.envelopes]
           == [(["ann@north.example"], True, "licences@company.example")], server.envelopes)
    expect("the password is that of the credential", server.logins == [(b"licences@company.example", PASSWORD.encode())], server.logins)
    expect("once", start(container) == "Result=success ExecMainStatus=0" and len(server.envelopes) == 1, server.envelopes)

    probe = (ROOT / "var/lib/allot/probe").read_text()
    print(re.sub("^", "    ", probe, flags=re.M))
    expect("the user is allot", "user allot\n" in probe)
    expect("PrivateUsers: not the users of the machine", "map " in probe and "4294967295" not in probe)
    expect("the filter of system calls is active", "Seccomp: 2\n" in probe)
    expect("it refuses a call that needs no privilege", "ptrace Operation not permitted\n" in probe)
    expect("no new privileges, no capabilities", "NoNewPrivs: 1\n" in probe and "CapBnd: 0000000000000000\n" in probe)
    expect("no new namespace", "namespace refused" in probe)
    expect("only the folder of the store is writable", "written" not in probe)
    expect("the password file is not readable, the credential is",
           "is readable" not in probe and f"credential {PASSWORD}\n" in probe)
    # Without the sandbox the probe finds what it looks for, so that it proves something.
    container.run("setpriv", "--reuid", "allot", "--regid", "allot", "--clear-groups", "/usr/local/bin/probe")
    plain = (ROOT / "var/lib/allot/probe").read_text()
    expect("the same calls are allowed without the service", "ptrace allowed\n" in plain and "Seccomp: 2" not in plain, plain)


def check_failures(container: Container, server: mail_server.Server) -> None:
    container.run("setpriv", "--reuid", "allot", "--regid", "allot", "--clear-groups", "allot", "--db", "/var/lib/allot/allot.db",
                  "user", "add", "/north", "bob@north.example", "--role", "admin")
    server.on("rcpt", "550 no such user", who="bob@north.example")
    state = start(container)
    expect("an undelivered mail fails the service with status 8", state == "Result=exit-code ExecMainStatus=8", state)
    (ROOT / "etc/allot/mail-password").unlink()
    state = start(container)
    expect("a missing password file fails the service", state.startswith("Result=exit-code"), state)
    done = container.run("systemctl", "enable", "--now", "allot-remind.timer")
    expect("the timer starts", done.returncode == 0 and container.run("systemctl", "is-active", "allot-remind.timer").stdout == "active\n", done.stderr)
    rating = container.run("systemd-analyze", "security", "--no-pager", "allot-remind.service").stdout.strip().splitlines()
    print(rating[-1] if rating else "no rating")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        certificate = mail_server.make_certificate(pathlib.Path(name), "localhost", "DNS:localhost")
        login = ("licences@company.example", PASSWORD)
        with mail_server.Server(certificate=certificate, login=login) as server, Container() as container:
            prepare(container, server.port, certificate[0])
            if not FAULTS:
                check(container, server)
                check_failures(container, server)
    print(f"{len(FAULTS)} faults")
    return 1 if FAULTS else 0


sys.exit(main())
