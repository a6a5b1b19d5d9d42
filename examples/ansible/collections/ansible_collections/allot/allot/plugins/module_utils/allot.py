"""What the modules share: running allot, without a shell, and reading its JSON and exit statuses."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import shlex
import subprocess
from typing import NamedTuple

from ansible.module_utils.basic import AnsibleModule

COMMON = {
    "db": {"type": "str"},
    "config": {"type": "path"},
    "actor": {"type": "str", "aliases": ["as"]},
    "message": {"type": "str"},
    "wait": {"type": "int"},
    "executable": {"type": "path", "default": "allot"},
}
STATE = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
LABELS = {"labels": {"type": "dict"}, "purge_labels": {"type": "bool", "default": False}}
GRANT = {
    "counts": {"type": "dict"},
    "features": {"type": "list", "elements": "str"},
    "from": {"type": "str"},
    "until": {"type": "str"},
}
MAX_REMOVALS = {"max_removals": {"type": "str"}}

# Above this number of changes a diff only states the number.
MOST_CHANGES = 1000
# How often a task begins again because another process changed the same item meanwhile.
ATTEMPTS = 5
# Errors that are listed in the message of a failed task; the result has more of them.
LISTED = 10


class AllotError(Exception):
    """allot failed: its exit status and the object that it printed as the error."""

    def __init__(self, rc: int, error: dict):
        super().__init__(error.get("message", ""))
        self.rc = rc
        self.error = error
        self.code = error.get("code")

    def describe(self) -> str:
        """The sentence of allot, what is wrong in detail, and the remedy."""
        lines = [self.error.get("message", "")]
        problems = self.error.get("problems", [])
        details = [f"{each['file']}:{each['line']}:{each['column']}: {each['message']}" for each in problems]
        violations = self.error.get("violations", [])
        if len(violations) > 1:  # a single one is the message
            details = [each["message"] for each in violations]
        lines += details[:LISTED]
        if len(details) > LISTED:
            lines.append(f"and {self.error.get('total', len(details)) - LISTED} more")
        if self.error.get("hint"):
            lines.append(self.error["hint"])
        return "\n".join(lines)


class Allot:
    """The program with the common options of a task."""

    def __init__(self, module: AnsibleModule):
        self.module = module
        self.check_mode = module.check_mode
        program = module.get_bin_path(module.params["executable"], required=True, opt_dirs=["/usr/local/bin"])
        self._program = program
        self._environment = dict(os.environ)
        self._options = ["--json"]
        for option, key in (("db", "db"), ("config", "config"), ("as", "actor"), ("wait", "wait")):
            value = module.params[key]
            if value is not None:
                if key == "db" and not value.startswith(("postgresql:", "postgres:")):
                    value = os.path.expanduser(value)
                self._options.append(f"--{option}={value}")

    def run(self, words: list[str], text: str | None = None, successes: tuple[int, ...] = (0,)):
        """What allot prints as JSON for a command with this standard input; throws AllotError."""
        if any("\0" in word for word in (*self._options, *words)):
            raise make_usage_error("a value contains the character NUL")
        # UTF-8 in every locale; what is not Unicode is left to allot to refuse.
        command = [word.encode("utf-8", "surrogatepass") for word in (self._program, *insert_options(words, self._options))]
        data = b"" if text is None else text.encode("utf-8", "surrogatepass")
        # Not run_command: it fails if a program ends without having read all of its standard input.
        try:
            done = subprocess.run(command, input=data, capture_output=True, env=self._environment, check=False)
        except OSError as error:  # such as an argument of more than 128 KiB
            raise make_usage_error(f"{self._program} cannot be run: {error.strerror}") from None
        if done.returncode not in successes:
            raise AllotError(done.returncode, read_error(done))
        try:
            return json.loads(done.stdout)
        except ValueError:
            message = f"{self._program} printed no JSON; is it the program allot?"
            raise AllotError(done.returncode, {"code": "internal", "message": message}) from None

    def find(self, words: list[str]):
        """As run; None if what is named does not exist, or is not visible."""
        try:
            return self.run(words)
        except AllotError as error:
            if error.code == "not-found":
                return None
            raise

    def write(self, commands: list[list[str]], text: str | None = None) -> dict:
        """Runs the commands as one write, as a dry run in check mode; the outcome that allot prints."""
        options = ["--dry-run"] if self.check_mode else []
        if self.module.params["message"] is not None:
            options.append(f"--message={self.module.params['message']}")
        if len(commands) == 1:
            return self.run(insert_options(commands[0], options), text)
        if any("\n" in word for command in commands for word in command):
            raise make_usage_error("a value contains a line end")
        return self.run(["batch", *options], "".join(shlex.join(command) + "\n" for command in commands))

    def may_be_made_later(self, error: AllotError, group: str) -> bool:
        """Whether this is check mode and the store or the group is missing, which an earlier task would have made."""
        if not self.check_mode:
            return False
        try:
            if error.code == "store":  # a dry run succeeds if nothing is in the place of the store
                anybody = copy.copy(self)  # a new store has no administrators
                anybody._environment = {key: value for key, value in self._environment.items() if key != "ALLOT_AS"}
                anybody._options = [option for option in self._options if not option.startswith("--as=")]
                return anybody.run(["init", "--dry-run", "--if-not-exists"])["created"]["groups"] == 1
            return error.code == "not-found" and self.find(["group", "show", "--", group]) is None
        except AllotError:
            return False

    def read_changes(self, revision: int) -> list[dict]:
        """What the write of this revision changed, by the log."""
        return self.run(["log", "show", "--", str(revision)])["changes"]


def read_error(done: subprocess.CompletedProcess) -> dict:
    """The error that allot printed as JSON, else one made of what it printed."""
    said = done.stderr.decode("utf-8", "replace").strip()
    for line in reversed(said.splitlines()):
        try:
            error = json.loads(line)["error"]
        except (ValueError, KeyError, TypeError):
            continue
        if isinstance(error, dict):
            return error
    if done.returncode < 0:
        return {"code": "internal", "message": f"allot was ended by signal {-done.returncode}"}
    return {"code": "internal", "message": said or f"allot ended with exit status {done.returncode}"}


def make_usage_error(message: str, hint: str | None = None) -> AllotError:
    """The error for parameters that allot would misread or does not have, in the form of its own."""
    return AllotError(2, {"code": "usage", "exit": 2, "message": message, **({"hint": hint} if hint else {})})


def command(verb: str, options: list[str], *arguments: str) -> list[str]:
    """The words of a command; neither options nor arguments can be mistaken for others, whatever they begin with."""
    return [*verb.split(), *options, "--", *arguments]


def insert_options(words: list[str], options: list[str]) -> list[str]:
    """The command with more options, after its own: the log shows the command first."""
    end = words.index("--") if "--" in words else len(words)
    return [*words[:end], *options, *words[end:]]


def limit_removals(params: dict) -> list[str]:
    """The option for the most removals, if they are stated."""
    return [] if params["max_removals"] is None else [f"--max-removals={params['max_removals']}"]


def show(item: dict, shown: tuple[str, ...]) -> dict:
    """The item as in `diff`, which shows these keys."""
    return {key: item[key] for key in shown if key in item}


def make_path(path: str) -> str:
    """The path of a group as allot prints it; an empty one stays empty, which allot refuses."""
    return path if not path or path.startswith("/") else f"/{path}"


class Edit:
    """The options that give an item the stated values, and the item that has them."""

    def __init__(self, before: dict | None, defaults: dict):
        self.before = before
        self.after = dict(defaults if before is None else before)
        self.options: list[str] = []

    def set(self, key: str, value, *options: str) -> None:
        """States a value; None states nothing."""
        if value is not None and self.after.get(key) != value:
            self.after[key] = value
            self.options += options

    def clear(self, key: str, option: str) -> None:
        """States that there is no value."""
        if self.after.get(key) is not None:
            self.after[key] = None
            self.options.append(option)

    def set_or_clear(self, key: str, value: str | None) -> None:
        """States a value, or with `none` that there is none."""
        if value == "none":
            self.clear(key, f"--{key}=none")
        else:
            self.set(key, value, f"--{key}={value}")

    def set_labels(self, labels: dict | None, purge: bool) -> None:
        """States labels, with None those that the item does not have; with `purge` it has no others."""
        if labels is None:
            return
        wanted = {check_key(key, "label"): None if value is None else make_text(value, f"the label {key}")
                  for key, value in labels.items()}
        before = self.after["labels"]
        if purge:
            wanted |= {key: None for key in before if key not in wanted}
        for key, value in wanted.items():
            if value is None and key in before:
                self.options.append(f"--no-label={key}")
            elif value is not None and before.get(key) != value:
                self.options.append(f"--label={key}={value}")
        self.after["labels"] = {key: value for key, value in (before | wanted).items() if value is not None}

    def set_grant(self, params: dict) -> None:
        """States counts and the period."""
        before = self.after["counts"]
        wanted = {check_key(name, "resource"): make_count(value, name) for name, value in (params["counts"] or {}).items()}
        self.options += [f"--count={name}={value}" for name, value in wanted.items() if before.get(name) != value]
        self.after["counts"] = before | wanted
        for key in ("from", "until"):
            self.set_or_clear(key, params[key])

    def set_features(self, features: list[str] | None) -> None:
        """States exactly these features, in place of others or, for None in the item, of all features of the group."""
        present = self.after["features"]
        if features is None or (present is not None and set(present) == set(features)):
            return
        before, wanted = set(present or []), set(features)
        self.after["features"] = sorted(wanted)
        self.options += [f"--feature={each}" for each in sorted(wanted - before)]
        self.options += [f"--no-feature={each}" for each in sorted(before - wanted)]
        if not before and not wanted:
            self.options.append("--no-features")


def plan_item(noun: str, key: tuple[str, ...], params: dict, before: dict | None,
              state) -> tuple[list[list[str]], dict | None]:
    """The commands that make an item what a task states, and the item as it is then; `state` returns its edit."""
    if params["state"] == "absent":
        return ([] if before is None else [command(f"{noun} remove", [], *key)]), None
    edit = state(params, before)
    if before is None:
        return [command(f"{noun} add", edit.options, *key)], edit.after
    return ([command(f"{noun} set", edit.options, *key)] if edit.options else []), edit.after


def check_key(key: str, what: str) -> str:
    """The name of a resource or label; others would be misread, as a=b in --label=a=b=c."""
    if not re.fullmatch("[a-z][a-z0-9-]{0,62}", key):
        raise make_usage_error(f"there can be no {what} {json.dumps(key)}",
                               "a name is a letter from a to z, followed by such letters, digits and hyphens")
    return key


def make_count(value, name: str) -> int:
    """A stated count, which Jinja may have made a text."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,18}", text):
        raise make_usage_error(f"the count of {name} cannot be {json.dumps(text[:50])}",
                               "write a number; +5 and max cannot be stated, as a second run would change them again")
    return int(text)


def make_text(value, name: str) -> str:
    """A stated text, which YAML may have made a number."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise make_usage_error(f"{name} is not a text: {json.dumps(value)}", "put the value between quotes")
    return str(value)


def make_diff(changes: list[dict]) -> list[dict]:
    """The changes, as `diff` and `log show` list them, for --diff."""
    diffs = []
    for change in changes:
        words = [change["path"], None if change["what"] == "group" else change["what"], change["name"]]
        header = " ".join(word for word in words if word)
        diffs.append({"before": change["before"] or "", "after": change["after"] or "", "before_header": header,
                      "after_header": header})
    return diffs


def count_changes(outcome: dict) -> int:
    """How much a write changed."""
    return sum(sum(outcome[each].values()) for each in ("created", "updated", "removed"))


def make_result(allot: Allot, outcome: dict, find_changes) -> dict:
    """The result of a task that wrote; `find_changes` lists what a dry run would change."""
    number = count_changes(outcome)
    result = {"changed": number > 0, "rc": 0}
    result |= {key: outcome[key] for key in ("revision", "created", "updated", "removed", "notes", "effects")}
    if number and allot.module._diff:
        if number > MOST_CHANGES:
            result["diff"] = [{"prepared": f"{number} changes: too many to be shown here\n"}]
        else:
            result["diff"] = read_diff(allot, outcome["revision"], find_changes)
    return result


def read_diff(allot: Allot, revision: int, find_changes) -> list[dict]:
    """The diff of a write that was checked, or saved as this revision."""
    if allot.check_mode:
        return make_diff(find_changes())
    try:
        return make_diff(allot.read_changes(revision))
    except AllotError as error:  # an actor may have given up its rights
        return [{"prepared": f"saved as revision {revision}, which cannot be shown: {error}\n"}]


class Item(NamedTuple):
    """What a task is about: what it is, its path and name as in `diff`, and the group that must exist for it."""
    what: str
    path: str
    name: str | None
    place: str


def list_change(item: Item, before: dict | None, after: dict | None) -> list[dict]:
    """The change of the item, as `diff` lists it."""
    name = item.name if before is None else before.get("email", item.name)  # in the case of letters that is stored
    return [{"what": item.what, "path": item.path, "name": name, "before": before, "after": after}]


def ensure(allot: Allot, item: Item, find, plan, list_changes=list_change) -> dict:
    """Makes an item what a task states, and returns the result of the task.

    `find` returns the item, None if there is none; `plan` the commands that change it, and the item as it is then;
    `list_changes` what a dry run would change.
    """
    key = "user" if item.what == "membership" else item.what
    for attempt in range(ATTEMPTS):
        before = None
        try:
            before = find()
            commands, after = plan(before)
            if not commands:
                return {"changed": False, "rc": 0, key: before}
            outcome = allot.write(commands)
        except AllotError as error:
            if allot.may_be_made_later(error, item.place):
                return expect_later(allot, error) | {key: None}
            # Another process made, changed or removed the item meanwhile.
            if error.rc == 4 and attempt + 1 < ATTEMPTS and find() != before:
                continue
            raise
        result = make_result(allot, outcome, lambda: list_changes(item, before, after))
        result[key] = after
        if not allot.check_mode:
            with contextlib.suppress(AllotError):  # it is saved, whether it can be read again or not
                result[key] = find()
        return result
    raise AssertionError("the last attempt returns or raises")


def expect_later(allot: Allot, error: AllotError) -> dict:
    """The result in check mode of a task for a store or a group that does not exist yet."""
    if allot.module.params.get("state") == "absent":
        return {"changed": False, "rc": 0}
    allot.module.warn(f"not checked: {error} yet")
    return {"changed": True, "rc": 0}


def run_module(module: AnsibleModule, task) -> None:
    """Runs the task, a function of Allot that returns the result, and ends the module."""
    try:
        result = task(Allot(module))
    except AllotError as error:
        module.fail_json(msg=error.describe(), rc=error.rc, error=error.error)
    module.exit_json(**result)
