"""A random tree with an actor that sees one or two of its groups; names outside contain `zq`."""

from __future__ import annotations

import json
import os
import random
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

TODAY = "2026-11-24"
PATIENCE = 60  # seconds for one command
ACTOR = "actor@in.example"
DATES = ["2026-11-24", "2026-12-31", "2027-06-30", "2028-02-29"]


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
class Tool:
    """The binary on one store; commands with full rights are recorded for the report."""
    program: str
    folder: str
    by_option: bool
    history: list[str] = field(default_factory=list)
    store: str = "store.db"  # if no group is named

    def run(self, words: list[str], text: str = "", actor: str | None = None, store: str | None = None) -> Answer:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        environment |= {"ALLOT_TODAY": TODAY, "ALLOT_DB": f"{self.folder}/{store or self.store}", "HOME": self.folder}
        if actor and self.by_option and words[0] != "__complete":  # a shell asks for completions without options
            words = [*words, "--as", actor]
        elif actor:
            environment["ALLOT_AS"] = actor
        done = subprocess.run([self.program, *words], env=environment, input=text, capture_output=True, text=True,
                              cwd=self.folder, timeout=PATIENCE)
        return Answer(done.returncode, done.stdout, done.stderr)

    def copy(self, target: str) -> None:
        storage.copy(self.program, f"{self.folder}/{self.store}", f"{self.folder}/{target}")

    def do(self, words: list[str]) -> bool:
        """Runs a command with full rights; returns whether the rules accepted it."""
        answer = self.run(words)
        if answer.status not in (0, 3, 4):
            raise Leak(f"{shlex.join(words)}, with full rights: {answer}")
        if answer.status == 0:
            self.history.append(shlex.join(words))
        return answer.status == 0

    def read(self, command: str, store: str | None = None) -> list[dict]:
        return json.loads(self.run([*shlex.split(command), "--json"], store=store).out)


def require_same(what: str, one: object, other: object) -> None:
    if one != other:
        raise Leak(f"{what}\n--- {one}\n+++ {other}")


def is_below(path: str, top: str) -> bool:
    """Whether it is that group or a group below it."""
    return top == "/" or path == top or path.startswith(f"{top}/")


class World:
    """A random tree, and the objects in the scope of the actor."""

    def __init__(self, rng: random.Random, tool: Tool, is_reserved: bool):
        self.rng, self.tool, self.is_reserved = rng, tool, is_reserved
        self.number = 0
        self.tops: list[str] = []

    def is_inside(self, path: str) -> bool:
        return any(is_below(path, top) for top in self.tops)

    def look(self) -> None:
        """Reads the objects inside the scope, above it and beside it."""
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
        """Groups above the scope, existing or possible."""
        paths = [f"/{name}", f"/{name}/way"][:self.rng.randint(0, 2)]
        for path in paths:
            self.tool.do(["group", "add", path, "--kind", "zq kind", "--label", "zq=zq label", "--language", "zqq"])
            if self.rng.random() < 0.6:
                self.tool.do(["license", "add", path, "zq main", *self.grant(800, 2000), "--feature", "ukey2"])
        return paths

    def repeat(self, change: Callable[[], list[str]], times: int) -> None:
        """Makes a given number of random changes."""
        while times > 0:
            self.look()
            times -= self.tool.do(change())

    def change_inside(self) -> list[str]:
        rng, place = self.rng, self.rng.choice(self.inside)
        email = rng.choice([*self.seen, self.new("in") + "@in.example"])
        below = self.pick([path for path in self.inside if path not in self.tops], "/nowhere")
        return rng.choice([
            ["group", "add", f"{place}/{self.new(rng.choice(['hall ', 'é']))}", "--kind", "site", "--label", "floor=2"],
            ["license", "add", below, "main", *self.grant(1, 12), "--restriction", rng.choice(["reserved", "shared"])],
            ["user", "add", place, email, "--name", self.new("Person "), *self.grant(0, 3)]])

    def change_outside(self) -> list[str]:
        """Changes only memberships outside of users in scope, perhaps with another spelling of the e-mail."""
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
            ["group", "set", place, *rng.choice([["--kind", new], ["--label", f"{new}={new}"], reminder])],
            ["group", "set", changing, rng.choice(["--suspend", "--resume"])],
            ["group", "set", beside, "--restriction", rng.choice(["none", "reserved", "shared"])],
            ["group", "rename", beside, new],
            ["group", "move", beside, self.pick([path for path in self.beside if not is_below(path, beside)], "/")],
            ["group", "remove", beside, "-r"],
            ["license", "add", changing, new, "--type", new, *self.grant(1, 20)],
            ["license", "set", *owned, "--type", new, *self.grant(0, 2000)],
            ["license", "set", *owned, "--label", f"zq={new}"], ["user", "set", *member, "--label", f"zq={new}"],
            ["license", "set", *owned, rng.choice(["--feature", "--no-feature"]), "ukey2"],
            ["license", "remove", *owned],
            ["user", "add", place, rng.choice([email, email.upper()]), *said], ["user", "add", place, email, *said],
            ["user", "set", *member, *said], ["user", "remove", *member],
            ["user", "rename", unseen, f"{new}@zq.example"], ["user", "remove", "--all", unseen]])
