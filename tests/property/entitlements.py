"""After random commands `entitlements` has for all users what `state --user` has for each, and what the model has.

    entitlements.py --allot PATH [--seed N] [--ops N] [--episodes N]

Compared are JSON and tsv, the company and a subtree, a day and `--at`, full rights and an actor: a user in the groups
that the actor sees is there, with what these groups give, and no other user.
"""

from __future__ import annotations

import json
import shlex
import sys

from check_binary import Disagreement, Episode, Read, Step, compare_read, show
from commands import create, perform
from episodes import run_episodes
from generator import EMAILS, Generator, Operation
from model import ROOT, Model, fold, show_day, spec_words


class Sharing(Generator):
    """More users with grants of several groups, and more who see a part of the company."""

    def second_grant(self):
        """Some of what is left in a group, for a user who has a grant of another one if there is such a user and group."""
        model = Model(self.store, self.today)
        granted = sorted({key for (_, key), x in self.store.members.items() if any(x.counts.values())
                          and model.status(x, self.today) == "active"}) or [fold(each) for each in EMAILS]
        places = [(path, key, left) for path in self.groups() for key in granted if (path, key) not in self.store.members
                  for left in [model.available(path, "sip", self.today)] if left is None or left > 0]
        if not places:
            return self.user_add()
        path, key, left = self.rng.choice(places)
        most = 2 if left is None else min(left, 2)
        return self.member_of(path, self.store.emails.get(key, key), {"sip": self.rng.randint(1, most)}, None)

    def steward(self):
        """A concierge or administrator of a group; rather where there are users, and not of the whole company."""
        held = sorted({path for path, _ in self.store.members if path})
        path = self.rng.choice(held) if held and self.chance(0.7) else self.path(below_root=True)
        return self.member_of(path, self.new_email(path), {}, self.rng.choice(["concierge", "admin"]))

    def suspension(self):
        """Of a group with users, until the next such command."""
        suspended = sorted(path for path, group in self.store.groups.items() if group.suspended)
        held = suspended or sorted({path for path, _ in self.store.members if path})
        path = self.rng.choice(held) if held else self.path()
        fields = {"path": path, "kind": None, "restriction": None, "suspended": not suspended, "no_reminder": False,
                  "reminder": None, "remind_users": False, "remind_low": None}
        return Operation("group set", fields, ["group", "set", self.spell(path), "--resume" if suspended else "--suspend"])

    def member_of(self, path, email, counts, role):
        fields = {"path": path, "email": email, "counts": counts, "features": None, "start": None, "until": None,
                  "name": None, "role": role, "if_not_exists": False}
        return Operation("user add", fields, ["user", "add", self.spell(path), email, *(["--role", role] if role else []),
                                              *self.grant_arguments(counts, [], None, None)])

    KINDS = [*Generator.KINDS, (second_grant, 25), (steward, 8), (suspension, 5)]


class Entitlements(Episode):
    """Random commands, and all entitlements after some of them."""

    def __init__(self, options, number):
        super().__init__(options, number)
        self.generator = Sharing(self.rng, self.folder)

    def begin(self):
        """Every other company has licences that do not end."""
        if self.number % 2:
            return super().begin()
        fields = {"counts": {"sip": 12, "mobile": 9}, "features": ["ukey2"], "start": None, "until": None}
        self.store = None
        words = self.generator.grant_arguments(fields["counts"], fields["features"], None, None)
        op = Operation("init", fields, ["init", *words])
        self.apply(op, lambda: create(self.day, op))

    def operate(self):
        op = self.generator.next(self.store, self.day)
        self.apply(op, lambda: perform(self.store, self.day, op))
        if self.chance(0.3):
            self.compare_entitlements()

    def round_trip(self):
        pass

    def compare_entitlements(self):
        """What every user with a membership at or below PATH is entitled to from these memberships."""
        shown = self.viewed_day()
        at = [] if shown is None else ["--at", show_day(shown)]
        day = self.day if shown is None else shown
        model = Model(self.store, self.day, {day})
        for path in {ROOT, self.rng.choice(self.groups())}:
            argv = ["entitlements", self.generator.spell(path), *at]
            expected = model.entitlements([path], day)
            compare_read(Read(argv, expected), self.ask(argv))
            self.count(model, path, expected, day)
        self.compare_with_each(at, None, None)
        actors = sorted({key for (_, key), x in self.store.members.items() if x.role != "user"
                         and Model.status(x, self.day) == "active"})
        if actors:
            actor = self.rng.choice(actors)
            scope = [p for (p, key), x in self.store.members.items() if key == actor and x.role != "user"
                     and Model.status(x, self.day) == "active"]
            compare_read(Read(["entitlements", "--as", actor, *at], model.entitlements(scope, day)),
                         self.ask(["entitlements", "--as", actor, *at]))
            self.compare_with_each(at, actor, scope)
            self.counts["other"]["as an actor"] += 1

    def count(self, model, path, expected, day):
        """What was compared, so that the run shows that the stores had it."""
        counts = self.counts["other"]
        counts["users" if path == ROOT else "users of a part"] += len(expected)
        for (group, _), x in self.store.members.items():
            if group[:len(path)] == path:
                active = Model.status(x, day) == "active"
                counts["memberships not active"] += not active
                counts["counts blocked"] += active and any(n and model.blocked_by(group, r, day) for r, n in x.counts.items())
                counts["features blocked"] += active and any(model.blocked_by(group, f, day) for f in self.store.features
                                                             if x.features is None or f in x.features)
        for each in expected:
            items = each["entitlement"]
            counts["of several groups"] += any(len(x["from"]) > 1 for x in items["counts"].values())
            counts["of nothing"] += not items["features"] and not any(x["total"] for x in items["counts"].values())

    def compare_with_each(self, at, actor, scope):
        """`entitlements` equals `state --user` of each user, in JSON and in tsv."""
        acting = ["--as", actor] if actor else []
        together = json.loads(self.ask(["entitlements", *acting, *at]).out)
        users = [each["email"] for each in together]
        # Of itself an actor sees all memberships with `state --user`, those outside its scope too.
        if actor and any(key == actor and not self.sees(scope, p) for p, key in self.store.members):
            users = [email for email in users if fold(email) != actor]
        kinds = [("--json", lambda text: [json.loads(text)]), ("--format=tsv", lambda text: text.decode().splitlines())]
        for form, read in kinds:
            steps = [Step(self.day, ["state", "--user", email, form, *acting, *at], None, {}) for email in users]
            answers = [read(result.out) for result in self.binary.read_all(steps)]
            if form == "--json":
                expected = [{key: x[key] for key in ("email", "name", "at", "entitlement")} for (x,) in answers]
                found = [each for each in together if each["email"] in users]
            else:
                expected = ["\t".join([email, *line.split("\t")[:3]])  # without what the group gives
                            for email, lines in zip(users, answers) for line in lines]
                argv = ["entitlements", form, *acting, *at]
                lines = self.binary.run(Step(self.day, argv, None, {})).out.decode().splitlines()
                found = [line for line in lines if line.partition("\t")[0] in users]
            if expected != found:
                differ = next((pair for pair in zip(expected, found) if pair[0] != pair[1]), (expected, found))
                raise Disagreement(f"`entitlements {form} {shlex.join([*acting, *at])}`", spec_words(self.compare_with_each),
                                   show(differ[0]), show(differ[1]))
            self.counts["other"][f"compared with state --user {form}"] += len(expected)
            if actor:
                others = [email for email in users if fold(email) != actor]
                self.counts["other"][f"of others as an actor, {form}"] += (
                    len(others) if form == "--json" else sum(line.partition("\t")[0] in others for line in found))

    @staticmethod
    def sees(scope, path):
        return any(path[:len(top)] == top for top in scope)

    def ask(self, argv):
        return self.binary.run(self.step(argv))


def main():
    total = run_episodes(Entitlements, __doc__, ("ops", 80), 8)
    needed = ("users", "users of a part", "memberships not active", "counts blocked", "features blocked", "of several groups",
              "as an actor", "of others as an actor, --json", "of others as an actor, --format=tsv")
    return 1 if total is None or not all(total[each] for each in needed) else 0


if __name__ == "__main__":
    sys.exit(main())
