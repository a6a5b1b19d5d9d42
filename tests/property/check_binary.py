"""Runs random commands against an `allot` binary and against the model, and stops where they disagree.

    check_binary.py --allot PATH [--seed N] [--ops N] [--jobs N] [--every K] [--items] [--no-accepted]
                    [--keep DIR] [--episode N]

The operations are cut into episodes, each with a new store, so that the history that leads to a disagreement stays
short. A disagreement is printed with a shell script that reproduces it; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

import largest
from commands import Failure, Import, Operation, create, perform, settle
from effects import find_effects, find_origins, in_any_order
from generator import Generator
from model import FIGURES, ROOT, Exact, Group, Model, Store, fold, path_key, show_day, show_path, spec_words

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

FIRST_DAY = date(2026, 11, 24).toordinal()
EPISODE = 200
PATIENCE = 120  # seconds for one command
REFUSED = "*every* violation is reported with its group, the rule, the resource"


class Disagreement(Exception):
    def __init__(self, what, sentence, model, binary):
        super().__init__(what)
        self.what, self.sentence, self.model, self.binary = what, sentence, model, binary


@dataclass
class Step:
    """One command as it was run."""
    day: int
    argv: list
    stdin: bytes | None
    files: dict
    store: str = "db"


@dataclass
class Result:
    status: int
    out: bytes
    err: bytes

    def error(self):
        try:
            return json.loads(self.err)["error"]
        except (ValueError, KeyError, TypeError):
            raise Disagreement("the error object", "With `--json`, standard error carries one object instead",
                               '{"error":{...}}', self.err.decode(errors="replace")) from None


class Binary:
    """The binary, with its stores in one folder, and the commands so far."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.history = []

    def start(self, step):
        argv = [self.program, "--db", f"{self.folder}/{step.store}", *step.argv]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": show_day(step.day), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": self.folder}
        wanted = subprocess.DEVNULL if step.stdin is None else subprocess.PIPE
        return subprocess.Popen(argv, stdin=wanted, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                close_fds=False, env=environment)

    def finish(self, process, step):
        try:
            out, err = process.communicate(step.stdin, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Disagreement("the time taken", "", "an answer", f"none in {PATIENCE} seconds") from None
        return Result(process.returncode, out, err)

    def run(self, step):
        for name, content in step.files.items():
            Path(name).write_bytes(content)
        self.history.append(step)
        return self.finish(self.start(step), step)

    def read_all(self, steps):
        """The results of commands that only read, run in parallel."""
        processes = [self.start(step) for step in steps]
        return [self.finish(process, step) for process, step in zip(processes, steps)]


# ---- the script that reproduces a disagreement


def script(binary, last=None):
    lines = ["#!/bin/sh", f"allot=${{ALLOT:-{shlex.quote(binary.program)}}}", "dir=$(mktemp -d)",
             "export LC_ALL=C.UTF-8 TZ=UTC HOME=\"$dir\""]
    for step in binary.history + ([last] if last else []):
        lines += script_step(binary.folder, step)
    return "\n".join(lines) + "\n"


def script_step(folder, step):
    lines = []
    for name, content in step.files.items():
        lines.append(here_document(f"cat > {script_word(folder, name)}", content))
    words = " ".join(script_word(folder, word) for word in step.argv)
    command = f'ALLOT_TODAY={show_day(step.day)} "$allot" --db "$dir"/{step.store} {words}'
    lines.append(command if step.stdin is None else here_document(command, step.stdin))
    return lines


def script_word(folder, word):
    if word.startswith(folder + "/"):
        return '"$dir"/' + shlex.quote(word[len(folder) + 1:])
    return shlex.quote(word)


def here_document(command, content):
    return f"{command} <<'END_OF_INPUT'\n{content.decode(errors='surrogateescape')}END_OF_INPUT"


# ---- comparing


def difference(model, binary, where=()):
    """The first place where the two differ, as (place, model, binary). Keys that the model does not know are left
    out of account, save where keys are data."""
    if isinstance(model, dict) and isinstance(binary, dict):
        if not set(model) <= set(binary) or (isinstance(model, Exact) and set(model) != set(binary)):
            return where + ("keys",), sorted(model), sorted(binary)
        pairs = [(key, model[key], binary[key]) for key in model]
    elif isinstance(model, list) and isinstance(binary, list):
        if len(model) != len(binary):
            return where + ("length",), model, binary
        if all(isinstance(x, str) for x in model + binary):
            model, binary = sorted(model), sorted(binary)
        pairs = [(i, m, b) for i, (m, b) in enumerate(zip(model, binary))]
    else:
        same = model == binary and isinstance(model, bool) == isinstance(binary, bool)
        return None if same else (where, model, binary)
    return next((d for d in (difference(m, b, where + (key,)) for key, m, b in pairs) if d), None)


def sentence_for(where):
    """The sentence of the specification for the figure at that place."""
    if "spans" in where:
        return spec_words(Model.timeline)
    known = [FIGURES[key] for key in where if key in FIGURES]
    return spec_words(known[-1]) if known else "section 2.1"


@dataclass
class Read:
    """A command that reads, and the model's answer."""
    argv: list
    expected: object
    any_order: bool = False


def by_member(rows):
    """The order of `user list` is only specified by group."""
    return sorted(rows, key=lambda row: (row["group"], fold(row["email"])))


def compare_read(read, result):
    command = shlex.join(read.argv)
    if result.status != 0:
        raise Disagreement(f"exit status of `{command}`", "exit 0: done", "0",
                           f"{result.status} {result.err.decode(errors='replace')}")
    try:
        answer = json.loads(result.out)
    except ValueError:
        raise Disagreement(f"output of `{command}`", "JSON", "a JSON document", result.out.decode(errors="replace"))
    expected = read.expected
    if read.any_order:
        expected, answer = by_member(expected), by_member(answer)
    found = difference(expected, answer)
    if found:
        where, model, binary = found
        place = ".".join(map(str, where))
        raise Disagreement(f"`{command}` at {place}", sentence_for(where), show(model), show(binary))


def show(value):
    return json.dumps(value, ensure_ascii=False)


# ---- one episode: one store and a run of operations


class Episode:
    def __init__(self, options, number):
        self.options = options
        self.rng = random.Random(f"{options.seed}/{number}")
        self.number = number
        self.folder = tempfile.mkdtemp(prefix=f"episode-{number}-", dir=options.folder)
        self.binary = Binary(options.allot, self.folder)
        self.generator = Generator(self.rng, self.folder)
        self.day = FIRST_DAY
        self.counts = {"operations": Counter(), "refusals": Counter(), "statuses": Counter(), "other": Counter()}
        self.last = None

    def run(self, operations):
        """None, or the report of a disagreement."""
        try:
            self.begin()
            for n in range(operations):
                self.turn_clock()
                self.operate()
                if n % self.options.every == 0:
                    self.compare_figures()
            self.round_trip()
        except Disagreement as d:
            return self.report(d)
        if not self.options.keep:
            shutil.rmtree(self.folder)
        return None

    def chance(self, probability):
        return self.rng.random() < probability

    def turn_clock(self):
        if self.chance(0.05):
            self.day += self.rng.choice([1, 1, 2, 3, 5, 8, 13])

    # ---- running operations

    def begin(self):
        fields = {"counts": {}, "features": [], "start": None, "until": None}
        argv = ["init"]
        if self.chance(0.75):
            fields["counts"] = {"sip": self.rng.randint(4, 12)}
            fields["counts"]["mobile"] = self.rng.randint(0, fields["counts"]["sip"] + 1)
            fields["features"] = ["ukey2"] if self.chance(0.7) else []
            fields["until"] = self.day + self.rng.randint(-2, 40) if self.chance(0.3) else None
            argv += self.generator.grant_arguments(fields["counts"], fields["features"], None, fields["until"])
        op = Operation("init", fields, argv)
        self.store = None
        self.apply(op, lambda: create(self.day, op))
        if self.store is None:
            op = Operation("init", {"counts": {}, "features": []}, ["init"])
            self.apply(op, lambda: create(self.day, op))
        self.apply(Operation("init", {}, ["init"]), self.refuse_second_init)
        self.apply(Operation("init", {}, ["init", "--if-not-exists"]), lambda: self.store)

    @staticmethod
    def refuse_second_init():
        raise Failure(4, "exists", "A creation of what exists fails unless `--if-not-exists` is given")

    def operate(self):
        special = self.rng.choices([self.round_trip, self.copy_subtree, self.check_store, self.largest_as, None],
                                   [2, 4, 3, 2, 89])[0]
        if special:
            self.counts["other"][special.__name__] += 1
            special()
        else:
            op = self.generator.next(self.store, self.day)
            if op.command == "import" and self.chance(0.3):
                self.check_diff(op)
            self.apply(op, lambda: perform(self.store, self.day, op))

    def step(self, argv, stdin=None, files=None, store="db"):
        words = ["--json"] if self.chance(0.5) else ["--format", "json"]
        argv = words + argv if self.chance(0.5) else argv + words
        return Step(self.day, argv, stdin, files or {}, store)

    def apply(self, op, perform_on_model):
        """Runs the operation on both sides; the store of the model advances if it succeeds."""
        self.counts["operations"][op.command] += 1
        expected, failure = self.ask_model(perform_on_model)
        result = self.binary.run(self.step(op.argv, op.stdin, op.fields.get("files")))
        self.counts["statuses"][result.status] += 1
        if failure:
            self.counts["refusals"].update(failure.rules)
        self.compare_outcome(op, failure, result)
        if not failure and op.command != "init":
            self.compare_effects(op, expected, result)
        if not failure and op.fields.get("largest"):
            self.compare_granted(op, result)
        if not failure and not op.fields.get("dry_run"):
            self.store = expected

    @staticmethod
    def ask_model(perform_on_model):
        try:
            return perform_on_model(), None
        except Failure as failure:
            return None, failure

    def compare_outcome(self, op, failure, result):
        status = failure.status if failure else 0
        told = result.err.decode(errors="replace").strip()
        # Where nothing limits a count and every count is refused for another reason, both answers are true.
        if isinstance(failure, largest.NoneFits) and result.status == 4 and "nothing limits" in told:
            return
        if result.status != status:
            sentence = failure.sentence if failure else "exit 0: done"
            raise Disagreement(f"exit status of `{shlex.join(op.argv)}`", sentence,
                               f"{status} {sorted(failure.rules) if failure else ''}", f"{result.status} {told}")
        if failure:
            self.compare_error(op, failure, result.error())

    def compare_effects(self, op, after, result):
        """A write reports what it changes for those below."""
        expected = find_effects(self.store, after, self.day, find_origins(self.store, self.day, op))
        told = json.loads(result.out)["effects"]
        self.counts["other"]["effects"] += len(expected)
        if in_any_order(expected) != in_any_order(told):
            raise Disagreement(f"effects of `{shlex.join(op.argv)}`", spec_words(find_effects), show(expected),
                               show(told))

    def compare_granted(self, op, result):
        """The output and the JSON say what was granted."""
        settled = settle(self.store, self.day, op).counts
        expected = {name: settled[name] for name in op.largest}
        told = {each["item"]: each["count"] for each in json.loads(result.out)["granted"]}
        self.counts["other"]["granted"] += len(expected)
        self.counts["other"]["granted more than 0"] += sum(count > 0 for count in expected.values())
        if expected != told:
            raise Disagreement(f"what was granted by `{shlex.join(op.argv)}`", spec_words(largest.settle), show(expected),
                               show(told))

    def largest_as(self):
        """Under `--as` the largest count is the same."""
        op = self.generator.largest_command(self.store, self.day)
        above = op.path if op.command.startswith("user") else op.path[:-1]
        actors = [key for (path, key), x in self.store.members.items() if x.role == "admin"
                  and path == above[:len(path)] and Model.status(x, self.day) == "active"]
        if not actors or (op.command.startswith("license") and op.path == ROOT):
            return
        failure = self.ask_model(lambda: perform(self.store, self.day, op))[1]
        result = self.binary.run(self.step(["-n", "--as", self.rng.choice(sorted(actors)), *op.argv]))
        self.compare_outcome(op, failure and failure.unexplained(), result)
        if not failure:
            self.compare_granted(op, result)

    def compare_error(self, op, failure, error):
        if error.get("exit") != failure.status or failure.code not in (None, error.get("code")):
            raise Disagreement(f"error code of `{shlex.join(op.argv)}`", failure.sentence,
                               f"{failure.code} {failure.status}", show(error))
        if failure.status != 3 or not failure.violations:
            return
        told = error.get("violations", [])
        if {v["rule"] for v in told} != failure.rules:
            raise Disagreement(f"violated rules of `{shlex.join(op.argv)}`", f"{REFUSED}\n{failure.sentence}",
                               sorted(failure.rules), show(told))
        self.compare_idle(op, told)
        if self.options.items:
            self.compare_items(op, failure, told)
        if self.options.accepted:
            self.compare_accepted(op, told)

    @staticmethod
    def compare_items(op, failure, told):
        """For the rules on counts also the first day."""
        model = {(v.rule, show_path(v.group), v.item, str(show_day(v.first))) for v in failure.violations if v.item}
        unlicensed = {place[:3] for place in model if place[3] == "None"}
        binary = {(v["rule"], v["group"], v["item"], v["from"]) for v in told if v["item"]}
        binary = {place if place[:3] not in unlicensed else (*place[:3], "None") for place in binary}
        if model != binary:
            raise Disagreement(f"violations of `{shlex.join(op.argv)}`", REFUSED, f"only {sorted(model - binary)}",
                               f"only {sorted(binary - model, key=str)}\n{show(told)}")

    def compare_idle(self, op, told):
        """A refusal by `limit` names the three such groups with the most idle."""
        if self.store is None or op.command in ("batch", "group move", "group rename"):
            return
        model = Model(self.store, self.day)
        for each in told:
            group = tuple(each["group"].split("/")[1:]) if each["group"] != "/" else ROOT
            expected = []
            taken_too_much = (each["requested"] or 0) < 0  # of a count, which is a limit of its own
            if each["rule"] == "limit" and group in self.store.groups and not taken_too_much:
                day = self.day if each["from"] is None else date.fromisoformat(each["from"]).toordinal()
                expected = model.most_idle(group, each["item"], day)
            self.counts["other"]["idle"] += len(expected)
            if each["idle"] != expected:
                raise Disagreement(f"idle of `{shlex.join(op.argv)}`", spec_words(self.compare_idle), show(expected),
                                   show(each))

    def compare_accepted(self, op, told):
        """`accepted` is the most that would have been saved: judged where the one violation speaks of a count asked
        for."""
        if len(told) != 1 or op.command not in ("user add", "license add") or op.fields.get("largest"):
            return
        if told[0]["rule"] not in ("limit", "ceiling"):
            return
        item = told[0]["item"]
        if item not in op.counts or (op.command == "license add" and not self.draws_only(op, told[0])):
            return
        most = self.most_accepted(op, item)
        if most is not None and told[0]["accepted"] != most:
            raise Disagreement(f"accepted of `{shlex.join(op.argv)}`", spec_words(self.compare_accepted), most,
                               show(told[0]))

    def draws_only(self, op, violation):
        """The licence violates the limit from above, not the limit that it defines for its own group."""
        restricted = self.store.groups[op.path].restriction != "none"
        return restricted and violation["group"] != show_path(op.path)

    def most_accepted(self, op, item):
        for number in range(op.counts[item], -1, -1):
            smaller = replace(op, fields={**op.fields, "counts": {**op.counts, item: number}})
            if not self.ask_model(lambda: perform(self.store, self.day, smaller))[1]:
                return number
        return None

    # ---- files

    def export(self, path, name, store="db"):
        file = f"{self.folder}/{name}"
        step = self.step(["export", show_path(path), "-o", file], store=store)
        self.expect_success(step)
        return file

    def expect_success(self, step):
        result = self.binary.run(step)
        if result.status != 0:
            raise Disagreement(f"exit status of `{shlex.join(step.argv)}`", "section 3", "0",
                               f"{result.status} {result.err.decode(errors='replace')}")

    def round_trip(self):
        """`import` of the canonical form into an empty store, then `export`, gives the same bytes."""
        first = self.export(ROOT, "first.yaml")
        self.check_document(first, ROOT)
        copy = f"copy{len(self.binary.history)}"
        self.expect_success(self.step(["init"], store=copy))
        self.expect_success(self.step(["import", first], store=copy))
        second = self.export(ROOT, "second.yaml", store=copy)
        before, after = Path(first).read_text(), Path(second).read_text()
        if before != after:
            raise Disagreement("export, import, export", spec_words(self.round_trip), before, after)
        lists = [["state", "-r"], ["user", "list", "-r"], ["license", "list", "-r"], ["group", "list", "-r"]]
        reads = [Step(self.day, [*argv, "--json"], None, {}, store) for argv in lists for store in ("db", copy)]
        answers = self.binary.read_all(reads)
        for read, here, there in zip(reads[::2], answers[::2], answers[1::2]):
            if json.loads(here.out) != json.loads(there.out):
                raise Disagreement(f"`{shlex.join(read.argv)}` of the copy", spec_words(self.round_trip),
                                   here.out.decode(), there.out.decode())

    def check_document(self, file, path):
        """The file, as read by PyYAML, describes the exported group."""
        model = Model(self.store, self.day)
        scratch = Store(dict(self.store.counted), set(self.store.features), {ROOT: Group(), ("scratch",): Group()})
        text = Path(file).read_text()
        try:
            Import(scratch, prune=False).run(yaml.safe_load(text), ("scratch",))
            meant = listings(Model(scratch, self.day), ("scratch",))
        except (yaml.YAMLError, AttributeError, TypeError, ValueError) as problem:
            raise Disagreement(f"`export {show_path(path)}`", "YAML's own readers (PyYAML, `yq`) read the same values",
                               "a document of section 3", f"{problem!r}\n{text}") from None
        for what, rows in listings(model, path).items():
            found = difference(relative(rows, path), relative(meant[what], ("scratch",)))
            if found:
                raise Disagreement(f"{what} in `export {show_path(path)}` at {found[0]}",
                                   spec_words(self.check_document), show(found[1]), f"{show(found[2])}\n{text}")

    def copy_subtree(self):
        """`export PATH` writes that group as a file of its own: it can be imported `--into` the same or another
        group."""
        path = self.rng.choice(self.groups())
        file = self.export(path, f"export{len(self.binary.history)}.yaml")
        self.check_document(file, path)
        into = path if self.chance(0.4) else self.rng.choice(self.groups())
        prune = self.generator.prune(path, into)
        argv = ["import", file, "--into", show_path(into)] + (["--prune"] if prune else [])
        fields = {"document": yaml.safe_load(Path(file).read_text()), "into": into, "prune": prune}
        op = Operation("import", fields, argv)
        self.check_diff(op)
        self.apply(op, lambda: perform(self.store, self.day, op))

    def groups(self):
        return sorted(self.store.groups, key=path_key)

    def check_diff(self, op):
        """`diff` prints what `import` would do and does nothing; where `import` would be refused it exits 3; 1: it
        found differences."""
        after, failure = self.ask_model(lambda: perform(self.store, self.day, op))
        status = failure.status if failure else 0 if self.same(self.store, after) else 1
        argv = ["diff", *[word for word in op.argv if word not in ("import", "-n", "--dry-run")]]
        result = self.binary.run(self.step(argv, op.stdin, op.fields.get("files")))
        if result.status != status:
            raise Disagreement(f"exit status of `{shlex.join(argv)}`", spec_words(self.check_diff), status,
                               f"{result.status} {result.err.decode(errors='replace')}{result.out.decode()}")

    def same(self, one, other):
        return self.contents(one) == self.contents(other)

    def contents(self, store):
        return {**listings(Model(store, self.day), ROOT), "counted": store.counted, "features": store.features}

    def check_store(self):
        self.expect_success(self.step(["check"]))

    # ---- figures

    def compare_figures(self):
        shown = self.viewed_day()
        at = [] if shown is None else ["--at", show_day(shown)]
        day = self.day if shown is None else shown
        model = Model(self.store, self.day, {day})
        reads = self.reads(model, day, at)
        steps = [self.step(read.argv) for read in reads]
        for read, step, result in zip(reads, steps, self.binary.read_all(steps)):
            self.last = step
            compare_read(read, result)
        self.last = None

    def viewed_day(self):
        if self.chance(0.5):
            return None
        return self.day + self.rng.choice([0, 1, -1, *range(-25, 45)])

    def reads(self, model, day, at):
        path = self.rng.choice(self.groups())
        spelled = self.generator.spell(path)
        reads = [
            Read(["state", "-r", *at], model.state_recursive(ROOT, day)),
            Read(["state", spelled, "--timeline", *at], model.timeline(path, day)),
            Read(["state", spelled, "-r", "--held", *at], model.held_recursive(path, day)),
            Read(["user", "list", "/", "-r", *at], model.user_list(ROOT, day, True), any_order=True),
            Read(["license", "list", "-r", *at], model.license_list(ROOT, day, True)),
            Read(["group", "list", "/", "-r"], model.group_list(ROOT, True)),
            self.read_one_group(model, path, spelled, day, at),
        ]
        if self.store.emails:
            key = self.rng.choice(sorted(self.store.emails))
            reads.append(Read(["state", "--user", key, *at], model.user_state(key, day)))
        return reads

    def read_one_group(self, model, path, spelled, day, at):
        near = self.rng.choice([0, 3, 10, 30, 400])
        return self.rng.choice([
            Read(["state", spelled, *at], model.state(path, day)),
            Read(["state", spelled, "-r", *at], model.state_recursive(path, day)),
            Read(["user", "list", spelled, *at], model.user_list(path, day), any_order=True),
            Read(["license", "list", spelled, *at], model.license_list(path, day)),
            Read(["license", "list", spelled, "-r", "--expiring", str(near)], model.license_list_expiring(path, near)),
            Read(["group", "list", spelled], model.group_list(path)),
        ])

    # ---- the report

    def report(self, d):
        return (f"DISAGREEMENT in {d.what}\n\nspecification: {d.sentence}\n\n"
                f"model:  {d.model}\n\nbinary: {d.binary}\n\n"
                f"again: --seed {self.options.seed} --episode {self.number}\n\n"
                f"{script(self.binary, self.last)}")


def listings(model, path):
    """The content of the group and of all groups below it."""
    return {"groups": model.group_list(path, True), "licenses": model.license_list(path, model.today, True),
            "users": model.user_list(path, model.today, True)}


def relative(rows, path):
    """The rows without the path (and the name) of the group that they were listed from."""
    start = len(show_path(path).rstrip("/"))
    place = "path" if rows and "path" in rows[0] else "group"
    left_out = {place} | ({"name"} if place == "path" else set())
    return [{"place": row[place][start:].strip("/"), **{k: v for k, v in row.items() if k not in left_out}}
            for row in rows]


# ---- all episodes


def run_episode(task):
    options, number, operations = task
    episode = Episode(options, number)
    report = episode.run(operations)
    return episode.counts, report


def tasks(options):
    numbers = range((options.ops + EPISODE - 1) // EPISODE)
    if options.episode is not None:
        return [(options, options.episode, EPISODE)]
    return [(options, n, min(EPISODE, options.ops - n * EPISODE)) for n in numbers]


def print_counts(total):
    for what, counts in total.items():
        shown = ", ".join(f"{key} {number}" for key, number in sorted(counts.items(), key=lambda kv: str(kv[0])))
        print(f"{what}: {sum(counts.values())} ({shown})")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--allot", required=True, help="the binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ops", type=int, default=600, help="operations in all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="compare the figures after every K-th operation")
    parser.add_argument("--items", action="store_true", help="compare group and item of violations too")
    parser.add_argument("--no-accepted", dest="accepted", action="store_false", help="leave `accepted` out of account")
    parser.add_argument("--keep", help="a folder to keep the stores in")
    parser.add_argument("--episode", type=int, help="run this episode alone")
    options = parser.parse_args()
    options.allot = storage.program(options.allot)
    return options


def main():
    options = parse_options()
    if options.keep:
        options.folder = str(Path(options.keep).resolve())
        Path(options.folder).mkdir(parents=True, exist_ok=True)
        return run_all(options)
    with tempfile.TemporaryDirectory(prefix="allot-check-") as options.folder:
        return run_all(options)


def run_all(options):
    total = {key: Counter() for key in ("operations", "refusals", "statuses", "other")}
    with multiprocessing.Pool(options.jobs) as pool:
        for counts, report in pool.imap_unordered(run_episode, tasks(options)):
            for key, counter in counts.items():
                total[key].update(counter)
            if report:
                pool.terminate()
                sys.stdout.buffer.write(report.encode(errors="surrogateescape"))
                return 1
    print_counts(total)
    return 0


if __name__ == "__main__":
    sys.exit(main())
