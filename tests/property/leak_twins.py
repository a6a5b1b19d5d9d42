"""Two stores that are equal, except that entries of one also changed objects outside the scope of the actor: the actor
sees the same log in both, and undoes the same changes with the same results."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

from leak_questions import Question
from leak_world import ACTOR, Answer, Leak, World, require_same

MIXED, ALONE = STORES = ("mixed.db", "alone.db")
MANY = 1001  # groups, whose creation an entry does not list one by one
BOSS = "boss@in.example"


class Twins:
    is_catalogue_alike = True

    def __init__(self, world: World, ask: Callable[..., Answer]):
        self.world, self.rng, self.tool, self.ask = world, world.rng, world.tool, ask

    def run(self) -> None:
        for store in STORES:
            self.tool.copy(store)
        usual, self.tool.store = self.tool.store, MIXED
        tops = list(self.world.tops)
        first = self.newest() + 1
        for _ in range(self.rng.randint(1, 3)):
            self.rng.choice([self.batch, self.of_one_user, self.import_files, self.import_files, self.make_own,
                             self.act_as_other, self.bring_in, self.bring_parent_in])()
            for _ in range(self.rng.randint(1, 3)):
                self.rng.choice([self.change_outside, lambda: self.batch(0), self.take_out])()
        revisions = range(first, self.newest() + 1)
        for revision in revisions:
            for line in (*[f"log show {revision} --format {each}" for each in ("table", "json", "tsv")],
                         f"undo -n {revision}", f"undo -n {revision} --json",
                         f"state -r --as-of {revision} --at 2027-01-01"):
                if self.is_catalogue_alike or not line.startswith("state"):  # which shows the content of the catalogue
                    self.compare(line)
        self.compare_lists()
        for revision in sorted(revisions, reverse=self.rng.random() < 0.7):
            self.compare(f"undo {revision}")
            self.compare("log --json")
        self.compare_lists()
        for line in ("undo", "log --json", f"log show {self.newest()} --json", "user list -r", "license list -r",
                     "group list -r", *[f"export {top}" for top in self.world.tops]):
            self.compare(line)
        for store in STORES:
            checked = self.tool.run(["check"], store=store)
            if checked.status != 0:
                raise Leak(f"check after undo: {checked}")
        self.tool.store, self.world.tops = usual, tops
        self.world.look()

    def compare_lists(self) -> None:
        self.world.look()
        paths = self.rng.sample(self.world.inside, min(3, len(self.world.inside)))
        for line in ("log", "log --max 2 --format tsv", "log --since 2020-01-01 --json", f"log --by {BOSS}",
                     *[shlex.join(["log", path]) for path in (*self.world.tops, *paths)]):
            self.compare(line)

    def newest(self) -> int:
        return self.tool.read("log --max 1")[0]["revision"]

    def compare(self, line: str) -> None:
        question = Question(shlex.split(line))
        require_same(f"{line}\nwhere an entry changed something outside too, and where it did not",
                     *[self.ask(question, store, self.mask) for store in STORES])

    def mask(self, text: str) -> str:
        return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", "TIME", text)

    # ---- entries

    def write(self, words: list[str], mixed: str = "", alone: str = "", actor: str | None = None) -> bool:
        """One entry in each store, or none; the text is read. A message of somebody above is in one store alone."""
        messages = ([], []) if actor else (["-m", self.world.new("zq")], [])
        answers = [self.tool.run([*words, "-n"], text, actor, store) for store, text in zip(STORES, (mixed, alone))]
        if any(answer.status != 0 or "nothing to change" in answer.out for answer in answers):
            return False
        for store, text, message in zip(STORES, (mixed, alone), messages):
            answer = self.tool.run([*words, *message], text, actor, store)
            if answer.status != 0:
                raise Leak(f"{shlex.join(words)} after its dry run: {answer}")
            self.tool.history.append(f"in {store} as {actor}: {shlex.join(words)} < {text[:3000]!r}")
        return True

    def change_outside(self) -> None:
        """A change in one store, and a different change in the other for an equal revision."""
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
                if entry:  # the other catalogue has the entry too, a revision later
                    self.is_catalogue_alike = False
                    self.write(["batch"], f"group set / --kind {self.world.new('zq')}", entry)
                return

    def of_one_user(self) -> None:
        """For a user in scope with a membership outside in one of the stores."""
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
        many, more = self.how_many()
        below, outside = self.halls(many), {self.world.new("zq"): {"kind": "zq"} for _ in range(more)}
        files = [self.describe({place: below, beside: outside}), self.describe({place: below})]
        self.write(["import", "-"], *files)

    def make_own(self) -> None:
        """A file that creates a group of the actor, perhaps with thousands of groups, below a group outside the scope."""
        self.world.look()
        many, more = self.how_many()
        own, beside = self.world.new("own "), self.rng.choice(self.world.beside + ["/"])
        group = {own: {"licenses": {"main": {"sip": 5}}, "groups": self.halls(many),
                       "users": {ACTOR: {"name": "Me", "role": self.rng.choice(["admin", "concierge"])}}}}
        outside = {self.world.new("zq"): {"kind": "zq"} for _ in range(more)}
        files = [self.describe({beside: outside, "/": group}), self.describe({"/": group})]
        if self.write(["import", "-"], *files):
            self.world.tops.append(f"/{own}")

    def how_many(self) -> tuple[int, int]:
        """Groups inside and outside; the compact form of an entry can be due to either, or to both."""
        return self.rng.choice([(2, 2), (3, MANY), (600, 600), (MANY, 3), (MANY, MANY)])

    def halls(self, many: int) -> dict[str, dict]:
        below = {self.world.new("hall "): {"users": {f"{self.world.new('in')}@in.example": {"name": "New"}}}
                 for _ in range(many)}
        nested = {self.world.new("nook "): {"licenses": {"main": {"type": "new"}}, "restriction": "none"}}
        return {**below, self.world.new("hall "): {"groups": {self.world.new("stair "): {"groups": nested}}}}

    def take_out(self) -> None:
        """Moves a group out of the visible scope and changes it there, or changes a group that was moved earlier."""
        self.world.look()
        gone = [path for path in self.world.beside if "zq" not in path]
        place, below = self.rng.choice(self.world.above + ["/"]), self.world.pick(self.halls_in_sight(), "/nowhere")
        path = self.world.pick(gone, below)
        new = self.world.new("gone ")
        self.write(self.rng.choice([["group", "move", below, place], ["group", "move", below, place],
                                    ["group", "rename", path, new], ["group", "remove", path, "-r"],
                                    ["group", "set", path, "--kind", new]]))
        if self.rng.random() < 0.3:  # or moves a group out and back in, under another name
            self.world.look()
            below, back = self.world.pick(self.halls_in_sight(), "/nowhere"), self.rng.choice(self.world.tops)
            new = self.world.new("back ")
            if self.write(["group", "move", below, "/"]):
                self.write(["group", "rename", f"/{below.rpartition('/')[2]}", new])
                self.write(["group", "move", f"/{new}", back])

    def halls_in_sight(self) -> list[str]:
        return [path for path in self.world.inside if path not in self.world.tops]

    def act_as_other(self) -> None:
        """Entries of a present or former administrator of a group outside too: BOSS or the actor."""
        self.world.look()
        who, beside = self.rng.choice([BOSS, ACTOR]), self.world.pick(self.world.beside, "/zq")
        place = self.world.tops[0]
        self.write(["user", "add", place, who, "--role", "admin"])
        if not self.write(["user", "add", beside, who, "--role", "admin"]):
            return
        for _ in range(2):
            inside, outside = f"group add {shlex.quote(place)}/'{self.world.new('new ')}'", shlex.join(
                ["group", "add", f"{beside}/{self.world.new('zq')}"])
            self.write(["batch"], f"{inside}\n{outside}", inside, who)
        if who == ACTOR or self.rng.random() < 0.5:
            self.write(["user", "remove", beside, who])

    def bring_in(self) -> None:
        """A group that was changed outside, by an entry that also changed objects inside, becomes visible."""
        self.world.look()
        guest, place = self.world.new("guest "), self.rng.choice(self.world.inside)
        inside = [shlex.join(["group", "add", f"{place}/{self.world.new('new ')}"]) for _ in range(2)]
        if not self.write(["group", "add", f"/{guest}"]):
            return
        for kind, line in zip(("zq", ""), inside):
            self.write(["batch"], f"{line}\ngroup set '/{guest}' --kind '{kind}'", line)
        if self.write(["group", "move", f"/{guest}", place]):
            self.compare(shlex.join(["log", f"{place}/{guest}"]))

    def bring_parent_in(self) -> None:
        """A group leaves another one outside, by an entry that changed something inside too; then that other one comes
        into sight, and perhaps goes again."""
        self.world.look()
        old, place = self.world.new("old "), self.rng.choice(self.world.inside)
        inside = shlex.join(["group", "add", f"{place}/{self.world.new('new ')}"])
        if not self.write(["group", "add", "-p", f"/{old}/deep/zq"]) or not self.write(["group", "add", f"/{old}zq"]):
            return
        move = shlex.join(["group", "move", f"/{old}/deep/zq", f"/{old}zq"])
        other = f"group set / --kind {self.world.new('zq')}"
        if not self.write(["batch"], f"{move}\n{inside}", inside) or not self.write(["batch"], other, move):
            return
        if self.write(["group", "move", f"/{old}/deep", place]):
            self.compare(f"log show {self.newest() - 2} --json")
            if self.rng.random() < 0.5:
                self.write(["group", "remove", f"{place}/deep"])

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
