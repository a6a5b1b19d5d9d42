"""Two dealers without an account use a real sshd with the real ssh client: each sees only its own subtree."""

import json
import os
import pathlib
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import ssh_attempts  # noqa: E402
import ssh_server  # noqa: E402

ANN, BEA = "ann@north.example", "bea@south.example"
# All characters of an e-mail that a shell, sshd or authorized_keys could interpret.
ODD = "o'hara$HOME`id`&|%h%u*?!#{a.b}~=+^@x.example"
FAULTS: list[str] = []


def expect(what: str, done, status: int, *, out: str | None = None, within: str = "") -> None:
    text = done.stdout if isinstance(done.stdout, str) else done.stdout.decode()
    error = done.stderr if isinstance(done.stderr, str) else done.stderr.decode(errors="replace")
    if done.returncode != status:
        FAULTS.append(f"{what}: exit status {done.returncode}, not {status}\n{text[-300:]}{error[-600:]}")
    elif out is not None and text != out:
        FAULTS.append(f"{what}: printed {text!r}, not {out!r}")
    elif within not in text + error:
        FAULTS.append(f"{what}: {within!r} is not in {text + error!r}")


def make_world(server: ssh_server.Server) -> None:
    """A company with two dealers; names with `canary` are visible to neither ann nor bea, or only to bea."""
    server.local("group", "add", "/north", "-q")
    server.local("batch", "-q", stdin="""
        license add / canary-of-the-company --sip 1000 --mobile 500
        license add /north main --sip 40 --mobile 20
        group add /south
        license add /south canary-main --sip 30 --mobile 10
        group add /south/canary-quay
        user add / canary-boss@company.example --role admin
        user add /north ann@north.example --name Ann --role admin
        user add /south bea@south.example --name Bea --role admin
        user add /south/canary-quay canary@south.example --name Canary --sip 1
    """)
    server.local("user", "add", "/north", ODD, "--role", "concierge", "-q")


def set_up(server: ssh_server.Server) -> tuple[int, int]:
    """Runs the example for each dealer, and starts one sshd with its settings and one without restrictions."""
    expect("the example", server.set_up(), 0, within="systemctl reload ssh")
    for name, email, kind in (("ann", ANN, "ed25519"), ("bea", BEA, "ecdsa"), ("odd", ODD, "rsa")):
        server.make_key(name, kind)
        expect(f"the example for {name}", server.set_up(email, f"{name}.pub"), 0, within="may come in")
    expect("the example again", server.set_up(ANN, "ann.pub"), 0, within="has that key already")
    expect("a key of someone else", server.set_up(BEA, "ann.pub"), 1, within="is in")
    expect("a private key", server.set_up(BEA, "ann"), 6, within="is a private key")
    server.make_key("stranger")
    keys = server.keys / server.account
    lines = keys.read_text().splitlines()
    assert len(lines) == 3 and all(line.startswith('restrict,command="') for line in lines), lines
    assert (keys.stat().st_uid, keys.stat().st_mode & 0o777) == (0, 0o640)
    as_told = server.start("as_told", ssh_server.OPEN + f"Include {server.match}\n")
    bare = server.start("bare", ssh_server.OPEN + f"AuthorizedKeysFile {server.keys}/%u\n")
    return as_told, bare


def check_work(server: ssh_server.Server, port: int) -> None:
    """The daily commands of dealers, and their exit statuses."""
    ann, bea, odd = (ssh_server.Client(server, port, server.folder / name) for name in ("ann", "bea", "odd"))
    for client in (ann, bea):
        client.keep()
    expect("ann's groups", ann.run("group list --format tsv"), 0, out="")
    expect("ann adds a group", ann.run("group add /north/tower-a --kind building"), 0, within="+ group /north/tower-a")
    expect("ann adds a user", ann.run("user", "add", "/north/tower-a", "bob@x.example", "--sip", "2", "-q"), 0, out="")
    expect("ann's groups now", ann.run("group list -r --format tsv"), 0,
           out="/north\t\treserved\tno\t1\t2\tmain\t\t\t\t\n/north/tower-a\tbuilding\tnone\tno\t0\t1\t\t\t\t\t\n")
    expect("bea's groups", bea.run("group list -r --format tsv"), 0,
           out="/south\t\treserved\tno\t1\t1\tcanary-main\t\t\t\t\n/south/canary-quay\t\tnone\tno\t0\t1\t\t\t\t\t\n")
    expect("bea changes hers", bea.run("user set /south/canary-quay canary@south.example --mobile 1 -q"), 0)
    expect("a refusal", ann.run("user add /north/tower-a eve@x.example --sip 39 --json"), 3, out="", within='"accepted":38')
    expect("what is there already", ann.run("group add /north/tower-a"), 4)
    expect("what is from above", ann.run("license set /north main --sip 41"), 5)
    expect("a usage error", ann.run("group add"), 2)
    exported = ann.run("export /north")
    expect("an export", exported, 0, within="bob@x.example")
    expect("its import", ann.run("import - --into /north --prune", stdin=exported.stdout), 0, within="nothing to change")
    expect("its diff", ann.run("diff - --into /north", stdin=exported.stdout), 0, out="")
    more = exported.stdout.decode().replace("  tower-a:", "  tower-b: {}\n  tower-a:")
    expect("the diff of a change", ann.run("diff - --into /north", stdin=more), 1, within="+ group /north/tower-b")
    expect("the import of a change", ann.run("import - --into /north -q", stdin=more), 0, out="")
    expect("a file that is not valid", ann.run("import -", stdin="allot: 1\ngroups: 2\n"), 6, within="standard input:2:9")
    expect("lines", ann.run(stdin="group add /north/c -q\ngroup show /south\n\ngroup show /north/c --format tsv"), 4,
           out="/north/c\t\tnone\tno\t0\t0\t\t\t\t\t\n", within="line 2: there is no group")
    expect("a batch", ann.run("batch -q", stdin="group add /north/d\ngroup add /south/d\n"), 4, within="line 2")
    expect("a group of a batch that failed", ann.run("group show /north/d"), 4)
    expect("help", ann.run("help group"), 0, within="usage: allot group")
    expect("someone known elsewhere", ann.run("user add /north/c canary@south.example"), 0)
    known = ann.run("user show canary@south.example --json")
    expect("what of that is seen", known, 0, within='"name": ""')
    if b"south/" in known.stdout or b"Canary" in known.stdout:
        FAULTS.append(f"what is seen of someone known elsewhere: {known.stdout!r}")
    expect("someone removed here", ann.run("user remove --all canary@south.example -q"), 0)
    expect("who is there still", bea.run("user show canary@south.example"), 0, within="Canary")
    own = odd.run("state --json --user " + shlex.quote(ODD))
    expect("an odd e-mail", own, 0)
    if own.returncode == 0 and json.loads(own.stdout)["email"] != ODD:
        FAULTS.append(f"an odd e-mail: {own.stdout!r}")
    expect("a concierge", odd.run("group add /north/e"), 5)


def check_store(server: ssh_server.Server, port: int) -> None:
    """The exit statuses for a missing store, and for a store locked by another process."""
    ann = ssh_server.Client(server, port, server.folder / "ann")
    holder = sqlite3.connect(server.store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    expect("a locked store", ann.run("group add /north/e --wait 0"), 75)
    holder.execute("ROLLBACK")
    holder.close()
    away = server.folder / "away.db"
    server.store.rename(away)
    expect("no store", ann.run("group list"), 7)
    away.rename(server.store)


def check_terminal(server: ssh_server.Server) -> None:
    """If a key lacks `restrict`, a login at a terminal prints a message and no prompt."""
    ours, theirs = os.openpty()
    words = [server.allot, "--db", server.store, "shell", "--as", ANN]
    done = subprocess.run(words, stdin=theirs, capture_output=True, timeout=20, env=server.environment)
    expect("a terminal", done, 2, out="", within="has no prompt")
    done = subprocess.run(words, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, timeout=20,
                          env=server.environment | {"SSH_ORIGINAL_COMMAND": "state", "TERM": "xterm", "PAGER": "false"})
    seen = os.read(ours, 1 << 16)
    if done.returncode != 0 or b"/north" not in seen or b"\x1b" in seen:
        FAULTS.append(f"a command at a terminal: {done} {seen!r}")
    os.close(theirs)
    os.close(ours)


def check_hold(server: ssh_server.Server, port: int) -> None:
    """A slow session does not block others, and every session is limited."""
    ann, bea = (ssh_server.Client(server, port, server.folder / name) for name in ("ann", "bea"))
    large = "allot: 1\ngroups:\n" + "".join(f"  a-site-with-a-long-name-{i}: {{kind: site}}\n" for i in range(30000))
    expect("an import of a megabyte", ann.run("import - --into /north/tower-b -q", stdin=large), 0)
    slow = [ann.open("import - --into /north/c"), ann.open("batch"), ann.open()]
    begun = (b"allot: 1\ngroups:\n", b"group add /north/f\n", b"group add /north/g -q\ngroup show /north/g\n")
    for client, text in zip(slow, begun):
        client.stdin.write(text)
        client.stdin.flush()
    slow[2].stdout.readline()  # its lines ran while it continues
    full = ann.open("state /north -r --json")
    full.stdout.read(1)  # most of its output is never read
    for number in range(3):
        expect("a write beside slow clients", bea.run(f"group add /south/w{number} --wait 0 -q"), 0)
    sessions = server.sessions()
    if len(sessions) < 4:
        FAULTS.append(f"{len(sessions)} sessions run, not 4")
    for session in sessions:
        limits, status = (session / "limits").read_text(), (session / "status").read_text()
        for name, most in (("address space", 1 << 30), ("cpu time", 300), ("core file size", 0)):
            if f"Max {name}".ljust(26) + str(most).ljust(21) + str(most).ljust(21) not in limits:
                FAULTS.append(f"the {name} of a session is not bound:\n{limits}")
        if "Umask:\t0077" not in status:
            FAULTS.append(f"a session's umask:\n{status}")
    for client in [*slow, full]:
        client.kill()
        client.communicate()


def end_tidily(*_) -> None:
    """Removes the account and the daemons if the test is ended; a second signal does not interrupt this."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def main() -> int:
    if os.geteuid() != 0:
        print("skipped: an sshd that changes to another account has to be started by root")
        return 77
    missing = [name for name in (ssh_server.SSHD, "ssh", "scp", "sftp", "ssh-keygen", "useradd") if not shutil.which(name)]
    if missing:
        print(f"{', '.join(missing)}: not found; tools/install-packages test installs openssh-server and openssh-client")
        return 1
    signal.signal(signal.SIGTERM, end_tidily)
    with ssh_server.Server(sys.argv[1]) as server:
        as_told, bare = set_up(server)
        make_world(server)
        check_work(server, as_told)
        check_store(server, bare)
        check_terminal(server)
        attempts = ssh_attempts.try_all(server, bare, FAULTS)
        attempts += ssh_attempts.try_sshd(server, as_told, FAULTS)
        check_hold(server, bare)
        server.local("check")
        if FAULTS:
            FAULTS.append((server.folder / "bare.log").read_text()[-2000:])
    print("\n".join(FAULTS) or f"{attempts} attempts came to nothing")
    return 1 if FAULTS else 0


sys.exit(main())
