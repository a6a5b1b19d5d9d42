"""A write that is killed, interrupted or cannot print leaves the store unchanged, and the next command works."""

import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

ALLOT = os.path.abspath(sys.argv[1])
USERS = 100_000
FAULTS = []


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}")


def hierarchy(path: pathlib.Path) -> None:
    """A thousand groups of a hundred users each."""
    with path.open("w") as file:
        file.write(f"allot: 1\nrestriction: reserved\nlicenses:\n  main: {{sip: {USERS}}}\ngroups:\n")
        for group in range(USERS // 100):
            file.write(f"  g{group}:\n    users:\n")
            for user in range(100):
                file.write(f"      u{group}.{user}@x.example: {{name: User {user}, sip: 1}}\n")


def end_within(blow: signal.Signals, start, folder: pathlib.Path, made: str) -> None:
    """Ends a command by the signal while it writes its file, and checks for remaining files."""
    for _ in range(20):
        process = start()
        while process.poll() is None and not list(folder.glob(made + ".*")):
            pass
        process.send_signal(blow)
        process.communicate()
        expect(f"{blow.name} while {made} is made leaves nothing", sorted(folder.glob(made + ".*")), [])
        (folder / made).unlink(missing_ok=True)
        if process.returncode == -blow:
            return
    FAULTS.append(f"{blow.name} never fell while {made} was made: {process.returncode}")


def own_devices(folder: pathlib.Path, run) -> None:
    """Device nodes like /dev/null and /dev/full are written to and kept, if the test may create such nodes."""
    for name, minor, status in (("null", 3, 0), ("full", 7, 74)):
        node = folder / name
        try:
            os.mknod(node, stat.S_IFCHR | 0o600, os.makedev(1, minor))
            node.write_bytes(b"")
        except PermissionError:
            return
        expect(f"export -o into a node like /dev/{name}", run("export", "-o", name)[0], status)
        expect(f"the node {name} stays", node.is_char_device(), True)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": name}

        def start(*words: str, **more) -> subprocess.Popen:
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
            return subprocess.Popen([ALLOT, *words], env=environment, cwd=folder, **pipes)

        def run(*words: str, **more) -> tuple[int, bytes, bytes]:
            process = start(*words, **more)
            out, err = process.communicate()
            return process.returncode, out or b"", err or b""

        expect("init", run("init")[0], 0)
        expect("group add", run("group", "add", "/before")[0], 0)
        before = run("export")[1]
        hierarchy(folder / "big.yaml")

        # The duration of the entire write, on a copy, so that the signals are spread over it.
        expect("backup", run("backup", "copy.db")[0], 0)
        shutil.copy(folder / "copy.db", folder / "sound.db")
        began = time.monotonic()
        expect("import into the copy", run("--db", "copy.db", "import", "big.yaml", "-q")[0], 0)
        whole = time.monotonic() - began
        expect("check of the copy", run("--db", "copy.db", "check")[0], 0)
        after = run("--db", "copy.db", "export")[1]

        for blow, status in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
            within = 0
            for share in (0.1, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9):
                what = f"{blow.name} after {share:.0%} of the import"
                process = start("import", "big.yaml", "-q")
                time.sleep(whole * share)
                process.send_signal(blow)
                process.communicate()
                # A shell shows death by SIGINT as 130 too.
                came = 130 if process.returncode == -signal.SIGINT else process.returncode
                left = run("export")[1]
                expect(what + ": the status is the blow's, or the import was over", came in (0, status), True)
                expect(what + ": the store is as before, or has all", left in (before, after), True)
                expect(what + ", check", run("check")[0], 0)
                if came == 0:
                    expect(what + ": an import that ends well is saved", left == after, True)
                within += came == status and left == before
                if left != before:
                    # The import was faster than the measured import: retry.
                    for file in folder.glob("allot.db*"):
                        file.unlink()
                    shutil.copy(folder / "sound.db", folder / "allot.db")
                expect(what + ", a write", run("group", "add", "/next")[0], 0)
                expect(what + ", another", run("group", "remove", "/next")[0], 0)
            expect(f"at least two of {blow.name} fell within the import", within >= 2, True)
        expect("an import after it all", run("import", "big.yaml", "-q")[0], 0)
        expect("all is there", run("export")[1] == after, True)
        expect("check after it all", run("check")[0], 0)

        # The temporary file is removed if the program is ended early, or cannot write it.
        for words, made in ((("export", "-o", "out.yaml"), "out.yaml"), (("backup", "out.db"), "out.db")):
            for blow in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                end_within(blow, lambda words=words: start(*words), folder, made)
        full = run("backup", "full.db", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)))
        expect("backup to a full disk", full[0], 74)
        expect("what it leaves", sorted(folder.glob("full.db*")), [])
        own_devices(folder, run)

        # Output that cannot be written.
        with open("/dev/full", "wb") as full:
            expect("export to a full disk", run("export", stdout=full)[0], 74)
            expect("state to a full disk", run("state", stdout=full)[0], 74)
            expect("help to a full disk", run("-h", stdout=full)[0], 74)
            # A write that was saved before its report failed is reported as saved.
            for words, text in ((("group", "add", "/full"), None), (("batch", "--json"), b"group add /fuller"),
                                (("--db", "full.db", "init"), None)):
                process = start(*words, stdin=subprocess.PIPE, stdout=full)
                _, err = process.communicate(text)
                expect(f"{words[0]} to a full disk", process.returncode, 74)
                expect(f"{words[0]} says that it was saved", b"the change was saved as revision" in err, True)
            expect("an empty write to a full disk", b"saved" in run("group", "set", "/full", stdout=full)[2], False)
        expect("export -o into no folder", run("export", "-o", "/no/such/folder/x.yaml")[0], 74)
        closed = subprocess.run(["bash", "-c", '"$0" export >&-', ALLOT], env=environment, cwd=folder, capture_output=True)
        expect("export to a closed output", closed.returncode, 74)
        closed = subprocess.run(["bash", "-c", '"$0" state >&-', ALLOT], env=environment, cwd=folder, capture_output=True)
        expect("state to a closed output", closed.returncode, 74)

        # A reader that closes the pipe ends the program by SIGPIPE, silently.
        def default_pipe() -> None:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)

        process = start("export", preexec_fn=default_pipe)
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        expect("export into a closed pipe", process.wait(), -signal.SIGPIPE)
        expect("what it says of the closed pipe", err, b"")
    return finish()


def finish() -> int:
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
