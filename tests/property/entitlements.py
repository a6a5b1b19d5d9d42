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
from commands import perform
from episodes import run_episodes
from model import ROOT, Model, fold, show_day, spec_words


class Entitlements(Episode):
    """Random commands, and all entitlements after some of them."""

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
                expected = [f"{email}\t{line}" for email, lines in zip(users, answers) for line in lines]
                argv = ["entitlements", form, *acting, *at]
                lines = self.binary.run(Step(self.day, argv, None, {})).out.decode().splitlines()
                found = [line for line in lines if line.partition("\t")[0] in users]
            if expected != found:
                differ = next((pair for pair in zip(expected, found) if pair[0] != pair[1]), (expected, found))
                raise Disagreement(f"`entitlements {form} {shlex.join([*acting, *at])}`", spec_words(self.compare_with_each),
                                   show(differ[0]), show(differ[1]))
            self.counts["other"][f"compared with state --user {form}"] += len(expected)

    @staticmethod
    def sees(scope, path):
        return any(path[:len(top)] == top for top in scope)

    def ask(self, argv):
        return self.binary.run(self.step(argv))


def main():
    total = run_episodes(Entitlements, __doc__, ("ops", 80), 8)
    needed = ("users", "users of a part", "memberships not active", "counts blocked", "features blocked")
    return 1 if total is None or not all(total[each] for each in needed) else 0


if __name__ == "__main__":
    sys.exit(main())
