"""A command that waits for a reader of its output, a pager or a writer of its input does not block other processes."""

import contextlib
import fcntl
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []
GROUPS = 1500  # enough groups that their list fills a pipe
EMAIL = "ann@x.example"
PATIENCE = 60  # seconds after which a blocked command is a fault

# Every command and subcommand with its test lines. One of the lines prints output, if the command ever does.
LINES = {
    "init": ["init --if-not-exists", "--db other.db init"],
    "group add": ["group add /new", "group add /new -n"],
    "group set": ["group set /g1 --kind site -n"],
    "group move": ["group move /g1 /g2 -n"],
    "group rename": ["group rename /g1 other -n"],
    "group remove": ["group remove /g1 -r -n"],
    "group list": ["group list", "group list -r --json"],
    "group tree": ["group tree"],
    "group show": ["group show /"],
    "license add": ["license add /g1 more --sip 0 -n"],
    "license set": ["license set / main --type trial -n"],
    "license remove": ["license remove /g1 own -n"],
    "license rename": ["license rename /g1 own new -n"],
    "license renew": ["license renew / --until 2027-12-01 -n"],
    "license transfer": ["license transfer / main /g1 own --sip 1 -n"],
    "license list": ["license list -r", "license list -r --expiring 40000"],
    "license show": ["license show / main"],
    "user add": ["user add / new@x.example -n"],
    "user set": ["user set / ann@x.example --name Ann -n"],
    "user remove": ["user remove / ann@x.example -n", "user remove --all ann@x.example -n"],
    "user move": ["user move ann@x.example /g1 /g1500 -n"],
    "user rename": ["user rename ann@x.example eve@x.example -n"],
    "user list": ["user list -r", "user list -r --format tsv", "user list -r --sort -email"],
    "user show": ["user show ann@x.example"],
    "state": ["state", "state -r", "state --user ann@x.example", "state / --why sip", "state / --timeline",
              "state -r --as-of 1", "state --as-of 1"],
    "find": ["find a", "find a --json"],
    "rebalance": ["rebalance /g1500 --need sip=1", "rebalance /g1500 --need sip=1 --json"],
    "entitlements": ["entitlements", "entitlements --json"],
    "metrics": ["metrics", "metrics -o fifo", "metrics -o allot.prom"],
    "report": ["report", "report -o fifo", "report -o page.html"],
    "catalog list": ["catalog list"],
    "catalog add": ["catalog add fax --counted -n"],
    "catalog remove": ["catalog remove pagers -n"],
    "import": ["import tree.yaml -n", "import - -n", "import fifo -n"],
    "diff": ["diff tree.yaml --prune", "diff -", "diff fifo"],
    "edit": ["edit /g1"],
    "export": ["export", "export -o fifo", "export -o copy.yaml"],
    "batch": ["batch lines.allot -n", "batch", "batch fifo", "batch differs.allot", "batch reads.allot -n",
              "batch reads-fifo.allot -n"],
    "log": ["log", "log /g1 --json", "log --format tsv", "log --after 0 --json-lines"],
    "log show": ["log show 2"],
    "log prune": ["log prune --before 2020-01-01", "log prune --before 2020-01-01 -n"],
    "undo": ["undo -n"],
    "remind": ["remind", "remind --low 100", "remind --send -n", "remind --send", "remind --history"],
    "template list": ["template list"],
    "template show": ["template show admin"],
    "template set": ["template set admin --body - -n", "template set admin --body fifo -n"],
    "template reset": ["template reset admin -n"],
    "check": ["check"],
    "backup": ["backup copy.db", "backup copy.db -n"],
    "restore": ["restore copy.db", "restore copy.db -n"],
    "shell": ["shell --as ann@x.example", "shell --print-key ann@x.example -"],
    "completion": ["completion bash"],
    "help": ["help", "help state"],
    "__complete": ["__complete fish 'allot group show /g'", "__complete fish 'allot user show '"],
}


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:600])


class Store:
    """A store in its own folder, with the objects that the lines above name."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": str(folder), "ALLOT_DB": str(folder / "allot.db"),
                             "TERM": "dumb", "TMPDIR": str(folder), "ALLOT_CONFIG": str(folder / "config.yaml"),
                             "ALLOT_PAGER": "sleep 1000"}
        self.probes = 0
        (folder / "config.yaml").write_text("mail: {from: a@x.example, transport: 'maildir:mails'}\n")
        (folder / "mails").mkdir()
        groups = "".join(f"  g{i}: {{licenses: {{own: {{}}}}, users: {{{EMAIL}: {{}}, u{i}@x.example: {{}}}}}}\n"
                         for i in range(GROUPS))
        text = "allot: 1\nrestriction: reserved\nlicenses:\n  main: {sip: 100, until: 2026-12-01}\n"
        text += "reminder: {before: 20, repeat: once}\n"
        (folder / "tree.yaml").write_text(text + f"users: {{{EMAIL}: {{role: admin}}}}\ngroups:\n{groups}  g1500: {{licenses: {{own: {{sip: 1}}}}}}\n")
        (folder / "lines.allot").write_text("export\ngroup list\nhelp state\ngroup add /of-batch\n")
        (folder / "differs.allot").write_text("export\nimport tree.yaml --prune\ngroup add /of-batch\ndiff tree.yaml --prune\n")
        (folder / "reads.allot").write_text("group add /of-batch\nimport -\n")
        (folder / "reads-fifo.allot").write_text("group add /of-batch\nimport fifo\n")
        os.mkfifo(folder / "fifo")
        self.run("init")
        self.run("import", "tree.yaml", "-q")
        self.run("catalog", "add", "pagers", "--counted", "-q")
        lines = "".join(f"group set /g1 --kind k{i} -q\n" for i in range(900))
        done = subprocess.run([ALLOT, "shell", "--as", EMAIL], env=self.environment, cwd=folder, input=lines.encode(),
                              stdout=subprocess.DEVNULL, check=True)
        expect("the log is filled", done.returncode, 0)

    def run(self, *words: str, status: int | None = 0) -> subprocess.CompletedProcess:
        done = subprocess.run([ALLOT, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if status is not None:
            expect(" ".join(words) + done.stderr[:300], done.returncode, status)
        return done

    def probe(self, what: str) -> None:
        """Another process writes and reads without waiting."""
        self.probes += 1
        for words in (["group", "add", f"/probe{self.probes}", "-q"], ["state", "/", "-q"],
                      ["group", "remove", f"/probe{self.probes}", "-q"]):
            done = self.run(*words, "--wait", "0", status=None)
            expect(f"{what}: meanwhile {words[0]} {words[1]}", (done.returncode, done.stderr[:200]), (0, ""))


def words_of(line: str) -> list[str]:
    return [part.strip("'") for part in re.findall(r"'[^']*'|\S+", line)]


def settle(process: subprocess.Popen) -> bool:
    """Waits until the process has ended or is blocked; returns whether it still runs."""
    end = time.monotonic() + PATIENCE
    still, before = 0, None
    while still < 8:
        if process.poll() is not None:
            return False
        if time.monotonic() > end:
            FAULTS.append(f"{process.args} neither ends nor waits")
            return True
        try:  # of all its threads
            texts = [(task / "status").read_text() for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir()]
        except OSError:
            continue
        now = [re.findall(r"ctxt_switches:\s*(\d+)", text) for text in texts]
        still = still + 1 if now == before and all("State:\tS" in text for text in texts) else 0
        before = now
        time.sleep(0.005)
    return True


@contextlib.contextmanager
def full_pipe():
    """The write end of a full pipe that is not read."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 65536)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b".")
    os.set_blocking(writing, True)
    yield writing
    os.close(writing)
    os.close(reading)


@contextlib.contextmanager
def silent_pipe():
    """The read end of a pipe with a writer that never writes."""
    reading, writing = os.pipe()
    yield reading
    os.close(reading)
    os.close(writing)


@contextlib.contextmanager
def unread_terminal():
    master, terminal = pty.openpty()
    yield terminal
    os.close(terminal)
    os.close(master)


def run_beside(store: Store, what: str, line: str, *, before: list[str] = (), **streams) -> bool:
    """Runs the line until it ends or waits, probes the store, and ends the line; returns whether it waited."""
    process = subprocess.Popen([ALLOT, *before, *words_of(line)], env=store.environment, cwd=store.folder,
                               start_new_session=True, **streams)
    waits = settle(process)
    store.probe(f"{what}: {line}")
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for name in ("other.db", "copy.db"):
        (store.folder / name).unlink(missing_ok=True)
    store.run("group", "remove", "/new", "-q", status=None)
    return waits


def all_lines() -> list[tuple[str, str]]:
    return [(command, line) for command, lines in LINES.items() for line in lines]


def reads_input(line: str) -> bool:
    return line.endswith((" -", " - -n", " fifo", " fifo -n", "reads.allot -n", "reads-fifo.allot -n")) or \
        line in ("batch", f"shell --as {EMAIL}")


def waiting_for_readers(store: Store) -> None:
    for command, line in all_lines():
        null = {"stdin": subprocess.DEVNULL}
        with full_pipe() as pipe:
            waits = run_beside(store, "standard output is not read", line, stdout=pipe, stderr=subprocess.DEVNULL, **null)
            # A command with an empty input may print nothing, and `-o` does not print.
            # A restore needs a server, and an edit a terminal.
            if not reads_input(line) and " -o " not in line and command not in ("shell", "restore", "edit"):
                expect(f"{line} waits for its reader", waits, True)
        with full_pipe() as pipe:
            run_beside(store, "standard error is not read", line, stdout=subprocess.DEVNULL, stderr=pipe, **null)
        with full_pipe() as pipe:
            run_beside(store, "an error is not read", line, before=["--as", "bob@x.example"], stdout=subprocess.DEVNULL,
                       stderr=pipe, **null)
        with unread_terminal() as terminal:
            run_beside(store, "the pager does not read", line, stdout=terminal, stderr=terminal, **null)


def waiting_for_writers(store: Store) -> None:
    for _, line in all_lines():
        with silent_pipe() as pipe:
            waits = run_beside(store, "standard input does not end", line, stdin=pipe, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
            if line != "help state":  # the behaviour of `man` is not tested
                expect(f"{line} waits for its input", waits, reads_input(line) or line.endswith(" -o fifo"))
        if "fifo" not in line:
            continue
        writer = os.open(store.folder / "fifo", os.O_RDWR)  # open for writing, but nothing is written
        waits = run_beside(store, "a FIFO does not end", line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        expect(f"{line} waits for the FIFO", waits, True)
        os.close(writer)


def editing(store: Store) -> None:
    """The editor runs, and the question about its changes is not answered."""
    for editor in ("sh -c 'sleep 1000'", "sed -i 's/^allot: 1/allot: 1\\nkind: site/'", "sed -i 's/^allot: 1/allot: x/'"):
        store.environment["EDITOR"] = editor
        with unread_terminal() as terminal:
            waits = run_beside(store, f"EDITOR={editor}", "edit /g1", stdin=terminal, stdout=terminal, stderr=terminal)
            expect(f"edit with {editor} waits", waits, True)
        del store.environment["EDITOR"]


def shell_commands(store: Store) -> None:
    """The commands of a shell print to a caller that does not read; one reads input that the caller never sends."""
    for line in ("export", "state -r", "log --json", "log --after 0 --json-lines", "check", "group add /s", "diff -", "import -", "batch", "group show /no"):
        for name in ("stdout", "stderr", "stdin"):
            with full_pipe() as full, silent_pipe() as silent:
                store.environment["SSH_ORIGINAL_COMMAND"] = line
                streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                streams[name] = silent if name == "stdin" else full
                run_beside(store, f"the caller of a shell leaves {name}: {line}", f"shell --as {EMAIL}", **streams)
                del store.environment["SSH_ORIGINAL_COMMAND"]


def inputs_come_whole(store: Store) -> None:
    """The awaited input is read, from standard input and from FIFOs, in a batch too, small and large."""
    large = "allot: 1\ngroups:\n" + "".join(f"  n{i}: {{kind: {'k' * 200}}}\n" for i in range(12000))
    for name, text in (("small", "allot: 1\ngroups: {n1: {}, n11999: {}}\n"), ("large", large)):
        (store.folder / "input").write_text(text)
        for line, source in (("$0 import - -n", "cat input |"), ("$0 import - -n", "<input"), ("$0 batch reads.allot -n", "cat input |"),
                             ("$0 batch reads.allot -n", "<input"), ("$0 import fifo -n", "cat input >fifo & "),
                             ("$0 import <(cat input) -n", ""), ("$0 batch reads-fifo.allot -n", "cat input >fifo & "),
                             ("$0 batch <(echo import input) -n", ""), ("$0 batch -n", "echo import input |")):
            command = f"{line} {source}" if source.startswith("<") else f"{source} {line}"
            done = subprocess.run(["bash", "-c", command, ALLOT], cwd=store.folder, env=store.environment,
                                  capture_output=True, text=True)
            # For many changes a batch shows only their number.
            seen = [f"+ group /n{i}: " in done.stdout or re.search("1200[01] groups would", done.stdout) is not None for i in (1, 11999)]
            expect(f"{command} of {name} input: {done.stderr[:200]}", (done.returncode, seen), (0, [True, True]))
    # Faults of the store are reported before the input is waited for.
    for line in ("import -", "diff -", "batch", "import fifo", "batch fifo", "template set admin --body -"):
        with silent_pipe() as pipe:
            process = subprocess.Popen([ALLOT, "--db", "tree.yaml", *line.split()], cwd=store.folder, env=store.environment,
                                       stdin=pipe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            expect(f"{line} of no store waits", settle(process), False)
            process.kill()
            expect(f"{line} of no store", process.wait(), 7)


def memory_stays(store: Store) -> None:
    """Output into a pipe is not kept in memory."""
    groups = "".join(f"  m{i}: {{kind: {'k' * 250}}}\n" for i in range(60000))
    (store.folder / "wide.yaml").write_text("allot: 1\ngroups:\n" + groups)
    store.run("--db", "wide.db", "init")
    store.run("--db", "wide.db", "import", "wide.yaml", "-q")
    used = []
    for read in (">wide-copy.yaml", "| { sleep 0.2; cat >wide-copy.yaml; }"):
        script = f"import resource, subprocess; subprocess.run(['bash', '-c', '\"$0\" --db wide.db export {read}', '{ALLOT}'], check=True); " \
                 "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        done = subprocess.run([sys.executable, "-c", script], cwd=store.folder, env=store.environment, capture_output=True,
                              text=True)
        used.append(int(done.stdout))
        expect("the export is whole", (store.folder / "wide-copy.yaml").stat().st_size > 15_000_000, True)
    expect(f"an export into a pipe takes {used[1]} KB, into a file {used[0]}", used[1] < used[0] + 4096, True)
    expect("no temporary file is left", sorted(store.folder.glob("allot.??????")), [])
    # A temporary file that cannot be written is reported.
    for folder, reason in (("nowhere", "No such file or directory"), ("tree.yaml", "Not a directory")):
        done = subprocess.run(["bash", "-c", '"$0" --db wide.db export | cat; exit ${PIPESTATUS[0]}', ALLOT], cwd=store.folder,
                              env=store.environment | {"TMPDIR": folder}, capture_output=True, text=True)
        expect(f"an export with TMPDIR={folder}", (done.returncode, done.stderr),
               (74, f'allot: a temporary file in "{folder}" cannot be written: {reason}\nname a folder with space for it in TMPDIR\n'))
    done = subprocess.run(["bash", "-c", 'ulimit -f 4000; "$0" --db wide.db export | cat; exit ${PIPESTATUS[0]}', ALLOT],
                          cwd=store.folder, env=store.environment, capture_output=True, text=True)
    expect("an export that is too large for a temporary file", (done.returncode, "File too large" in done.stderr), (74, True))


def require_every_command(store: Store) -> None:
    """The table has every command and every subcommand."""
    def listed(text: str, title: str) -> list[str]:
        part = text.split(title)[1].split("\n\n")[0] if title in text else ""
        return re.findall(r"^  ([a-z]\S*)", part, re.MULTILINE)

    wanted = ["__complete"]
    for command in listed(store.run("-h").stdout, "Commands:"):
        verbs = listed(store.run(command, "-h").stdout, "Commands:")
        wanted += [f"{command} {verb}" for verb in verbs]
        if not verbs or command == "log":
            wanted.append(command)
    expect("the commands of the table", sorted(LINES), sorted(wanted))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(pathlib.Path(folder))
        require_every_command(store)
        waiting_for_readers(store)
        waiting_for_writers(store)
        editing(store)
        shell_commands(store)
        inputs_come_whole(store)
        memory_stays(store)
        expect("the store stays whole", store.run("check").returncode, 0)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
