"""Two stores alike, but that entries of the one changed something outside the actor's scope too: the actor is shown the
same log in both, and takes back the same with the same answers."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable

from leak_questions import Question
from leak_world import ACTOR, Answer, Leak, World, require_same

MIXED, ALONE = STORES = ("mixed.db", "alone.db")
MANY = 1001  # groups, whose making an entry does not tell one by one


class Twins:
    is_compact = False  # whether an entry is kept in the compact form, which `log` does not count if it is mixed

    is_catalogue_alike = True

    def __init__(self, world: World, ask: Callable[..., Answer]):
        self.world, self.rng, self.tool, self.ask = world, world.rng, world.tool, ask

    def run(self) -> None:
        usual, self.tool.store = self.tool.store, MIXED
        for store in STORES:
            shutil.copy(f"{self.tool.folder}/{usual}", f"{self.tool.folder}/{store}")
        first = self.newest() + 1
        for _ in range(self.rng.randint(1, 3)):
            self.rng.choice([self.batch, self.batch, self.of_one_user, self.import_files])()
            self.rng.choice([self.change_outside, self.change_outside, lambda: self.batch(0)])()
        revisions = range(first, self.newest() + 1)
        for revision in revisions:
            for line in (f"log show {revision}", f"undo -n {revision}", f"undo -n {revision} --json",
                         f"state -r --as-of {revision} --at 2027-01-01"):
                if self.is_catalogue_alike or not line.startswith("state"):  # which shows what is in the catalogue
                    self.compare(line)
        for revision in sorted(revisions, reverse=self.rng.random() < 0.7):
            self.compare(f"undo {revision}")
            self.compare("log --json")
        for line in ("undo", "log --json", f"log show {self.newest()} --json", "user list -r", "license list -r",
                     "group list -r", *[f"export {top}" for top in self.world.tops]):
            self.compare(line)
        for store in STORES:
            checked = self.tool.run(["check"], store=store)
            if checked.status != 0:
                raise Leak(f"check after undo: {checked}")
        self.tool.store = usual
        self.world.look()

    def newest(self) -> int:
        return self.tool.read("log --max 1")[0]["revision"]

    def compare(self, line: str) -> None:
        question = Question(shlex.split(line))
        require_same(f"{line}\nwhere an entry changed something outside too, and where it did not",
                     *[self.ask(question, store, self.mask) for store in STORES])

    def mask(self, text: str) -> str:
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
        if not self.is_compact:
            return text
        return "\n".join(sorted(re.sub(r'"changes":(null|\d+)', "CHANGES", text).splitlines()))

    # ---- entries

    def write(self, words: list[str], mixed: str = "", alone: str = "") -> bool:
        """One entry in each store, or none; the text is read."""
        answers = [self.tool.run([*words, "-n"], text, store=store) for store, text in zip(STORES, (mixed, alone))]
        if any(answer.status != 0 or "nothing to change" in answer.out for answer in answers):
            return False
        for store, text in zip(STORES, (mixed, alone)):
            answer = self.tool.run(words, text, store=store)
            if answer.status != 0:
                raise Leak(f"{shlex.join(words)} after its dry run: {answer}")
            self.tool.history.append(f"in {store}: {shlex.join(words)} < {text!r}")
        return True

    def change_outside(self) -> None:
        """Something in the one, and in the other, for a revision too, something else."""
        self.world.look()
        for _ in range(5):
            line = shlex.join(self.world.change_outside())
            if self.write(["batch"], line, f"group set / --kind {self.world.new('zq')}"):
                return

    def batch(self, most_outside: int = 3) -> None:
        self.world.look()
        for _ in range(8):
            inside = [shlex.join(self.change_inside()) for _ in range(self.rng.randint(1, 3))]
            outside = [shlex.join(self.world.change_outside()) for _ in range(self.rng.randint(0, most_outside))]
            entry = f"catalog add {self.world.new('door')} --feature" if outside and self.rng.random() < 0.2 else None
            lines = [*inside, *outside, *([entry] if entry else [])]
            self.rng.shuffle(lines)
            if self.write(["batch"], "\n".join(lines), "\n".join(line for line in lines if line in inside)):
                if entry:  # the other catalogue has it too, a revision later
                    self.is_catalogue_alike = False
                    self.write(["batch"], f"group set / --kind {self.world.new('zq')}", entry)
                return

    def of_one_user(self) -> None:
        """Of a user in scope who, in the one, has a membership outside."""
        self.world.look()
        email, place = self.world.pick(self.world.seen, None), self.rng.choice(self.world.beside + self.world.above)
        if email is None:
            return
        self.write(["batch"], f"user add {shlex.quote(place)} {email} --name zq",
                   f"group set / --kind {self.world.new('zq')}")
        self.write(self.rng.choice([["user", "remove", "--all", email],
                                    ["user", "rename", email, f"{self.world.new('in')}@in.example"]]))

    def import_files(self) -> None:
        """A file with groups and users on both sides, perhaps with thousands of groups."""
        self.world.look()
        place = self.rng.choice(self.world.inside)
        beside = self.rng.choice(self.world.beside + self.world.above)
        many = MANY if self.rng.random() < 0.4 else 2
        self.is_compact = self.is_compact or many == MANY
        below = {self.world.new("hall "): {"users": {f"{self.world.new('in')}@in.example": {"name": "New"}}}
                 for _ in range(self.rng.choice([2, many]))}
        outside = {self.world.new("zq"): {"kind": "zq"} for _ in range(many)}
        files = [self.describe({place: below, beside: outside}), self.describe({place: below})]
        self.write(["import", "-"], *files)

    @staticmethod
    def describe(groups: dict[str, dict]) -> str:
        """The file for groups below others."""
        whole: dict = {"allot": 1}
        for path, below in groups.items():
            group = whole
            for name in path.strip("/").split("/") if path != "/" else []:
                group = group.setdefault("groups", {}).setdefault(name, {})
            group.setdefault("groups", {}).update(below)
        return json.dumps(whole)

    def change_inside(self) -> list[str]:
        world, rng = self.world, self.rng
        place = rng.choice(world.inside)
        below = world.pick([path for path in world.inside if path not in world.tops], place)
        users = [(user["group"], user["email"]) for user in self.tool.read("user list -r")
                 if world.is_inside(user["group"]) and user["email"] != ACTOR]
        member = world.pick(users, (place, "nobody@in.example"))
        new = world.new("new ")
        return rng.choice([
            ["user", "add", place, f"{world.new('in')}@in.example", "--name", new, *world.grant(0, 2)],
            ["user", "set", *member, "--name", new], ["user", "set", *member, "--name", new],
            ["user", "remove", *member],
            ["user", "remove", "--all", member[1]], ["user", "rename", member[1], f"{world.new('in')}@in.example"],
            ["group", "add", f"{place}/{new}"], ["group", "set", below, "--kind", new],
            ["group", "rename", below, new], ["group", "remove", below, "-r"],
            ["group", "move", below, world.pick([path for path in world.inside if not path.startswith(below)], place)],
            ["license", "add", below, new, *world.grant(1, 5), "--restriction", "reserved"]])
