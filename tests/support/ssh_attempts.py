"""Attacks with the key of a dealer, or without a key: each attempt must fail as specified and change nothing."""

import subprocess

import ssh_server

# Evidence that a forbidden command ran, or that data outside of ann's scope was disclosed.
TELLTALES = (b"canary", b"uid=", b"root:x:", b"PWNED", b"SQLite format", b"/var/lib", b"Bea", b"boss", b"1000")

# The command and its required exit status. @DROP is a folder that everyone may write, @STORE the store.
COMMANDS = [
    # Text that a shell would interpret.
    ("group list; id", 2), ("group list && id", 2), ("group list | cat /etc/passwd", 2), ("group list & id", 2),
    ("group list > @DROP/pwned", 2), ("group show $(cat /etc/passwd)", 2), ("group show $(id)", 4),
    ("group show `id`", 4), ("group show $HOME", 4), ("group show ~", 4), ("group show *", 4), ("group show {a,b}", 4),
    ("group list\nid", 2), ("group list\rid", 2), ("group list #\nid", 2), ("group add '/north/x'; id; ''", 2),
    ("group list <<< id", 2), ("() { :; }; id", 2), ("!id", 2), ("eval id", 2), ("sh -c id", 2), ("/bin/sh", 2),
    ("exec /bin/dash -i", 2), ("cat /etc/passwd", 2), ("sudo id", 2), ("../../bin/sh", 2), ("allot; id", 2),
    ("group show 'a", 2), ('group show "a', 2), ("group list \\", 2), ("'", 2), (" ", 2), ("--", 2), ("- -", 2),
    ("group add /north/\x1b[31mPWNE", 2), ("group add /north/\x08x", 2), ("group add '/north/\u202ex'", 2),
    ("group add '/north/\u0085x'", 2), (b"group add /north/\xff\xfe", 2), (b"group add /north/\xc0\xaf", 2),
    # Options that would open another store, or change the actor.
    ("group list --db=/etc/passwd", 2), ("--db /etc/passwd group list", 2), ("group list --db @DROP/own.db", 2),
    ("--db '' state", 2), ("init", 2), ("init --db @DROP/own.db", 2), ("--db @DROP/own.db init", 2),
    ("--config=/etc/passwd group list", 2), ("group list --config @DROP/c", 2), ("--as bea@south.example state", 2),
    ("state --as=canary-boss@company.example", 2), ("state --as ann@north.example", 2), ("-oProxyCommand=id", 2),
    ("group add /north/x -oProxyCommand=id", 2), ("group add -- -oProxyCommand=id", 4), ("group add /north/x --kin=a", 2),
    ("group add -- --as=bea@south.example", 4), ("user show -- --db=/etc/passwd", 2), ("user show '--as=x@y'", 2),
    ("user add /north x@y.example --name --db=/etc/passwd --as bea@south.example", 2), ("group -h --db=/etc/passwd", 2),
    ("--version --db=/etc/passwd --as", 0), ("state --format=/etc/passwd", 2), ("state --color=/etc/passwd", 2),
    ("group list --wait -1", 2), ("group list --wait 1e9", 2), ("state --at /etc/passwd", 2),
    # Files.
    ("import /etc/passwd", 2), ("import -- /etc/passwd", 2), ("import - /etc/passwd", 2), ("import ./-", 2),
    ("diff @STORE", 2), ("diff /dev/stdin", 2), ("diff /proc/self/environ", 2), ("batch /etc/passwd", 2),
    ("batch -- -x", 2), ("export -o @DROP/pwned", 2), ("export /north -o @DROP/pwned", 2), ("export /north -o -", 2),
    ("export -o/dev/stdout", 2), ("export -o @STORE", 2), ("report -o @DROP/pwned", 2), ("report -o @STORE", 2), ("backup @DROP/pwned", 2), ("backup -", 2),
    # Commands that are not allowed here.
    ("shell", 2), ("shell --as bea@south.example", 2), ("shell --print-key ann@north.example /etc/passwd", 2),
    ("completion bash", 2), ("__complete fish 'allot group show /'", 2), ("help shel", 2), ("help /etc/passwd", 2),
    ("help ../../../etc/passwd", 2), ("check", 5), ("catalog add camera --feature", 5), ("catalog remove ukey2", 5),
    # Data of another dealer, or of the company.
    ("group show /south", 4), ("group show /", 4), ("state /", 4), ("state / -r --json", 4), ("group tree /", 4),
    ("export /", 4), ("export", 4), ("export /south", 4), ("report /south", 4), ("report /", 4), ("state /south/canary-quay --why sip", 4),
    ("license show / canary-of-the-company", 4), ("license list / -r", 4), ("user list / -r", 4),
    ("user show bea@south.example", 4), ("state --user bea@south.example", 4), ("user remove --all bea@south.example", 4),
    ("user rename bea@south.example ann2@north.example", 4), ("group remove /south -r", 4), ("group remove / -r", 2),
    ("group set /south --suspend", 4), ("group set / --restriction none", 4), ("group set /north --suspend", 5),
    ("group move /north/tower-a /south", 4), ("group move /south/quay /north", 4), ("group move /north /north/c", 2),
    ("group rename /north south", 5), ("license set /north main --sip 99", 5), ("license add /north more --sip 1", 5),
    ("license remove /north main", 5), ("user add / ann@north.example --role admin", 4), ("group add /west", 4),
    ("user add /south ann@north.example --role admin", 4), ("user move ann@north.example /north /", 4),
    ("log /south", 4), ("log /", 4), ("log show 1", 4), ("log show 7", 4), ("log --by canary-boss@company.example", 0),
    ("undo 1", 4), ("undo 7 -n", 4), ("state / --as-of 1", 4), ("state /south -r --as-of 9", 4),
    ("group show /north/../south", 2), ("group show ..", 2), ("group show /north/..", 2), ("group show //south", 2),
    ("group show /north/./tower-a", 2), ("group add /north/..", 2), ("group add '/north/../south/x'", 2),
    ("state /north --why ../south", 2), ("group show /south/canary", 4), ("user list /sout", 4),
]

# Each line is nine times the one before it.
BOMB = "allot: 1\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n" for before, after in zip("abcdefgh", "bcdefghi"))

# Commands that read standard input.
INPUTS = [
    ("import -", "allot: 1\ngroups: {south: {groups: {x: {}}}}\n", 4),
    ("import - --into /south", "allot: 1\ngroups: {x: {}}\n", 4),
    ("import - --into /north", "allot: 1\nlicenses: {main: {sip: 900}}\n", 5),
    ("import - --into /north", "allot: 1\nusers: {ann@north.example: {role: admin}}\ngroups: {'../south': {}}\n", 6),
    ("import - --into /north", "allot: 1\ngroups: {'..': {}}\n", 6),
    ("import - --into /north", "allot: 1\ncatalog: {features: [camera]}\n", 5),
    ("import - --into /north", "allot: 1\ngroups: !!python/object/apply:os.system ['id']\n", 6),
    ("import - --into /north", "allot: 1\ngroups: {a: {<<: {}}}\n", 6),
    ("import - --into /north", BOMB, 6),
    ("import - --into /north", "allot: 1\ngroups: " + "{a: {groups: " * 5000, 6),
    ("import - --into /north", bytes(range(256)) * 4000, 6),
    ("import - --into /north", b"allot: 1\n" + b"#" * 70_000_000, 6),
    ("batch", "group add /north/y\ngroup add /south/y\n", 4),
    ("batch", "group add /north/y\nshell --as bea@south.example\n", 2),
    ("batch", "group add /north/y\ninit --db x\n", 2),
    ("batch", "group add /north/y\nimport /etc/passwd\n", 2),
    ("batch", "group add /north/y\nexport -o @DROP/pwned\n", 2),
    ("batch", "group add /north/y\ncompletion bash\n", 2),
    ("batch", "group add /north/y\ngroup list --as bea@south.example\n", 2),
    ("batch", b"group add /north/y\ngroup add /north/\0\n", 2),
    ("batch", b"group add /north/y\n" + b"x" * 10_000_000, 2),
    ("group list -q", "shell --as bea@south.example\nid\n", 0),
    (None, "id\ncat /etc/passwd\n/bin/sh\n", 2),
    (None, "--db /etc/passwd group list\n", 2),
    (None, "group list --as bea@south.example\n", 2),
    (None, "import -\nallot: 1\n", 2),
    (None, b"group list\0--as=bea@south.example\n", 2),
    (None, b"\0" * 1_000_000, 2),
    (None, b"x" * 10_000_000, 2),
    (None, b"x" * 10_000_000 + b"\ngroup show /north -q\n", 2),
    (None, b"\x7fELF" + bytes(range(256)) * 100, 2),
]

# Variables that a client sends and this sshd accepts.
VARIABLES = {
    "ALLOT_DB": "/etc/passwd", "ALLOT_CONFIG": "/etc/passwd", "ALLOT_AS": "canary-boss@company.example",
    "ALLOT_TODAY": "2030-01-01", "ALLOT_PAGER": "id", "PAGER": "id", "LD_LIBRARY_PATH": "/tmp", "NO_COLOR": "1",
    "LD_BIND_NOW": "1", "TZ": "X-24", "HOME": "/tmp", "COLUMNS": "1", "SQLITE_TMPDIR": "/tmp",
    "GLIBC_TUNABLES": "glibc.malloc.check=3",
}


class Watch:
    """Runs attempts and reports unexpected results."""

    def __init__(self, server: ssh_server.Server, faults: list[str]):
        self.server, self.faults, self.count = server, faults, 0
        self.before = server.prints()

    def judge(self, what: str, done, statuses: tuple[int, ...], within: bytes = b"") -> None:
        self.count += 1
        told = done.stdout + done.stderr
        if done.returncode not in statuses:
            self.faults.append(f"{what}: exit status {done.returncode}, not {statuses}: {told[-400:]!r}")
        leaks = [sign for sign in TELLTALES if sign in told and sign.decode() not in what]
        self.faults += [f"{what}: {sign!r} is in {told[-400:]!r}" for sign in leaks]
        if within not in told:
            self.faults.append(f"{what}: {within!r} is not in {told[-400:]!r}")
        after = self.server.prints()
        if after != self.before:
            self.faults.append(f"{what}: changed {sorted(set(after.items()) ^ set(self.before.items()))}")
            self.before = after


def fill(text, server: ssh_server.Server):
    if not isinstance(text, str):
        return text
    return text.replace("@DROP", str(server.drop)).replace("@STORE", str(server.store))


def begin_huge(ann: ssh_server.Client) -> list[tuple[int, tuple[int, ...], subprocess.Popen]]:
    """Commands that do not fit into an argument: passed by the configuration of the client, which takes long."""
    begun = []
    for size, statuses in ((200_000, (1, 126, 255)), (10_000_000, (255,))):
        config = ann.server.folder / f"command-{size}"
        config.write_text("RemoteCommand group add /north/" + "x" * size + "\n")
        words = ann.words()
        words[words.index("none")] = str(config)
        begun.append((size, statuses, ann.open_words(words)))
    return begun


def environment_of_session(server: ssh_server.Server, ann: ssh_server.Client, sent: tuple[str, ...]) -> bytes:
    """The environment of a session when every variable is sent."""
    session = ann.open(options=sent, env=VARIABLES)
    session.stdin.write(b"group show /north --format tsv\n")
    session.stdin.flush()
    session.stdout.readline()
    got = b"".join((place / "environ").read_bytes() for place in server.sessions())
    session.communicate()
    return got


def try_all(server: ssh_server.Server, port: int, faults: list[str]) -> int:
    """Tries all attempts that allot must refuse, with a daemon that refuses nothing; returns their number."""
    ann = ssh_server.Client(server, port, server.folder / "ann")
    huge = begin_huge(ann)
    sent = ("-o", "SendEnv=" + " ".join(VARIABLES))
    ann.keep(*sent)
    watch = Watch(server, faults)
    for command, status in COMMANDS:
        said = fill(command, server)
        watch.judge(repr(said), ann.run(said), (status,))
    for command, text, status in INPUTS:
        words = [command] if command else []
        said = fill(text, server)
        watch.judge(f"{command} {said[:200]!r}", ann.run(*words, stdin=said), (status,))
    if b"ALLOT_DB=/etc/passwd" not in environment_of_session(server, ann, sent):
        faults.append("the variables that a client sends do not arrive")
    plain = ann.run("state /north --json")
    for name, value in VARIABLES.items():
        done = ann.run("state /north --json", options=sent, env={name: value})
        watch.judge(f"{name}={value}", done, (0,))
        if done.stdout != plain.stdout:
            faults.append(f"{name}={value}: printed {done.stdout!r} instead of {plain.stdout!r}")
    watch.judge("all variables", ann.run("user add /north/tower-a bob@x.example", options=sent, env=VARIABLES), (4,))
    watch.judge("70 KB", ann.run("group add /north/" + "x" * 70_000), (2,), b"longer than 65536 bytes")
    watch.judge("125 KB of words", ann.run("group add " + "x " * 62_000), (2,), b"longer than 65536 bytes")
    count = try_sshd(server, port, faults)
    for size, statuses, client in huge:
        out, told = client.communicate(timeout=300)
        done = subprocess.CompletedProcess([], client.returncode, out, told)
        watch.judge(f"a command of {size} bytes", done, statuses)
    return watch.count + count


def try_sshd(server: ssh_server.Server, port: int, faults: list[str]) -> int:
    """Tries to use other services of sshd than allot; returns the number of attempts."""
    ann = ssh_server.Client(server, port, server.folder / "ann")
    watch = Watch(server, faults)
    target, drop = ann.target, server.drop
    watch.judge("a pty", ann.run("group list -q", options=("-tt",)), (255,), b"PTY allocation request failed")
    watch.judge("a pty for a shell", ann.run(stdin="id\n", options=("-tt",)), (255,), b"PTY allocation request failed")
    watch.judge("a port as input and output", ann.run(options=("-W", f"127.0.0.1:{port}")), (255,), b"prohibited")
    strictly = ("-o", "ExitOnForwardFailure=yes")
    for name, *options in (("a remote port", "-R", "0:127.0.0.1:22"), ("a proxy", "-R", "0"), ("a tunnel", "-w", "any:any"),
                           (f"a remote socket {drop}", "-R", f"{drop}/socket:127.0.0.1:22")):
        watch.judge(name, ann.run("group list -q", options=(*strictly, *options)), (255,), b"failed" if "-R" in options else b"")
    watch.judge("an agent", ann.run("group list -q", options=("-A",)), (0,))
    watch.judge("X11", ann.run("group list -q", options=("-X",), env={"DISPLAY": "127.0.0.1:1"}), (0,))
    watch.judge("the subsystem sftp", ann.run("sftp", options=("-s",)), (2, 1, 255))
    watch.judge("another subsystem", ann.run("netconf", options=("-s",)), (1, 255))
    watch.judge("sftp", ann.tool("sftp", "-b", "/dev/null", target), (1, 255))
    watch.judge("scp there", ann.tool("scp", "/etc/hostname", f"{target}:@DROP/pwned"), (1, 255))
    watch.judge("scp there, as it was", ann.tool("scp", "-O", "/etc/hostname", f"{target}:@DROP/pwned"), (1, 255))
    watch.judge("scp from there", ann.tool("scp", f"{target}:/etc/passwd", f"{server.folder}/got"), (1, 255))
    watch.judge("scp from there, as it was", ann.tool("scp", "-O", f"{target}:/etc/passwd", "got"), (1, 255))
    try_port(watch, ann, port)
    for name, user in (("stranger", server.account), ("ann", "root"), ("ann", "nobody")):
        other = ssh_server.Client(server, port, server.folder / name)
        other.target = f"{user}@127.0.0.1"
        watch.judge(f"{name} as {user}", other.run("group list"), (255,), b"Permission denied")
    by_password = ("-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive")
    watch.judge("no key", ann.run("group list", options=by_password), (255,), b"Permission denied")
    return watch.count


def try_port(watch: Watch, ann: ssh_server.Client, port: int) -> None:
    """A forwarded local port: the client listens, but no connection is allowed."""
    through = ann.server.folder / "through"
    config = ("-o", "ExitOnForwardFailure=yes", "-L", f"{through}:127.0.0.1:{port}")
    forwarding = ann.open(options=config)
    banner = ssh_server.read_banner(through)
    out, told = forwarding.communicate(timeout=20)
    through.unlink(missing_ok=True)
    done = subprocess.CompletedProcess([], forwarding.returncode, banner + out, told)
    watch.judge("a local port", done, (0,), b"prohibited")
    if banner:
        watch.faults.append(f"a local port: {banner!r} came through")
