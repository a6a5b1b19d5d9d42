"""After random commands the log restores every state, by --as-of and by undo; undo reports conflicts.

    history.py --allot PATH [--seed N] [--ops N] [--episodes N]

The operations are those of check_binary.py. The state after each write is recorded; later some revision is shown by
`--as-of` and compared with the record, and some revision is undone and the undo is undone again. Sometimes a batch
changes the same objects repeatedly (batches.py): the batch and its undo are counted, logged and reverted per object.
"""

from __future__ import annotations

import json
import shlex
import sys

from batches import Batch, Snapshot, count
from check_binary import FIRST_DAY, Disagreement, Episode, Step, show
from commands import perform
from effects import mirrored, without_memberships
from episodes import run_episodes
from model import show_day

SENTENCES = {
    "as of": "`state --as-of REV|TIME` shows a state as it was then",
    "undo": "`undo` applies the inverse of an entry as a new one, or says which later entries stand in the way",
    "log": "every write is one entry: a revision that only grows",
    "effects": "Every write, every dry run and `undo` report what they change for those below",
    "net": "for each changed thing before and after",
    "check": "check proves that the log's newest entries agree with the store",
}


class History(Episode):
    """One store, a run of operations, and the state after each of them."""

    def begin(self):
        super().begin()
        self.states = {}
        self.keep_state()

    def operate(self):
        op = self.generator.next(self.store, self.day)
        self.apply(op, lambda: perform(self.store, self.day, op))
        self.keep_state()
        if self.chance(0.1):
            self.change_template()
        if self.chance(0.3):
            self.look_back()
        if self.chance(0.3):
            self.undo_and_redo()
        if self.chance(0.15):
            self.batch_and_undo()
        if self.chance(0.05):
            self.ask(["check"], "check")

    def round_trip(self):
        """The log is complete: one entry for each revision."""
        entries = json.loads(self.ask(["log", "--json"], "log"))
        revisions = [entry["revision"] for entry in entries]
        if revisions != list(range(len(revisions), 0, -1)):
            raise Disagreement("the revisions of `log`", SENTENCES["log"], f"1 to {len(revisions)}", show(revisions))
        for entry in entries:
            whole = json.loads(self.ask(["log", "show", str(entry["revision"]), "--json"], "log"))
            if len(whole["changes"]) != entry["changes"]:
                raise Disagreement(f"`log show {entry['revision']}`", SENTENCES["log"], entry["changes"],
                                   show(whole["changes"]))

    # ---- queries

    def run_step(self, argv):
        return self.binary.run(Step(self.day, argv, None, {}))

    def ask(self, argv, why):
        result = self.run_step(argv)
        if result.status != 0:
            raise Disagreement(f"exit status of `{shlex.join(argv)}`", SENTENCES[why], 0,
                               f"{result.status} {result.out.decode()}{result.err.decode(errors='replace')}")
        return result.out.decode()

    def state(self, *words):
        """All figures and licences on one fixed day."""
        return json.loads(self.ask(["state", "-r", "--json", "--at", show_day(FIRST_DAY), *words], "as of"))

    def whole_state(self):
        """The same and, in a last row, the templates."""
        templates = [self.ask(["template", "show", name, "--format", "tsv"], "undo") for name in ("admin", "user")]
        return [*self.state(), {"group": "the templates", "texts": templates}]

    def change_template(self):
        name = self.rng.choice(["admin", "user"])
        texts = ["--subject", self.rng.choice(["Ends", "{{name}}", "a\\nb"])] if self.chance(0.5) else ["--no-html"]
        self.ask(["template", "set", name, *texts] if self.chance(0.7) else ["template", "reset", name], "undo")
        self.keep_state()

    def newest(self):
        return json.loads(self.ask(["log", "--max", "1", "--json"], "log"))[0]["revision"]

    def keep_state(self):
        revision = self.newest()
        if revision not in self.states:
            self.states[revision] = self.whole_state()
        return revision

    def require_same(self, what, why, expected, got):
        if expected != got:
            place = next((a["group"] for a, b in zip(expected, got) if a != b), "the number of groups")
            raise Disagreement(f"{what} at {place}", SENTENCES[why], show(expected), show(got))

    # ---- the two properties

    def look_back(self):
        revision = self.rng.choice(sorted(self.states))
        self.counts["other"]["looked back"] += 1
        self.require_same(f"`state -r --as-of {revision}`", "as of", self.states[revision][:-1],
                          self.state("--as-of", str(revision)))

    def undo_and_redo(self):
        """Undoes some entry and then the undo: the store does not change. A refused undo changes nothing."""
        newest = self.keep_state()
        before = self.states[newest]
        is_last = self.chance(0.5)
        revision = newest if is_last else self.rng.choice(sorted(self.states))
        result = self.run_step(["undo", "--json"] if is_last else ["undo", str(revision), "--json"])
        self.counts["other"][f"undo {result.status}"] += 1
        if result.status in (3, 4):
            if is_last and result.status == 4 and revision > 1:
                raise Disagreement("undo of the newest entry", SENTENCES["undo"], "nothing in the way",
                                   result.err.decode(errors="replace"))
            self.require_same(f"the store after a refused `undo {revision}`", "undo", before, self.whole_state())
            return
        if result.status != 0:
            raise Disagreement(f"exit status of `undo {revision}`", SENTENCES["undo"], "0, 3 or 4",
                               f"{result.status} {result.err.decode(errors='replace')}")
        self.keep_state()
        self.ask(["check"], "check")
        if revision == newest and newest - 1 in self.states:
            self.require_same(f"`undo` of {revision}", "undo", self.states[newest - 1], self.whole_state())
        redone = self.ask(["undo", "--json"], "undo")
        self.require_mirrored(json.loads(result.out), json.loads(redone))
        self.keep_state()
        self.require_same(f"`undo` of the undo of {revision}", "undo", before, self.whole_state())

    def require_mirrored(self, done, undone):
        """An undo unblocks what the write blocked, for the groups that exist before and after both."""
        self.counts["other"]["effects"] += len(done["effects"])
        if without_memberships(undone["effects"]) != mirrored(done["effects"]):
            raise Disagreement("the effects of an undo", SENTENCES["effects"], show(mirrored(done["effects"])),
                               show(undone["effects"]))

    def snapshot(self):
        groups, licenses, users = [json.loads(self.ask([what, "list", "-r", "--json"], "log"))
                                   for what in ("group", "license", "user")]
        for each in licenses:
            del each["ends"]  # depends on the licences above; the log does not say it
        return Snapshot(groups, licenses, users)

    def batch_and_undo(self):
        """A batch that changes objects several times, and its undo, which restores the store of the model."""
        first = self.keep_state()
        before = self.snapshot()
        for _ in range(5):
            batch = Batch(self.rng, before, len(self.binary.history) * 1000)
            batch.grow(self.rng.randint(1, 6))
            step = Step(self.day, ["batch", "--json"], "".join(f"{line}\n" for line in batch.lines).encode(), {})
            trial = self.binary.run(Step(step.day, [*step.argv, "-n"], step.stdin, {}))
            if trial.status in (0, 2):
                break
        self.counts["other"][f"batch {trial.status}"] += 1
        if trial.status != 0:
            return
        done = json.loads(self.binary.run(step).out)
        after = self.snapshot()
        expected = batch.expect(after)
        self.require_told([change for change, _ in expected], first, [json.loads(trial.out), done])
        if not expected:
            return
        self.keep_state()
        undone = [json.loads(self.ask(["undo", "--json", *words], "undo")) for words in (["-n"], [])]
        self.require_mirrored(done, undone[1])
        self.require_told([back for _, back in expected], first + 1, undone)
        self.keep_state()
        self.ask(["check"], "check")
        for revision in (first, first + 1, first + 2):
            self.require_same(f"`state -r --as-of {revision}`", "as of", self.states[revision][:-1],
                              self.state("--as-of", str(revision)))
        self.require_same("`undo` of a batch", "undo", self.states[first], self.whole_state())

    def require_told(self, expected, revision, outcomes):
        """The counters of a write after `revision`, the number in the log and its changes are those expected."""
        totals = count(expected)
        for outcome in outcomes:
            told = {key: outcome[key] for key in totals}
            if told != totals:
                raise Disagreement("the counters of a batch or its undo", SENTENCES["net"], show(totals), show(told))
        newest = self.newest()
        if newest != revision + bool(expected):
            raise Disagreement("the revision after a batch", SENTENCES["log"], revision + bool(expected), newest)
        if not expected:
            return
        whole = json.loads(self.ask(["log", "show", str(newest), "--json"], "log"))["changes"]
        told, wanted = ({json.dumps(each, sort_keys=True) for each in side} for side in (whole, expected))
        if told != wanted or len(whole) != len(expected):
            raise Disagreement(f"`log show {newest}`", SENTENCES["net"], "\n".join(sorted(wanted - told)),
                               "\n".join(sorted(told - wanted)))


def main():
    return 0 if run_episodes(History, __doc__, ("ops", 60), 12) is not None else 1


if __name__ == "__main__":
    sys.exit(main())
