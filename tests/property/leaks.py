"""What an administrator or concierge is shown neither changes with what is outside its scope nor names it.

    leaks.py --allot BINARY [--seed N] [--rounds N]

Each round makes a random tree and an actor who sees one or two groups of it. It asks as the actor, changes what is
outside with full rights, and asks again: the answers are the same, byte for byte, and the same for a group or user
outside as for none. Then the actor writes: outside, nothing changes. What is outside has `zq` in its name, which no
answer may have where the actor has not written it. In rounds with an even seed the actor's groups are reserved and the
limits of those above stay; in odd rounds they draw on those above, which change: what is felt of that is masked.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field

TODAY = "2026-11-24"
PATIENCE = 60  # seconds for one command
ACTOR = "actor@in.example"
DATES = ["2026-11-24", "2026-12-31", "2027-06-30", "2028-02-29"]
FELT_KEYS = {"limit", "remaining", "available", "free", "bounds", "enabled", "accepted", "message", "spans",
             "entitlement"}


class Leak(Exception):
    pass


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"exit {self.status}\n{self.out}{self.err}"


@dataclass
class Question:
    words: list[str]
    text: str = ""
    in_odd_rounds: bool = True  # whether the answer can be compared where figures are felt from above

    def __str__(self) -> str:
        return shlex.join(self.words) + (f" < {self.text!r}" if self.text else "")

    def typed(self) -> set[str]:
        """What of this the actor has written: every word, and of a path what is before and after its last slash."""
        words = {word for text in [*self.words, self.text] for word in [text, *text.split()] if "zq" in text.lower()}
        return words | {part for word in words for part in word.rpartition("/")}


@dataclass
class Tool:
    """The binary on one store; what is done with full rights is kept for the report."""
    program: str
    folder: str
    by_option: bool
    history: list[str] = field(default_factory=list)

    def run(self, words: list[str], text: str = "", actor: str | None = None, store: str = "store.db") -> Answer:
        environment = {"ALLOT_TODAY": TODAY, "ALLOT_DB": f"{self.folder}/{store}", "HOME": self.folder}
        if actor and self.by_option and words[0] != "__complete":  # a shell asks for completions without options
            words = [*words, "--as", actor]
        elif actor:
            environment["ALLOT_AS"] = actor
        done = subprocess.run([self.program, *words], env=environment, input=text, capture_output=True, text=True,
                              cwd=self.folder, timeout=PATIENCE)
        return Answer(done.returncode, done.stdout, done.stderr)

    def do(self, words: list[str]) -> bool:
        """Whether it was done with full rights; the rules may refuse it."""
        answer = self.run(words)
        if answer.status not in (0, 3, 4):
            raise Leak(f"{shlex.join(words)}, with full rights: {answer}")
        if answer.status == 0:
            self.history.append(shlex.join(words))
        return answer.status == 0

    def read(self, command: str, store: str = "store.db") -> list[dict]:
        return json.loads(self.run([*shlex.split(command), "--json"], store=store).out)


def is_below(path: str, top: str) -> bool:
    """Whether it is that group or one below it."""
    return top == "/" or path == top or path.startswith(f"{top}/")


class World:
    """A random tree, and what in it is in the actor's scope."""

    def __init__(self, rng: random.Random, tool: Tool, is_reserved: bool):
        self.rng, self.tool, self.is_reserved = rng, tool, is_reserved
        self.number = 0
        self.tops: list[str] = []

    def is_inside(self, path: str) -> bool:
        return any(is_below(path, top) for top in self.tops)

    def look(self) -> None:
        """Reads what there is inside the scope, above it and beside it."""
        groups = [group["path"] for group in self.tool.read("group list -r")]
        self.inside = [path for path in groups if self.is_inside(path)]
        outside = [path for path in groups if not self.is_inside(path)]
        self.above = [path for path in outside if any(is_below(top, path) for top in self.tops)]
        self.beside = [path for path in outside if path not in self.above]
        self.changing = self.beside if self.is_reserved else outside  # the groups whose limits change in this round
        users = self.tool.read("user list -r")
        self.members = [(user["group"], user["email"]) for user in users
                        if not self.is_inside(user["group"]) and user["email"] != ACTOR]
        self.seen = sorted({user["email"] for user in users if self.is_inside(user["group"])} - {ACTOR})
        self.unseen = sorted({email for _, email in self.members} - {*self.seen})
        self.licenses = [(each["group"], each["name"]) for each in self.tool.read("license list -r")]

    def pick(self, some: list, otherwise: object) -> object:
        return self.rng.choice(some or [otherwise])

    def new(self, start: str) -> str:
        self.number += 1
        return f"{start}{self.number}"

    def grant(self, least: int, most: int) -> list[str]:
        sip = self.rng.randint(least, most)
        until = ["--until", self.rng.choice(DATES)] if least < 10 and self.rng.random() < 0.2 else []
        return ["--sip", str(sip), "--mobile", str(self.rng.randint(0, sip)), *until]

    def make(self) -> None:
        self.tool.do(["init", "--sip", "9000", "--mobile", "9000", "--feature", "ukey2"])
        self.make_scope()
        self.repeat(self.change_inside, self.rng.randint(6, 18))
        self.repeat(self.change_outside, self.rng.randint(12, 30))
        if self.rng.random() < 0.4:
            self.tool.do(["user", "add", self.pick(self.beside, "/"), ACTOR, "--name", "zq me"])
        self.look()

    def make_scope(self) -> None:
        parents = ["/", "/", *self.make_way("west"), *self.make_way("east")]
        for name in ["north", "south"][:self.rng.randint(1, 2)]:
            top = f"{self.rng.choice(parents).rstrip('/')}/{name}"
            restriction = "reserved" if self.is_reserved else self.rng.choice(["none", "shared"])
            self.tool.do(["group", "add", top, "--restriction", restriction])
            if restriction != "none":
                self.tool.do(["license", "add", top, "main", *self.grant(30, 90), "--feature", "ukey2"])
            self.tool.do(["user", "add", top, ACTOR, "--role", self.rng.choice(["admin", "admin", "concierge"])])
            self.tops.append(top)

    def make_way(self, name: str) -> list[str]:
        """Groups above the scope, or that could be."""
        paths = [f"/{name}", f"/{name}/way"][:self.rng.randint(0, 2)]
        for path in paths:
            self.tool.do(["group", "add", path, "--kind", "zq kind"])
            if self.rng.random() < 0.6:
                self.tool.do(["license", "add", path, "zq main", *self.grant(800, 2000), "--feature", "ukey2"])
        return paths

    def repeat(self, change: Callable[[], list[str]], times: int) -> None:
        """Does random changes until so many were done."""
        while times > 0:
            self.look()
            times -= self.tool.do(change())

    def change_inside(self) -> list[str]:
        rng, place = self.rng, self.rng.choice(self.inside)
        email = rng.choice([*self.seen, self.new("in") + "@in.example"])
        below = self.pick([path for path in self.inside if path not in self.tops], "/nowhere")
        return rng.choice([
            ["group", "add", f"{place}/{self.new(rng.choice(['hall ', 'é']))}", "--kind", "site"],
            ["license", "add", below, "main", *self.grant(1, 12), "--restriction", rng.choice(["reserved", "shared"])],
            ["user", "add", place, email, "--name", self.new("Person "), *self.grant(0, 3)]])

    def change_outside(self) -> list[str]:
        """Of the users in scope only memberships outside change, perhaps written in other letters."""
        rng, new = self.rng, self.new("zq")
        place = rng.choice(self.beside + self.above)
        beside, changing = self.pick(self.beside, "/zq"), self.pick(self.changing, "/zq")
        member = self.pick(self.members, ("/", "zq@zq.example"))
        unseen = self.pick(self.unseen, "zq@zq.example")
        email = rng.choice([*self.seen, *self.unseen, f"{new}@zq.example", f"{new}@zq.example"])
        reminder = ["--remind-before", "9", "--remind-repeat", "daily"]
        said = ["--name", f"{new} Name", "--role", rng.choice(["user", "concierge", "admin"]), *self.grant(0, 3)]
        owned = self.pick([each for each in self.licenses if each[0] in self.changing], ("/", "zq"))
        return rng.choice([
            ["group", "add", f"{place.rstrip('/')}/{new}", "--kind", f"{new} kind"],
            ["group", "set", place, *rng.choice([["--kind", new], reminder])],
            ["group", "set", changing, rng.choice(["--suspend", "--resume"])],
            ["group", "set", beside, "--restriction", rng.choice(["none", "reserved", "shared"])],
            ["group", "rename", beside, new],
            ["group", "move", beside, self.pick([path for path in self.beside if not is_below(path, beside)], "/")],
            ["group", "remove", beside, "-r"],
            ["license", "add", changing, new, "--type", new, *self.grant(1, 20)],
            ["license", "set", *owned, "--type", new, *self.grant(0, 2000)],
            ["license", "set", *owned, rng.choice(["--feature", "--no-feature"]), "ukey2"],
            ["license", "remove", *owned],
            ["user", "add", place, rng.choice([email, email.upper()]), *said], ["user", "add", place, email, *said],
            ["user", "set", *member, *said], ["user", "remove", *member],
            ["user", "rename", unseen, f"{new}@zq.example"], ["user", "remove", "--all", unseen]])


# ---- what the actor asks; FELT is what the groups above make felt

LISTS = ["group list {} -r", "group list {}", "group tree {}", "group show {}", "user list {} -r", "license list {} -r",
         "export {}"]
FELT = ["state {}", "state {} -r --depth 1", "state {} --why sip", "state {} --why ukey2", "state {} --timeline",
        "license list {} -r --expiring 400", "license add -n {} new --feature ukey2", "license add -n {} new --sip 40",
        "batch < state {}", "group set -n {} --restriction none", "group set -n {} --restriction shared",
        "user add -n {} new@x --sip 40", "user add {} new@x --sip 1 --mobile 2"]
WRITES = ["user add -n {} new@x", "group add -n {}/new", "group set -n {} --kind new", "group rename -n {} new",
          "user add {} new@x --sip 2000000000", "license add {} new --sip 2000000000", "license remove -n {} none",
          "group add {}/new/new", "import -n - --into {} < users: {new@x: {}}",
          "diff - --into {} < users: {new@x: {}}", "import - --into {} < users: {new@x: {sip: 2000000000}}",
          "batch -n < user add {} new@x"]
USERS = ["user show {}", "state --user {}", "user show --at 2027-01-01 {}"]
LOG = ["log show {}", "undo -n {}", "state -r --as-of {} --at 2027-01-01", "log --max {}"]
COMPANY = ["log", "undo -n", "catalog list", "catalog add lift --counted", "check", "init", "backup copy.db", "export", "state /"]
ABSENT_GROUPS = [*LISTS, *FELT, *WRITES, "group move -n {} {top}", "group move -n {top} {}", "group remove -n {} -r",
                 "group add -n -p {}/new", "user move -n {user} {top} {}", "user remove -n {} {user}",
                 "license show {} main", "license set {} main --sip 1"]
ABSENT_USERS = [*USERS, "user add -n {top} {}", "user set -n {top} {} --name New", "user remove -n {top} {}",
                "user remove -n --all {}", "user rename -n {} new@x", "user rename -n {user} {}",
                "user move -n {} {top} {top}/new", "user add {top} {} --sip 2000000000"]


def ask(template: str, word: str, world: World, **options: bool) -> Question:
    """After `<` stands what is read: the lines of a batch, or a file without its first line."""
    user = world.seen[0] if world.seen else ACTOR
    words, _, text = template.partition(" < ")
    words = [each.format(word, top=world.tops[0], user=user) for each in shlex.split(words)]
    if "batch" in words:
        text = text.format(shlex.quote(word))
    return Question(words, f"allot: 1\n{text}" if "-" in words else text, **options)


def questions(world: World) -> list[Question]:
    rng, asked = world.rng, [Question(shlex.split(line)) for line in COMPANY]
    for path in world.tops + rng.sample(world.inside, min(2, len(world.inside))):
        asked += [ask(template, path, world) for template in LISTS + WRITES]
        asked += [ask(template, path, world, in_odd_rounds=False) for template in FELT]
    asked += [Question(shlex.split(line)) for line in ("group list -r", "user list -r", "license list -r")]
    asked += [Question(shlex.split(line), in_odd_rounds=False) for line in ("state", "state -r", "state --timeline")]
    for email in world.seen[:3]:
        asked += [ask(template, email, world, in_odd_rounds=False) for template in USERS]
        asked += [ask(template, email, world) for template in ("user remove -n --all {}", "user rename -n {} new@x")]
    for number in rng.sample(range(1, 40), 6):  # revisions that are in sight, out of it, or come later
        asked += [ask(template, str(number), world) for template in LOG]
    near = [("user show {}x", email) for email in world.unseen[:2]] + [("state {}x", path) for path in world.beside[:2]]
    asked += [ask(template, word, world) for template, word in near]
    in_json = [Question([*each.words, "--json"], each.text, each.in_odd_rounds or each.words[0] == "state")
               for each in asked]
    in_tsv = [Question([*each.words, "--format=tsv"], each.text, each.in_odd_rounds) for each in rng.sample(asked, 20)]
    return asked + in_json + in_tsv + completions(world)


def completions(world: World) -> list[Question]:
    starts = ["", *[path.rstrip("/") for path in world.above], *world.tops]
    lines = [f"state {start}{end}" for start in starts for end in ("", "/", "/z")]
    lines += [f"license show {path} " for path in world.tops + world.beside[:2]]
    lines += ["user show ", "user show z", "user show i", f"user remove {world.tops[0]} ", "state --user "]
    return [Question(["__complete", f"allot {line}"]) for line in lines]


def pairs(world: World) -> list[tuple[str, str, str]]:
    """Commands on what is outside, and what stands for it where it is not there at all."""
    paths = world.rng.sample(world.beside, min(2, len(world.beside))) + world.above[1:2]
    emails = world.rng.sample(world.unseen, min(2, len(world.unseen)))
    found = [(template, path, path + "x" * 9) for path in paths for template in ABSENT_GROUPS
             if not (path in world.above and template.startswith("group move"))]  # below itself, argv alone shows
    return found + [(template, email, f"nosuch{email}") for email in emails for template in ABSENT_USERS]


def mask_revision(text: str) -> str:
    """The answer to a write without its revision, which is another in another store."""
    return re.sub(r'(?m)("revision": |\brevision |^(?=(?:\d+\t){12}\d+$))\d+', r"\1N", text)  # JSON, words, tsv


def mask_value(value: object) -> object:
    """The JSON without the figures that make the groups above felt."""
    if isinstance(value, list):
        return [mask_value(each) for each in value if not is_blocked_above(each)]
    if not isinstance(value, dict):
        return value
    hidden = FELT_KEYS | ({"until"} if "enabled" in value else set())
    hidden |= {"from", "until", "blocks"} if value.get("group") == "above" else set()
    return {key: None if key in hidden else mask_value(each) for key, each in value.items()}


def is_blocked_above(value: object) -> bool:
    return isinstance(value, dict) and "reason" in value and value["group"] == "above"


def mask_text(text: str) -> str:
    try:
        return json.dumps(mask_value(json.loads(text)), indent=1)
    except ValueError:
        days = r" (on every day|on \S+|from \S+ until \S+|from \S+ on|until \S+)(?=[:,\n])"
        return re.sub(days, " DAYS", re.sub(r": at most \d+ would be accepted", "", text))


def require_same(what: str, one: object, other: object) -> None:
    if one != other:
        raise Leak(f"{what}\n--- {one}\n+++ {other}")


class Round:
    def __init__(self, options: argparse.Namespace, seed: int, folder: str):
        self.tool = Tool(options.allot, folder, by_option=seed % 4 < 2)
        self.world = World(random.Random(seed), self.tool, is_reserved=seed % 2 == 0)
        self.saved: set[str] = set()  # words that the actor has put into the store

    def ask(self, question: Question, store: str = "store.db", mask: Callable[[str], str] = str) -> Answer:
        answer = self.tool.run(question.words, question.text, ACTOR, store)
        self.require_no_name(question, answer)
        texts = [mask(answer.out), mask(answer.err)]
        return Answer(answer.status, *(texts if self.world.is_reserved else map(mask_text, texts)))

    def require_no_name(self, question: Question, answer: Answer) -> None:
        text = answer.out + answer.err
        for word in sorted(question.typed() | self.saved, key=len, reverse=True):
            text = re.sub(re.escape(word) + r"(?![\w/@])", "", text)
        if "zq" in text.lower():
            raise Leak(f"{question} names what is outside:\n{answer}")

    def run(self) -> None:
        self.world.make()
        asked = questions(self.world)
        answers = [self.ask(question) for question in asked]
        self.compare_pairs()
        shutil.copy(f"{self.tool.folder}/store.db", f"{self.tool.folder}/before.db")
        self.world.repeat(self.world.change_outside, 12)
        for question, answer in zip(asked, answers):
            now = self.ask(question)
            if self.world.is_reserved or question.in_odd_rounds:
                require_same(f"{question}\nbefore and after changes outside", answer, now)
        self.compare_writes()

    def compare_pairs(self) -> None:
        for template, there, nowhere in pairs(self.world):
            answers, start = [], '(?<=")' if there.startswith("/") else ""
            for word in (there, nowhere):
                answer = self.ask(ask(template, word, self.world))
                answers.append(re.sub(start + re.escape(word) + r"(?!\w)", "IT", str(answer)))
            require_same(f"{template}, of {there} and of {nowhere}", *answers)

    def compare_writes(self) -> None:
        """What the actor saves is the same, and changes nothing outside."""
        top, unseen = self.world.tops[0], [email.upper() for email in self.world.unseen] or ["NEW@Y"]
        lines = [f"user add {top} new@x", f"user add {top} {unseen[0]}", f"user show {unseen[0]} --json",
                 f"user rename new@x {unseen[-1]}", f"user show {unseen[-1]} --json", f"group add {top}/zq1",
                 *[f"user remove --all {email}" for email in self.world.seen[:2]], f"user list {top} -r",
                 f"export {top}", f"import - --into {top} --prune", f"export {top}"]
        stores = ("before.db", "store.db")
        kept = [self.outside(store) for store in stores]
        for line in lines:
            file = f"allot: 1\nusers:\n  {unseen[0].title()}: {{}}\n" if "import" in line else ""
            question = Question(shlex.split(line), file)
            self.saved |= question.typed()
            require_same(f"{line}\nbefore and after changes outside", *[self.ask(question, store, mask_revision) for store in stores])
        for store, before in zip(stores, kept):
            require_same("what is outside, before and after the actor writes", before, self.outside(store))

    def outside(self, store: str) -> list[dict]:
        """All that the actor may not change, whatever its role."""
        rows = []
        for command, place in (("group list -r", "path"), ("license list -r", "group"), ("user list -r", "group")):
            rows += [row for row in self.tool.read(command, store) if not self.world.is_inside(row[place])]
        for top in self.world.tops:
            group = self.tool.read(f"group show {top}", store)
            rows += [group[key] for key in ("kind", "restriction", "suspended")]
            rows += self.tool.read(f"license list {top}", store)
        return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--allot", required=True, type=os.path.abspath, help="the binary")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each later one's is one more")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.rounds):
        with tempfile.TemporaryDirectory(prefix="allot-leaks-") as folder:
            each = Round(options, seed, folder)
            try:
                each.run()
            except Leak as leak:
                print(f"{leak}\nagain: --seed {seed} --rounds 1; what was done with full rights:")
                print("\n".join(each.tool.history))
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
