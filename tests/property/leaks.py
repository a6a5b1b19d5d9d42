"""What an administrator or concierge is shown neither changes with what is outside its scope nor names it.

    leaks.py --allot BINARY [--seed N] [--rounds N]

Each round makes a random tree and an actor who sees one or two groups of it and all below them. It asks as the actor,
changes what is outside with full rights, and asks again: the answers are the same, byte for byte, and the same for a
group or user outside as for one that is not there. Then the actor writes: outside, nothing changes. Every name outside
has `zq` in it, which no answer may have where the actor has not written it.

In even rounds the actor's groups are reserved, and nothing that the groups above them have changes; in odd rounds the
actor's groups draw on those above, which change too: figures that this makes felt are masked.
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
from dataclasses import dataclass, field

TODAY = "2026-11-24"
PATIENCE = 60  # seconds for one command
ACTOR = "actor@in.example"
HUGE = "2000000000"
FILE = "allot: 1\nusers: {filed@in.example: {name: Filed}}\n"
DATES = ["2026-11-24", "2026-12-31", "2027-06-30", "2028-02-29"]
FELT = {"limit", "remaining", "available", "accepted", "free", "bounds", "entitlement", "spans"}


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
        words = {word for text in self.words for word in [text, *text.split()] if "zq" in text.lower()}
        return words | {part for word in words for part in word.rpartition("/")}


@dataclass
class Tool:
    """The binary on one store; every command with full rights is kept for the report."""
    program: str
    folder: str
    by_option: bool = True
    history: list[str] = field(default_factory=list)

    def run(self, words: list[str], text: str = "", actor: str | None = None, store: str = "store.db") -> Answer:
        environment = {"ALLOT_TODAY": TODAY, "ALLOT_DB": f"{self.folder}/{store}", "HOME": self.folder, "LC_ALL": "C.UTF-8",
                       "PATH": os.environ.get("PATH", "/usr/bin:/bin")}
        # The line that is completed names no actor, nor is --as before `__complete` what a shell writes.
        if actor and self.by_option and words[0] != "__complete":
            words = [*words, "--as", actor]
        elif actor:
            environment["ALLOT_AS"] = actor
        done = subprocess.run([self.program, *words], env=environment, input=text, capture_output=True, text=True,
                              cwd=self.folder, timeout=PATIENCE)
        return Answer(done.returncode, done.stdout, done.stderr)

    def do(self, *words: str) -> bool:
        """Whether it was done with full rights; the rules may refuse it."""
        answer = self.run(list(words))
        if answer.status not in (0, 3, 4):
            raise Leak(f"{shlex.join(words)}, with full rights: {answer}")
        if answer.status == 0:
            self.history.append(shlex.join(words))
        return answer.status == 0

    def read(self, words: list[str], store: str = "store.db") -> list[dict]:
        return json.loads(self.run([*words, "--json"], store=store).out)


def is_below(path: str, top: str) -> bool:
    """Whether it is that group or one below it."""
    return top == "/" or path == top or path.startswith(f"{top}/")


class World:
    """A random tree and what in it is in the actor's scope."""

    def __init__(self, rng: random.Random, tool: Tool, is_reserved: bool):
        self.rng, self.tool, self.is_reserved = rng, tool, is_reserved
        self.number = 0
        self.tops: list[str] = []

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def new(self, start: str) -> str:
        self.number += 1
        return f"{start}{self.number}"

    def is_inside(self, path: str) -> bool:
        return any(is_below(path, top) for top in self.tops)

    def is_above(self, path: str) -> bool:
        return not self.is_inside(path) and any(is_below(top, path) for top in self.tops)

    def look(self) -> None:
        """Reads what there is; what is inside, above and beside the scope."""
        groups = [group["path"] for group in self.tool.read(["group", "list", "-r"])]
        self.inside = [path for path in groups if self.is_inside(path)]
        self.above = [path for path in groups if self.is_above(path)]
        self.beside = [path for path in groups if not self.is_inside(path) and not self.is_above(path)]
        users = self.tool.read(["user", "list", "-r"])
        self.members = [(user["group"], user["email"]) for user in users if not self.is_inside(user["group"])]
        self.seen = sorted({user["email"] for user in users if self.is_inside(user["group"])} - {ACTOR})
        self.unseen = sorted({email for _, email in self.members} - {*self.seen, ACTOR})
        licenses = self.tool.read(["license", "list", "-r"])
        self.licenses = [(each["group"], each["name"]) for each in licenses if not self.is_inside(each["group"])]
        self.own_licenses = [(each["group"], each["name"]) for each in licenses if self.is_inside(each["group"])]

    # ---- making it

    def make(self) -> None:
        self.tool.do("init", "--sip", "9000", "--mobile", "9000", "--feature", "ukey2")
        self.make_scope()
        for _ in range(self.rng.randint(5, 9)):
            self.add_group_beside()
        for _ in range(self.rng.randint(2, 7)):
            self.add_inside()
        for _ in range(self.rng.randint(4, 12)):
            self.add_member_inside()
        for _ in range(self.rng.randint(6, 14)):
            self.add_member_outside()
            self.add_license_outside()
        self.look()
        if self.chance(0.4):
            self.tool.do("user", "add", self.rng.choice(self.beside), ACTOR, "--name", "zq me")

    def make_scope(self) -> None:
        above = ["/", "/", *self.make_way("west"), *self.make_way("east")]
        for name in ["north", "south"][:self.rng.randint(1, 2)]:
            top = f"{self.rng.choice(above).rstrip('/')}/{name}"
            self.tool.do("group", "add", top)
            if self.is_reserved:
                self.tool.do("license", "add", top, "main", *self.grant(30, 90), "--feature", "ukey2")
            elif self.chance(0.5):
                self.tool.do("license", "add", top, "main", *self.grant(30, 90), "--restriction", "shared")
            self.tool.do("user", "add", top, ACTOR, "--role", self.rng.choice(["admin", "admin", "concierge"]))
            self.tops.append(top)

    def make_way(self, name: str) -> list[str]:
        """Groups that are above the scope, or could be."""
        paths, path = [], ""
        for depth in range(self.rng.randint(0, 2)):
            path += f"/{name}{depth}"
            self.tool.do("group", "add", path, "--kind", "zq kind")
            if self.chance(0.6):
                self.tool.do("license", "add", path, "zq main", *self.grant(800, 2000), "--feature", "ukey2")
            paths.append(path)
        return paths

    def grant(self, least: int, most: int) -> list[str]:
        sip = self.rng.randint(least, most)
        until = ["--until", self.rng.choice(DATES)] if self.chance(0.2) and least < 800 else []
        return ["--sip", str(sip), "--mobile", str(self.rng.randint(0, sip)), *until]

    def add_inside(self) -> None:
        self.look()
        path = f"{self.rng.choice(self.inside).rstrip('/')}/{self.new(self.rng.choice(['hall ', 'flat', 'é']))}"
        self.tool.do("group", "add", path, "--kind", "site")
        if self.chance(0.5):
            self.tool.do("license", "add", path, "main", *self.grant(1, 12), "--restriction",
                         self.rng.choice(["reserved", "shared"]))

    def add_member_inside(self) -> None:
        self.look()
        email = self.rng.choice(self.seen) if self.seen and self.chance(0.3) else self.new("in") + "@in.example"
        self.tool.do("user", "add", self.rng.choice(self.inside), email, "--name", self.new("Person "), *self.grant(0, 3))

    # ---- changing what is outside

    def add_group_beside(self) -> bool:
        self.look()
        path = f"{self.rng.choice(self.beside + self.above).rstrip('/')}/{self.new('zq')}"
        kind = ["--kind", self.new("zq kind ")] if self.chance(0.5) else []
        return self.tool.do("group", "add", path, *kind)

    def add_license_outside(self) -> bool:
        path = self.rng.choice(self.beside if self.is_reserved else self.beside + self.above)
        return self.tool.do("license", "add", path, self.new("zq"), "--type", "zq type", *self.grant(1, 20),
                            *(["--feature", "ukey2"] if self.chance(0.5) else []))

    def set_license_outside(self) -> bool:
        path, name = self.rng.choice([place for place in self.licenses if self.may_change(place[0])])
        if self.chance(0.3):
            return self.tool.do("license", "remove", path, name)
        return self.tool.do("license", "set", path, name, "--type", self.new("zq"), *self.grant(0, 2000))

    def may_change(self, path: str) -> bool:
        """Whether what the group has may change in this round."""
        return path in self.beside or not self.is_reserved

    def set_group_outside(self) -> bool:
        path = self.rng.choice(self.beside + self.above)
        words = [["--kind", self.new("zq kind ")], ["--remind-before", "9", "--remind-repeat", "daily"]]
        if self.may_change(path):
            words += [["--suspend"], ["--resume"]]
        if path in self.beside:
            words += [["--restriction", restriction] for restriction in ("none", "reserved", "shared")]
        return self.tool.do("group", "set", path, *self.rng.choice(words))

    def move_group_outside(self) -> bool:
        path = self.rng.choice(self.beside)
        if self.chance(0.4):
            return self.tool.do("group", "rename", path, self.new("zq"))
        if self.chance(0.3):
            return self.tool.do("group", "remove", path, "-r")
        parent = self.rng.choice([each for each in self.beside + self.above if not is_below(each, path)])
        return self.tool.do("group", "move", path, parent)

    def add_member_outside(self) -> bool:
        """A user from outside, or one that the actor sees, by another name and perhaps in other letters."""
        self.look()
        known = [*self.seen, *self.unseen]
        email = self.rng.choice(known) if known and self.chance(0.6) else self.new("zq") + "@zq.example"
        return self.tool.do("user", "add", self.rng.choice(self.beside + self.above),
                            email.upper() if self.chance(0.3) else email, "--name", self.new("zq "), "--role",
                            self.rng.choice(["user", "concierge", "admin"]), *self.grant(0, 3))

    def change_member_outside(self) -> bool:
        path, email = self.rng.choice([member for member in self.members if member[1] != ACTOR])
        roll = self.rng.random()
        if roll < 0.3:
            return self.tool.do("user", "remove", path, email)
        if roll < 0.5 and email in self.unseen:
            return self.tool.do("user", "rename", email, self.new("zq") + "@zq.example")
        if roll < 0.6 and email in self.unseen:
            return self.tool.do("user", "remove", "--all", email)
        return self.tool.do("user", "set", path, email, "--name", self.new("zq "), *self.grant(0, 3), "--role",
                            self.rng.choice(["user", "concierge", "admin"]))

    def change_outside(self) -> None:
        adding = [self.add_group_beside, self.add_license_outside, self.add_member_outside]
        changing = [self.set_license_outside, self.set_group_outside, self.move_group_outside, self.change_member_outside]
        done = 0
        while done < 12:
            self.look()
            has_all = self.beside and self.members and any(self.may_change(path) for path, _ in self.licenses)
            done += self.rng.choice(adding + changing if has_all else [self.add_group_beside])()


# ---- what the actor asks

LISTS = ["group list {} -r", "group list {}", "group tree {}", "group show {}", "user list {} -r", "license list {} -r",
         "export {}"]
FIGURES = ["state {}", "state {} -r --depth 1", "state {} --why sip", "state {} --why ukey2", "state {} --timeline",
           "license list {} -r --expiring 400"]
USERS = ["user show {}", "state --user {}", "user show --at 2027-01-01 {}"]
WRITES = ["user add -n {} new@in.example", "group add -n {}/new", "group set -n {} --kind new", "group rename -n {} new",
          "user add {} new@in.example --sip " + HUGE, "license add {} new --sip " + HUGE, "license remove -n {} none",
          "user add {} new@in.example --sip 1 --mobile 2", "group add {}/new/new", "import -n - --into {}",
          "diff - --into {}"]
COMPANY = ["catalog list", "catalog add lift --counted", "check", "init", "backup copy.db", "export", "state /", "group show /"]
ABSENT_GROUPS = [*LISTS, *FIGURES, *WRITES, "group move -n {} {top}", "group move -n {top} {}", "group remove -n {} -r",
                 "group add -n -p {}/new", "user move -n {user} {top} {}", "user remove -n {} {user}",
                 "license show {} main", "license set {} main --sip 1"]
ABSENT_USERS = [*USERS, "user add -n {top} {}", "user set -n {top} {} --name New", "user remove -n {top} {}",
                "user remove -n --all {}", "user rename -n {} new@in.example", "user rename -n {user} {}",
                "user move -n {} {top} {top}/new", "user add {top} {} --sip " + HUGE]


def ask(template: str, word: str, world: World, **options: bool) -> Question:
    user = world.seen[0] if world.seen else ACTOR
    words = [each.format(word, top=world.tops[0], user=user) for each in shlex.split(template)]
    return Question(words, FILE if "-" in words else "", **options)


def questions(world: World) -> list[Question]:
    rng, asked = world.rng, [Question(shlex.split(line)) for line in COMPANY]
    for path in world.tops + rng.sample(world.inside, min(3, len(world.inside))):
        asked += [ask(template, path, world) for template in LISTS + WRITES]
        asked += [ask(template, path, world, in_odd_rounds=False) for template in FIGURES]
    asked += [Question(shlex.split(line)) for line in ("group list -r", "user list -r", "license list -r")]
    asked += [Question(shlex.split(line), in_odd_rounds=False) for line in ("state", "state -r", "state --timeline")]
    for email in world.seen[:3]:
        asked += [ask(template, email, world, in_odd_rounds=False) for template in USERS]
        asked += [ask(template, email, world) for template in ("user remove -n --all {}", "user rename -n {} new@in.example")]
    in_json = [Question([*each.words, "--json"], each.text, "--expiring" not in each.words) for each in asked]
    return asked + in_json + completions(world)


def completions(world: World) -> list[Question]:
    words = ["/", *[top[:place] for top in world.tops for place in range(1, len(top)) if top[place] == "/"], *world.tops]
    lines = [f"{command} {word}{end}" for command in ("state", "group move") for word in words for end in ("", "/", "/z")]
    lines += [f"license show {path} " for path in world.tops + world.beside[:2]]
    lines += ["user show ", "user show z", "user show i", f"user remove {world.tops[0]} ", "state --user "]
    return [Question(["__complete", f"allot {line}"]) for line in lines]


def pairs(world: World) -> list[tuple[str, str, str]]:
    """Commands on what is outside, and what stands for it where it is not there at all."""
    paths = world.rng.sample(world.beside, min(2, len(world.beside))) + [path for path in world.above if path != "/"][:1]
    emails = world.rng.sample(world.unseen, min(2, len(world.unseen)))
    found = [(template, path, path + "x" * 9) for path in paths for template in ABSENT_GROUPS]
    return found + [(template, email, f"nosuch{email}") for email in emails for template in ABSENT_USERS]


# ---- comparing the answers

def mask_revision(text: str) -> str:
    """Until a revision that is shown to an actor is that of the newest entry that it can see."""
    return re.sub(r'("?revision"?:? )\d+', r"\1N", text)


def mask_value(value: object) -> object:
    """The JSON without the figures that make the groups above felt."""
    if isinstance(value, list):
        return [mask_value(each) for each in value if not (isinstance(each, dict) and "reason" in each
                                                           and each["group"] == "above")]
    if not isinstance(value, dict):
        return value
    hidden = FELT | ({"enabled", "until"} if "enabled" in value else set())
    hidden |= {"from", "until", "message", "blocks"} if value.get("group") == "above" else {"message"}
    return {key: None if key in hidden else mask_value(each) for key, each in value.items()}


def mask_text(text: str) -> str:
    try:
        return json.dumps(mask_value(json.loads(text)), indent=1)
    except ValueError:
        days = r" (on every day|on \S+|from \S+ until \S+|from \S+ on|until \S+)(?=[:,\n])"
        return re.sub(days, " DAYS", re.sub(r": at most \d+ would be accepted", "", text))


def require_same(what: str, one: Answer, other: Answer) -> None:
    if one != other:
        raise Leak(f"{what}\n--- {one}\n+++ {other}")


class Round:
    def __init__(self, options: argparse.Namespace, seed: int, folder: str):
        self.tool = Tool(options.allot, folder, by_option=seed % 4 < 2)
        self.world = World(random.Random(seed), self.tool, is_reserved=seed % 2 == 0)
        self.saved: set[str] = set()  # words that the actor has put into the store

    def ask(self, question: Question, store: str = "store.db") -> Answer:
        answer = self.tool.run(question.words, question.text, ACTOR, store)
        self.require_no_name(question, answer)
        answer = Answer(answer.status, mask_revision(answer.out), mask_revision(answer.err))
        if self.world.is_reserved:
            return answer
        return Answer(answer.status, mask_text(answer.out), mask_text(answer.err))

    def require_no_name(self, question: Question, answer: Answer) -> None:
        text = answer.out + answer.err
        for word in sorted(question.typed() | self.saved, key=len, reverse=True):
            text = re.sub(re.escape(word) + r"(?![\w/@])", "", text)
        if "zq" in text.lower():
            raise Leak(f"{question} names what is outside:\n{answer}")

    def run(self) -> int:
        self.world.make()
        asked = questions(self.world)
        answers = [self.ask(question) for question in asked]
        self.compare_pairs()
        shutil.copy(f"{self.tool.folder}/store.db", f"{self.tool.folder}/before.db")
        self.world.change_outside()
        for question, answer in zip(asked, answers):
            now = self.ask(question)
            if self.world.is_reserved or question.in_odd_rounds:
                require_same(f"{question}\nbefore and after changes outside", answer, now)
        self.compare_writes()
        return len(asked)

    def compare_pairs(self) -> None:
        for template, there, nowhere in pairs(self.world):
            answers = []
            for word in (there, nowhere):
                answer = self.ask(ask(template, word, self.world))
                answers.append(Answer(*[re.sub(re.escape(word) + r"(?![\w/])", "IT", str(part)) for part in vars(answer)]))
            require_same(f"{template}, of {there} and of {nowhere}", *answers)

    def compare_writes(self) -> None:
        """The same of what the actor saves, and outside nothing changes by it."""
        top, unseen = self.world.tops[0], [email.upper() for email in self.world.unseen] or ["NEW@in.example"]
        lines = [f"user add {top} new@in.example", f"user add {top} {unseen[0]}", f"user show {unseen[0]} --json",
                 f"user rename new@in.example {unseen[-1]}", f"user show {unseen[-1]} --json", f"group add {top}/zq1",
                 *[f"user remove --all {email}" for email in self.world.seen[:2]], f"user list {top} -r", f"export {top}",
                 f"import - --into {top} --prune", f"export {top}"]
        stores = ("before.db", "store.db")
        kept = [self.outside(store) for store in stores]
        for line in lines:
            question = Question(shlex.split(line), FILE if "import" in line else "")
            self.saved |= question.typed()
            require_same(f"{line}\nbefore and after changes outside", *[self.ask(question, store) for store in stores])
        for store, before in zip(stores, kept):
            require_same("what is outside, before and after the actor writes", before, self.outside(store))

    def outside(self, store: str) -> list[dict]:
        """All that the actor may not change, whatever its role."""
        world, rows = self.world, []
        for words, place in ((["group", "list", "-r"], "path"), (["license", "list", "-r"], "group"),
                             (["user", "list", "-r"], "group")):
            rows += [row for row in self.tool.read(words, store) if not world.is_inside(row[place])]
        for top in world.tops:
            rows += self.tool.read(["license", "list", top], store)
            group = self.tool.run(["group", "show", top, "--json"], store=store).out
            rows.append({key: json.loads(group)[key] for key in ("path", "kind", "restriction", "suspended")})
        return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--allot", required=True, help="the binary")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each later one's is one more")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    options.allot = os.path.abspath(options.allot)
    asked = 0
    for seed in range(options.seed, options.seed + options.rounds):
        with tempfile.TemporaryDirectory(prefix="allot-leaks-") as folder:
            each = Round(options, seed, folder)
            try:
                asked += each.run()
            except Leak as leak:
                print(f"{leak}\nagain: --seed {seed} --rounds 1; what was done with full rights:")
                print("\n".join(each.tool.history))
                return 1
    print(f"{options.rounds} rounds, {asked} questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
