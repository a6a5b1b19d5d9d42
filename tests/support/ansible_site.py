"""Playbooks that tests run with the Ansible collection of the examples, and their results."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

SUPPORT = pathlib.Path(__file__).resolve().parent
ALLOT = os.path.abspath(sys.argv[1])
EXAMPLES = SUPPORT.parents[1] / "examples"
COLLECTIONS = EXAMPLES / "ansible/collections"
MODULES = ("allot_store", "allot_group", "allot_license", "allot_user", "allot_hierarchy")
FAULTS = []


def require_ansible() -> None:
    """Ends the test as skipped if Ansible is not installed."""
    if not shutil.which("ansible-playbook"):
        print("skipped: ansible-core is not installed; tools/install-packages test installs it")
        sys.exit(77)


def expect(what: str, came, wanted) -> None:
    if came != wanted:
        FAULTS.append(f"{what}: {came!r}, not {wanted!r}")


def drop_nulls(value):
    """The value without keys that are null."""
    if isinstance(value, dict):
        return {key: drop_nulls(each) for key, each in value.items() if each is not None}
    return [drop_nulls(each) for each in value] if isinstance(value, list) else value


class Site:
    """A folder with a store, playbooks and everything that Ansible writes."""

    def __init__(self, folder: pathlib.Path, db: str):
        self.folder, self.db = folder, db
        # The modules run in the interpreter of Ansible; one that is preloaded with a clock does not matter to them.
        (folder / "hosts").write_text("[all]\none\ntwo\n[all:vars]\nansible_connection=local\n"
                                      "ansible_python_interpreter={{ ansible_playbook_python }}\n")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALLOT_", "ANSIBLE_", "PG"))}
        self.environment = kept | {
            "ALLOT_TODAY": "2026-11-24", "ALLOT_DB": db, "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_HOME": str(folder / ".ansible"), "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_INVENTORY": str(folder / "hosts"), "ANSIBLE_CALLBACK_PLUGINS": str(SUPPORT / "ansible_callbacks"),
            "ANSIBLE_STDOUT_CALLBACK": "results", "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0"}

    def allot(self, *words: str) -> str:
        done = subprocess.run([ALLOT, *words], env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else f"{done.returncode} {done.stderr}"

    def read(self, *words: str):
        return json.loads(self.allot(*words, "--json"))

    def snapshot(self) -> tuple[str, str]:
        return self.allot("export"), self.allot("log", "--format", "tsv")

    def read_documentation(self) -> dict:
        """What ansible-doc says of each module."""
        names = [f"allot.allot.{module}" for module in MODULES]
        done = subprocess.run(["ansible-doc", "-t", "module", "-j", *names], env=self.environment, cwd=self.folder,
                              capture_output=True, text=True, check=True)
        documented = json.loads(done.stdout)
        return {module: documented[name] for module, name in zip(MODULES, names)}

    def start(self, playbook: str | os.PathLike, *options: str, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(["ansible-playbook", playbook, *options], env=self.environment | environment, cwd=self.folder,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def write_playbook(self, steps: list, hosts: str, **play) -> pathlib.Path:
        """A playbook with a task for each step, (module, parameters, what is expected); the name of a task is its number."""
        tasks = [{"name": str(number), f"allot.allot.{module}": parameters, "ignore_errors": True}
                 for number, (module, parameters, *_) in enumerate(steps)]
        playbook = self.folder / "playbook.yml"
        defaults = {"group/allot.allot.allot": {"executable": ALLOT}}
        playbook.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "module_defaults": defaults, "tasks": tasks} | play]))
        return playbook

    def play(self, what: str, steps: list, *options: str, hosts: str = "one", **play) -> list[list[dict]]:
        """The results of each step, by hosts."""
        lines = self.start(self.write_playbook(steps, hosts, **play), *options).communicate()[0].splitlines()
        results = [[] for _ in steps]
        for line in lines:
            if line.startswith("{"):
                event = json.loads(line)
                results[int(event["task"])].append(event["result"] | {"failed": event["event"] != "ok"})
        if not all(results):
            raise RuntimeError(f"{what}: ansible-playbook printed {lines[-20:]}")
        return results

    def run(self, what: str, steps: list, *options: str, **play) -> list[dict]:
        """The results of each step on one host, compared with what is expected: whether it changed, or an exit status."""
        results = [each[0] for each in self.play(what, steps, *options, **play)]
        for number, ((module, parameters, wanted), result) in enumerate(zip(steps, results)):
            came = result.get("rc", result.get("msg")) if result.get("failed") else result["changed"]
            if came is not wanted and (isinstance(wanted, bool) or came != wanted):
                FAULTS.append(f"{what}: step {number}, {module} {parameters}: {came!r}, not {wanted!r}: {result}")
        return results
