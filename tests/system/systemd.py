"""systemd accepts the units of the installation, and the program accepts the configuration in examples/systemd/."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples/systemd"
UNITS = {"allot-remind.service": ROOT / "packaging/systemd/allot-remind.service.in",
         "allot-remind.timer": ROOT / "packaging/systemd/allot-remind.timer"}
SERVICE = "allot-remind.service"
FAULTS: list[str] = []


def expect(what: bool, otherwise: str) -> None:
    if not what:
        FAULTS.append(otherwise)


def verify(folder: pathlib.Path) -> None:
    """The faults that systemd reports in the units, with the program of ExecStart replaced."""
    for unit, source in UNITS.items():
        text = source.read_text()
        text, count = re.subn(r"^ExecStart=\S+", lambda _: f"ExecStart={ALLOT}", text, flags=re.M)
        expect(count == unit.endswith(".service"), f"{unit} starts {count} programs")
        (folder / unit).write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *(str(folder / unit) for unit in UNITS)],
                          capture_output=True, text=True, timeout=120)
    expect(done.returncode == 0 and not done.stderr.strip(), f"systemd-analyze verify: {done.returncode} {done.stderr}")


def value_of(unit: str, key: str) -> str:
    found = re.findall(rf"^{key}=(.*)$", UNITS[unit].read_text(), re.M)
    return found[0] if len(found) == 1 else f"{len(found)} times {key}"


def run(folder: pathlib.Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_") and k != "CREDENTIALS_DIRECTORY"}
    environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": str(folder), **more}
    return subprocess.run([ALLOT, "--db", str(folder / "allot.db"), *words], env=environment, cwd=folder,
                          capture_output=True, text=True, timeout=60)


def start(folder: pathlib.Path) -> None:
    """Runs the command of the service on a day on which nothing is due, with the password as a systemd credential."""
    words = value_of(SERVICE, "ExecStart").split()[1:]
    at = words.index("--config") + 1
    config = folder / pathlib.Path(words[at]).name
    shutil.copy(EXAMPLES / "config.yaml", config)
    words[at] = str(config)
    expect(run(folder, "init").returncode == 0, "init fails")

    done = run(folder, *words)
    expect(done.returncode == 6, f"without a password: {done.returncode} {done.stderr}")
    credentials = folder / "credentials"
    credentials.mkdir()
    password = credentials / value_of(SERVICE, "LoadCredential").split(":")[0]
    password.write_text("secret\n")
    password.chmod(0o400)
    done = run(folder, *words, CREDENTIALS_DIRECTORY=str(credentials))
    expect(done.returncode == 0 and not done.stdout + done.stderr, f"the service: {done.returncode} {done.stdout}{done.stderr}")

    beside = folder / password.name
    shutil.copyfile(password, beside)
    beside.chmod(0o600)
    done = run(folder, *words)
    expect(done.returncode == 0, f"with the password beside the configuration: {done.returncode} {done.stderr}")

    # The store of the configuration is in the only folder that the service may write to.
    store = re.search(r"^db: (\S+)$", config.read_text(), re.M)
    expect(store is not None and os.path.dirname(store[1]) == value_of(SERVICE, "ReadWritePaths"),
           "the store's folder is not the one that the service can write to")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        start(folder)
        if not FAULTS and not shutil.which("systemd-analyze"):
            print("skipped: systemd-analyze, of the package systemd, is not there; the configuration was tried")
            return 77
        if shutil.which("systemd-analyze"):
            verify(folder)
    print("\n".join(FAULTS) or f"{len(UNITS)} units and their configuration are sound")
    return 1 if FAULTS else 0


sys.exit(main())
