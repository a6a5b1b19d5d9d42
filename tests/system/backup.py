"""A backup locks the store only for the last changes, is consistent, ends during writes, and names the failing file."""

import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ALLOT = os.path.abspath(sys.argv[1])
FAULTS: list[str] = []
GROUPS = 40_000
TRIES = 200


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}"[:600])


class Store:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": str(folder), "ALLOT_DB": str(folder / "allot.db")}
        kind = "k" * 255
        (folder / "tree.yaml").write_text("allot: 1\ngroups:\n" + "".join(f"  g{i}: {{kind: {kind}}}\n" for i in range(GROUPS)))
        self.run("init", "-q")
        self.run("import", "tree.yaml", "-q")

    def run(self, *words: str, before: list[str] = (), **options) -> subprocess.CompletedProcess:
        return subprocess.run([*before, ALLOT, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, **options)

    def revision(self, name: str) -> int:
        return int(self.run("--db", name, "log", "--max", "1", "--format", "tsv").stdout.split("\t")[0])

    def temporary(self) -> list[pathlib.Path]:
        return list(self.folder.glob("copy.db.??????"))


def while_it_copies(store: Store) -> None:
    """A backup that is stopped in the middle does not block writes; the copy has the state before or after them."""
    size = (store.folder / "allot.db").stat().st_size
    for _ in range(TRIES):
        process = subprocess.Popen([ALLOT, "backup", "copy.db", "--json"], env=store.environment, cwd=store.folder,
                                   stdout=subprocess.PIPE, text=True)
        copied = 0
        while process.poll() is None and copied == 0:
            copied = sum(file.stat().st_size for file in store.temporary() if file.exists())
        process.send_signal(signal.SIGSTOP)
        time.sleep(0.01)
        copied = sum(file.stat().st_size for file in store.temporary() if file.exists())
        is_amid = process.poll() is None and 0 < copied < size
        if is_amid:
            done = store.run("group", "set", "/g1", "--kind", "changed", "--wait", "0")
            expect(f"a write while it copies: {done.stderr}", done.returncode, 0)
        process.send_signal(signal.SIGCONT)
        out = process.communicate()[0]
        if is_amid:
            expect("it ends", process.returncode, 0)
            expect("the revision that it names", f'"revision": {store.revision("copy.db")}\n' in out, True)
            expect("the copy is that of the store after the write", (store.folder / "copy.db").read_bytes() ==
                   (store.folder / "allot.db").read_bytes(), True)
            return
        (store.folder / "copy.db").unlink(missing_ok=True)
    FAULTS.append("the backup was never stopped amid its copy")


def while_others_write(store: Store) -> None:
    """Two processes write continuously; each copy is complete and has the state of one revision."""
    script = 'i=0; while [ -e go ]; do "$0" group set "/g$1" --kind "k$i" -q --wait 60 || exit 1; i=$((i + 1)); done'
    (store.folder / "go").write_text("")
    writers = [subprocess.Popen(["bash", "-c", script, ALLOT, str(n)], env=store.environment, cwd=store.folder) for n in (2, 3)]
    for number in range(3):
        name = f"beside{number}.db"
        first = store.revision("allot.db")
        done = store.run("backup", name, "--wait", "60", "--format", "tsv")
        expect(f"a backup beside writers: {done.stderr}", done.returncode, 0)
        if done.returncode != 0:
            continue
        revision = int(done.stdout.split("\t")[1])
        expect("its revision", (first <= revision, store.revision(name)), (True, revision))
        expect("the copy is whole", store.run("--db", name, "check").returncode, 0)
        expect("its mode", (store.folder / name).stat().st_mode & 0o777, 0o600)
        (store.folder / name).unlink()
    (store.folder / "go").unlink()
    expect("the writers", [writer.wait() for writer in writers], [0, 0])


def whose_fault(store: Store) -> None:
    """A store that cannot be read is 7, a copy that cannot be written 74."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))  # noqa: E731
    done = store.run("backup", "copy.db", preexec_fn=limit)
    expect("a copy that cannot be written", (done.returncode, done.stderr), (74, 'allot: cannot write "copy.db": File too large\n'))
    expect("nothing is left of it", store.temporary(), [])
    if shutil.which("strace") is None or store.run("--version", before=["strace", "-o", os.devnull]).returncode != 0:
        print("not tried with failing calls: strace cannot be used")
        return
    for call, file, status, message in (("pread64", "allot.db", 7, "cannot be read"), ("pwrite64", "", 74, "cannot write"),
                                        ("fsync", "", 74, "cannot write")):
        only = ["-P", str(store.folder / file)] if file else []
        inject = ["strace", "-f", "-o", os.devnull, *only, "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when=20+"]
        if call == "fsync":
            inject[-1] = "inject=fsync:error=EIO"
        done = store.run("backup", "copy.db", before=inject)
        expect(f"{call} fails: {done.stderr}", (done.returncode, message in done.stderr, "copy.db" in done.stderr),
               (status, True, status == 74))
        expect(f"{call} fails: nothing is left", store.temporary() + list(store.folder.glob("copy.db")), [])


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(pathlib.Path(folder))
        while_it_copies(store)
        (store.folder / "copy.db").unlink(missing_ok=True)
        while_others_write(store)
        whose_fault(store)
        done = store.run("check")
        expect("the store stays whole", (done.returncode, re.sub(r"\d", "", done.stdout)[:5]), (0, "whole"))
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
