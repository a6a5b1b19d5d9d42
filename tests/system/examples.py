"""Every file in examples/ is valid and can be imported and exported, and its export, imported into an empty store,
exports as the same bytes; the sessions in README.md print the output shown there, and its everyday tasks succeed."""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ALLOT = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
FAULTS = []


def environment_of(folder: str) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
    return plain | {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "LC_ALL": "C.UTF-8"}


def trip(example: pathlib.Path, folder: str) -> None:
    environment = environment_of(folder)

    def allot(*words: str, store: str) -> bytes:
        done = subprocess.run([ALLOT, "--db", store, *words], env=environment, cwd=folder, capture_output=True)
        if done.returncode != 0:
            FAULTS.append(f"{example.name}: {' '.join(words)}: {done.returncode} {done.stderr.decode()}")
        return done.stdout

    allot("init", store="first.db")
    allot("import", str(example), store="first.db")
    allot("check", store="first.db")
    allot("diff", str(example), store="first.db")
    allot("diff", str(example), "--prune", store="first.db")
    allot("export", "-o", "out.yaml", store="first.db")
    first = allot("export", store="first.db")
    if (pathlib.Path(folder) / "out.yaml").read_bytes() != first:
        FAULTS.append(f"{example.name}: export -o writes other bytes than export")
    allot("init", store="second.db")
    allot("import", "out.yaml", store="second.db")
    allot("check", store="second.db")
    if allot("export", store="second.db") != first:
        FAULTS.append(f"{example.name}: the export of what was exported differs")


def compare_readme(folder: str) -> None:
    """Runs the commands of README.md as one session, and compares the output of each."""
    blocks = re.findall(r"^```\n(\$ .*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    shown = "".join(blocks)
    if len(blocks) < 2:
        FAULTS.append("README.md: the sessions were not found")
    os.symlink(ROOT / "examples", f"{folder}/examples")
    environment = environment_of(folder)
    environment |= {"PATH": f"{os.path.dirname(ALLOT)}:{environment['PATH']}"}
    printed = ""
    for command in re.findall(r"^\$ (.*)$", shown, re.M):
        done = subprocess.run(["bash", "-c", command], env=environment, cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        printed += "".join(line.rstrip() + "\n" for line in [f"$ {command}", *done.stdout.splitlines()])
    if printed != shown:
        FAULTS.extend(difflib.unified_diff(shown.splitlines(), printed.splitlines(), "README.md", "what is printed", lineterm=""))
    tasks = re.findall(r"`(allot [^`]*)`", (ROOT / "README.md").read_text().partition("## Everyday tasks")[2].partition("\n## ")[0])
    if len(tasks) < 10:
        FAULTS.append("README.md: the everyday tasks were not found")
    for command in tasks:
        if command.startswith("allot edit"):  # which needs a terminal
            command = f'EDITOR=true script -qec "{command}" /dev/null'
        done = subprocess.run(["bash", "-c", command], env=environment, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            FAULTS.append(f"README.md: {command}: {done.returncode} {done.stderr}")


def main() -> int:
    if not EXAMPLES:
        FAULTS.append("there are no examples")
    for example in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            trip(example, folder)
    with tempfile.TemporaryDirectory() as folder:
        compare_readme(folder)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
