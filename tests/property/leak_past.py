"""The part of a log entry that an actor sees does not change with later changes of the tree and of the author."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from leak_questions import Question
from leak_world import ACTOR, Answer, Leak, World, is_below, require_same

BOSS = "past@in.example"


class Past:
    def __init__(self, world: World, ask: Callable[..., Answer]):
        self.world, self.rng, self.tool, self.ask = world, world.rng, world.tool, ask

    def run(self) -> None:
        self.make_boss()
        for _ in range(6):
            self.change(BOSS)
        self.compare_answers()
        newest = self.tool.read("log --max 1")[0]["revision"]
        before = self.shown(newest)
        for _ in range(12):
            self.change(None)
        for one, other in zip(before, self.shown(newest), strict=True):
            require_same("what is shown of the past, before and after later writes", one, other)
        self.compare_answers()

    def shown(self, newest: int) -> list[str]:
        """The entries up to `newest`, one by one and as a list, and the states after them."""
        rows = self.entries()
        lists = [json.dumps(row) for row in rows if row["revision"] <= newest]
        answers = [(line, self.ask(Question(shlex.split(line)))) for revision in range(1, newest + 1)
                   for line in (f"log show {revision} --json", f"state -r --as-of {revision} --at 2027-01-01 --json")]
        return lists + [f"{line}: exit {answer.status}\n{answer.out}" for line, answer in answers]

    def entries(self) -> list[dict]:
        answer = self.ask(Question(["log", "--json"]))
        if answer.status != 0:
            raise Leak(f"log: {answer}")
        return json.loads(answer.out)

    def compare_answers(self) -> None:
        """The list, `log show` and `undo` agree on the visible entries."""
        listed = {row["revision"] for row in self.entries()}
        for revision in range(1, self.tool.read("log --max 1")[0]["revision"] + 1):
            shown = self.ask(Question(["log", "show", str(revision)])).status == 0
            undone = "has no revision" not in self.ask(Question(["undo", "-n", str(revision)])).err
            require_same(f"revision {revision}: listed, shown and undone", (revision in listed,) * 2, (shown, undone))

    def make_boss(self) -> None:
        """An author with rights inside and outside the scope."""
        self.world.look()
        for place in (self.world.tops[0], self.world.pick(self.world.beside, "/")):
            self.tool.do(["user", "add", place, BOSS, "--role", "admin"])

    def change(self, author: str | None) -> None:
        """A write of the author if authorized, else with full rights."""
        for _ in range(20):
            self.world.look()
            words = self.pick_change()
            if words is None:
                continue
            if author and self.tool.run(words, actor=author).status == 0:
                self.tool.history.append(f"as {author}: {shlex.join(words)}")
                return
            if self.tool.do(words):
                return
        raise Leak("nothing can be changed any more")

    def pick_change(self) -> list[str] | None:
        world, rng = self.world, self.rng
        below = [path for path in world.inside if not any(is_below(top, path) for top in world.tops)]
        inside, beside = world.pick(below, None), world.pick(world.beside, None)
        if inside is None or beside is None:
            return ["group", "add", f"{rng.choice(world.inside)}/{world.new('hall ')}"]
        return rng.choice([
            ["group", "move", beside, rng.choice(world.inside)],
            ["group", "move", inside, beside], ["group", "move", inside, "/"],
            ["group", "remove", inside, "-r"], ["group", "remove", beside, "-r"],
            ["group", "rename", inside, world.new("hall ")], ["group", "rename", beside, world.new("zq")],
            ["group", "set", inside, "--kind", world.new("kind ")],
            ["group", "add", f"{inside}/{world.new('hall ')}"],
            ["user", "add", rng.choice([inside, beside]), f"{world.new('in')}@in.example"],
            ["user", "add", rng.choice([inside, beside]), BOSS, "--role", rng.choice(["admin", "user"])],
            ["user", "remove", rng.choice([*world.tops, inside, beside]), BOSS]])
