"""After random commands `rebalance` proposes what a search of all lowerings finds possible, and nothing else.

    rebalances.py --allot PATH [--seed N] [--ops N] [--episodes N]

A proposal is applied as a batch; its changes are those that the specification allows, none of the lowerings can be
less, and as much more is available as was asked for. Where it is refused, every combination of lowerings is tried, if
they are few, and none may do; more than the refusal calls possible at most is refused. Sometimes an administrator asks.
"""

from __future__ import annotations

import itertools
import json
import re
import shlex
import sys
from dataclasses import replace

from check_binary import Disagreement, Episode, show
from commands import Failure, Operation, perform
from episodes import run_episodes
from model import ROOT, Model, contains, show_path, spec_words

MOST_COMBINATIONS = 400


class Task:
    """What `rebalance PATH --need NAME=N` may change, in the words of the specification."""

    def __init__(self, store, day, path, item, need, actor=None):
        self.store, self.day, self.path, self.item, self.need = store, day, path, item, need
        self.model = Model(store, day)
        self.scope = None if actor is None else {p for (p, key), x in store.members.items() if key == actor
                                                 and x.role == "admin" and Model.status(x, day) == "active"}

    def sees(self, group):
        return self.scope is None or any(group[:len(p)] == p for p in self.scope)

    def may_change(self, group):
        """Its licences, by an administrator of a group above it."""
        return self.scope is None or any(group[:len(p)] == p and (group != p or p == ROOT) for p in self.scope)

    def left(self, group):
        return self.model.limit(group, self.item, self.day) - self.model.allotted(group, self.item, self.day)

    def bounding(self):
        """Each group from PATH up to and including the first reserved group."""
        for group in self.model.upwards(self.path):
            if self.model.restricted(group):
                yield group
            if self.store.groups[group].restriction == "reserved":
                return

    def raises(self):
        """(group, licence, by how much): the limit of each such group whose limit is too low, on its active licence
        that ends last (ties by name); the first reserved group first."""
        groups = list(self.bounding())
        wanted = min(self.left(g) for g in groups) + self.need
        for group in reversed(groups):
            if self.left(group) < wanted:
                yield group, self.last_license(group), wanted - self.left(group)

    def last_license(self, group):
        active = [(name, x) for (p, name), x in self.store.licenses.items() if p == group and contains(x, self.day)]
        return min(active, key=lambda each: (-(each[1].until or 10 ** 8), each[0].encode()))[0]

    def first_reserved(self):
        return next((g for g in self.bounding() if self.store.groups[g].restriction == "reserved"), None)

    def unused(self, group):
        """What is unused in it on every checked day."""
        days = self.model.checked_days(group, self.item)
        rooms = [self.model.limit(group, self.item, t) - self.model.allotted(group, self.item, t) for t in days]
        return min(rooms, default=0)

    def donors(self):
        """The reserved groups that draw on the restricted group above the first reserved group."""
        reserved = self.first_reserved()
        source = None if reserved is None else self.model.restricted_above(reserved)
        if source is None or reserved not in [group for group, _, _ in self.raises()]:
            return []
        return [g for g, x in self.store.groups.items() if x.restriction == "reserved" and g != reserved
                and self.model.restricted_above(g) == source and self.unused(g) > 0 and self.may_change(g)]

    def lowerable(self):
        """(group, licence, its count) of the donors."""
        return [(p, name, x.counts[self.item]) for (p, name), x in sorted(self.store.licenses.items())
                if p in self.donors() and self.model.live(x) and x.counts.get(self.item, 0) > 0]

    def status(self):
        """The exit status where nothing needs to be searched, else None."""
        if self.path not in self.store.groups or not self.sees(self.path):
            return 4
        if not list(self.bounding()):
            return 4
        if any(self.sees(g) and not self.may_change(g) for g in self.too_low()):
            return 5
        if self.model.blocked_by(self.path, self.item, self.day):
            return 3
        if any(g == ROOT or not self.sees(g) for g in self.too_low()):
            return 3
        return None

    def too_low(self):
        wanted = min(self.left(g) for g in self.bounding()) + self.need
        return [g for g in self.bounding() if self.left(g) < wanted]

    def apply(self, lowered):
        """The store after the lowerings and the raises, or None where the rules forbid it."""
        changed = self.store.copy()
        steps = [(p, name, -n) for (p, name), n in lowered.items()] + list(self.raises())
        for path, name, by in steps:
            item = changed.licenses[path, name]
            counts = {**item.counts, self.item: item.counts.get(self.item, 0) + by}
            if counts[self.item] < 0:
                return None
            changed.licenses[path, name] = replace(item, counts=counts)
        return None if Model(changed, self.day).violations() else changed

    def keeps_used(self, lowered):
        """Each is lowered by at most what is unused in it on every checked day."""
        for group in {p for p, _ in lowered}:
            for t in self.model.days:
                on_day = sum(n for (p, name), n in lowered.items()
                             if p == group and contains(self.store.licenses[p, name], t))
                if on_day > self.unused(group):
                    return False
        return True

    def combinations(self):
        """All lowerings, or None where they are too many."""
        parts = self.lowerable()
        number = 1
        for _, _, count in parts:
            number *= count + 1
        if number > MOST_COMBINATIONS:
            return None
        return ({(p, name): n for (p, name, _), n in zip(parts, amounts) if n}
                for amounts in itertools.product(*[range(count + 1) for _, _, count in parts]))


class Rebalances(Episode):
    """Stores in which most is granted to groups that use a part of it, and questions about each."""

    def operate(self):
        if self.chance(0.75):
            document = self.seasons() if self.chance(0.4) else self.company()
            op = self.generator.import_of({"allot": 1, **document}, ROOT, True)
        else:
            op = self.generator.next(self.store, self.day)
        self.apply(op, lambda: perform(self.store, self.day, op))
        for _ in range(4):
            self.rebalance()

    def company(self):
        """A company that is valid under the rules."""
        for _ in range(50):
            budget = self.rng.randint(3, 9)
            document = self.group(budget, 0)
            document["restriction"] = "reserved"
            if not document.get("licenses"):
                document["licenses"] = {"main": self.grant(budget)}
            store = self.store.copy()
            try:
                fields = {"document": {"allot": 1, **document}, "into": ROOT, "prune": True}
                perform(store, self.day, Operation("import", fields))
                return document
            except Failure:
                pass
        return {"restriction": "reserved", "licenses": {"main": {"sip": 5}}}

    def seasons(self):
        """A company whose whole limit is granted before and after a day, to different groups; little of it is used."""
        rng, budget = self.rng, self.rng.randint(4, 8)
        last = self.day + rng.randint(1, 12)
        groups = {name: {"restriction": "reserved", "licenses": {}, "users": {}} for name in "abcd"}
        always = rng.randint(1, budget)
        first, second = ({"until": self.generator.day_value(last)}, {"from": self.generator.day_value(last + 1)})
        rest = budget - always
        for name, count, ends in (("main", always, {}), ("first", rest, first), ("second", rest, second)):
            for group in [rng.choice("abcd") for _ in range(count)]:
                license = groups[group]["licenses"].setdefault(name, {"sip": 0, **ends})
                license["sip"] += 1
        for group in groups.values():
            if "main" in group["licenses"] and self.chance(0.3):
                group["users"]["carl@x.example"] = {"sip": 1}
            if self.chance(0.2):
                group["users"]["ann@x.example"] = {"role": "admin"}
        return {"restriction": "reserved", "licenses": {"main": {"sip": budget}}, "groups": groups}

    def group(self, budget, depth):
        rng = self.rng
        document = {"restriction": rng.choice(["reserved", "reserved", "reserved", "none", "shared"])}
        if document["restriction"] != "none":
            parts = [budget] if self.chance(0.7) else [budget - budget // 2, budget // 2]
            document["licenses"] = {name: self.grant(n) for name, n in zip(["main", "extra"], parts)}
        document["users"] = {}
        if self.chance(0.4):
            document["users"][rng.choice(["ann@x.example", "bob@x.example"])] = {"role": "admin"}
        if self.chance(0.5):
            count = rng.randint(0, max(1, budget // 2))
            document["users"]["carl@x.example"] = self.grant(count)
            budget = max(0, budget - count)
        if depth < 2 or (depth < 3 and self.chance(0.5)):
            document["groups"] = {}
            for name in rng.sample(["a", "b", "c", "d"], rng.choice([0, 1, 2, 3] if depth else [2, 3, 4])):
                part = rng.randint(0, budget)
                document["groups"][name] = self.group(part, depth + 1)
                budget -= part if document["groups"][name]["restriction"] != "shared" else 0
        return document

    def grant(self, count):
        grant = {"sip": count}
        if self.chance(0.3):
            grant["mobile"] = self.rng.randint(0, count // 2)
        if self.chance(0.3):
            grant["until"] = self.generator.day_value(self.day + self.rng.choice([0, 3, 10, 10, 20]))
        if self.chance(0.1):
            grant["from"] = self.generator.day_value(self.day + self.rng.choice([-5, 0, 2, 10]))
        return grant

    def round_trip(self):
        pass

    def rebalance(self):
        item = "sip" if self.chance(0.85) else self.rng.choice(sorted(self.store.counted))
        model = Model(self.store, self.day)
        open_groups = [g for g in self.groups() if g and not model.blocked_by(g, item, self.day)]
        path = self.rng.choice(open_groups if open_groups and self.chance(0.9) else self.groups())
        actors = sorted({key for (_, key), x in self.store.members.items() if x.role == "admin"
                         and Model.status(x, self.day) == "active"})
        actor = self.rng.choice(actors) if actors and self.chance(0.4) else None
        task = Task(self.store, self.day, path, item, self.rng.choice([1, 1, 2, 3, 5]), actor)
        argv = self.words(task, actor)
        result = self.binary.run(self.step(argv))
        self.counts["other"][f"status {result.status}"] += 1
        expected = task.status()
        if expected is not None or result.status not in (0, 3):
            return self.require(argv, "the exit status", "section 6.7", expected, result.status)
        if result.status == 0:
            self.check_proposal(task, argv, json.loads(result.out))
        else:
            self.check_refusal(task, argv, actor, result.error()["message"])

    @staticmethod
    def words(task, actor):
        words = ["rebalance", show_path(task.path), "--need", f"{task.item}={task.need}"]
        return words + (["--as", actor] if actor else [])

    @staticmethod
    def require(argv, what, sentence, expected, found):
        if expected != found:
            raise Disagreement(f"{what} of `{shlex.join(argv)}`", sentence, show(expected), show(found))

    def check_proposal(self, task, argv, plan):
        """A change of licences after which N more of NAME is available in PATH today; applied at once, it succeeds."""
        lines = ("\n".join(plan["commands"]) + "\n").encode()
        dry = self.binary.run(self.step(["batch", "-n", *argv[4:]], lines))
        if dry.status != 0:
            raise Disagreement(f"the commands of `{shlex.join(argv)}`", spec_words(self.check_proposal), "exit 0",
                               f"{dry.status} {dry.err.decode()}{lines.decode()}")
        changes = [((*each["path"].split("/")[1:],) if each["path"] != "/" else ROOT, each["name"],
                    each["after"] - each["before"]) for each in plan["changes"]]
        lowered = {(path, name): -by for path, name, by in changes if by < 0}
        self.require(argv, "what is raised", spec_words(Task.raises), [list(each) for each in task.raises()],
                     [list(each) for each in changes if each[2] > 0])
        self.require(argv, "what is lowered", spec_words(Task.donors), [],
                     [list(p) for p, _ in lowered if p not in task.donors()])
        self.require(argv, "how much is lowered", spec_words(Task.keeps_used), True, task.keeps_used(lowered))
        after = task.apply(lowered)
        self.require(argv, "the rules after it", spec_words(self.check_proposal), True, after is not None)
        more = Model(after, self.day).available(task.path, task.item, self.day)
        self.require(argv, "what is available after it", spec_words(self.check_proposal),
                     task.model.available(task.path, task.item, self.day) + task.need, more)
        self.check_least(task, argv, lowered)
        self.counts["other"]["proposals that lower"] += bool(lowered)
        self.counts["other"]["proposals that lower several"] += len(lowered) > 1

    def check_least(self, task, argv, lowered):
        """Nothing is taken without need: no lowering can be less."""
        for key, amount in lowered.items():
            less = {k: n for k, n in {**lowered, key: amount - 1}.items() if n}
            self.require(argv, f"whether {key} can be lowered by less", spec_words(self.check_least), None,
                         None if task.apply(less) is None else [[*k, n] for k, n in less.items()])

    def check_refusal(self, task, argv, actor, message):
        """Exit 3 with the reason where this gives too little."""
        combinations = task.combinations()
        if combinations is None:
            self.counts["other"]["refusals not searched"] += 1
        else:
            self.counts["other"]["refusals searched"] += 1
            for lowered in combinations:
                if task.keeps_used(lowered) and task.apply(lowered) is not None:
                    raise Disagreement(f"the refusal of `{shlex.join(argv)}`", spec_words(self.check_refusal),
                                       f"possible: {lowered}", message)
        bound = re.search(r"at most (\d+) of (\d+) more", message)
        self.counts["other"]["bounds above 0"] += bound is not None and int(bound[1]) > 0
        if bound and int(bound[1]) + 1 < task.need:
            more = self.words(Task(task.store, task.day, task.path, task.item, int(bound[1]) + 1), actor)
            result = self.binary.run(self.step(more))
            self.require(more, "the exit status, as `at most N` says", spec_words(self.check_refusal), 3, result.status)


def main():
    total = run_episodes(Rebalances, __doc__, ("ops", 60), 12)
    return 0 if total is not None and total["proposals that lower"] and total["refusals searched"] else 1


if __name__ == "__main__":
    sys.exit(main())
