"""The queries of the actor, and the compared parts of the results."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass

from leak_world import ACTOR, World

FELT_KEYS = {"limit", "remaining", "available", "free", "bounds", "enabled", "accepted", "message", "spans",
             "entitlement", "effects"}


@dataclass
class Question:
    words: list[str]
    text: str = ""
    in_odd_rounds: bool = True  # whether the result can be compared if groups above affect figures

    def __str__(self) -> str:
        return shlex.join(self.words) + (f" < {self.text!r}" if self.text else "")

    def typed(self) -> set[str]:
        """The names that the actor has written: every word, and the parts of a path before and after its last slash."""
        words = {word for text in [*self.words, self.text] for word in [text, *text.split()] if "zq" in text.lower()}
        return words | {part for word in words for part in word.rpartition("/")}


# ---- the queries of the actor; FELT are the figures that the groups above affect

LISTS = ["group list {} -r", "group list {}", "group show {}", "user list {} -r", "export {}", "find zq {}",
         "group list {} -r --match *z* --sort natural --columns path,kind,users", "user list {} -r --label zq",
         "group list {} -r --label floor --sort -label.floor --columns path,labels,label.floor", "user list {} -r --sort -email --first 3"]
FELT = ["group tree {}", "group tree {} --match *z*", "license list {} -r", "license list {} -r --sort ends --format csv",
        "state {} -r --near 60", "state {} -r --blocked --sort -sip.available --columns path,sip.available", "state {} --held",
        "state {}", "state {} -r --depth 1", "state {} --why sip", "state {} --why ukey2", "state {} --timeline", "report {}",
        "metrics {} --depth 9", "entitlements {}", "entitlements {} --at 2027-01-01 --format tsv",
        "license list {} -r --expiring 400", "license add -n {} new --feature ukey2", "license add -n {} new --sip 40",
        "batch < state {}", "group set -n {} --restriction none", "group set -n {} --restriction shared",
        "user add -n {} new@x --sip 40", "user add {} new@x --sip 1 --mobile 2",
        "user add -n {} new@x --sip max --mobile max", "license add -n {} new --sip max --at-least sip=2",
        "rebalance {} --need sip=2", "rebalance {} --need mobile=1"]
WRITES = ["user add -n {} new@x", "group add -n {}/new", "group set -n {} --kind new", "group set -n {} --label new=1",
          "group set -n {} --no-label zq", "group set -n {} --language uk", "group rename -n {} new",
          "user add {} new@x --sip 2000000000", "license add {} new --sip 2000000000", "license remove -n {} none",
          "license rename -n {} none new", "license renew -n {} --until 2027-01-01",
          "license renew -n {} -r --with-users --ends 2026-12-31 --until 2027-01-01",
          "batch -n --max-removals 10% < user remove {} none@x", "group remove -n {} -r --max-removals 10%",
          "license transfer -n {} main {} none --sip 1",
          "group add {}/new/new", "import -n - --into {} < users: {new@x: {}}",
          "diff - --into {} < users: {new@x: {}}", "import - --into {} < users: {new@x: {sip: 2000000000}}",
          "batch -n < user add {} new@x"]
USERS = ["user show {}", "state --user {}", "state --user {} --why", "user show --at 2027-01-01 {}"]
LOG = ["log show {}", "undo -n {}", "state -r --as-of {} --at 2027-01-01", "log --max {}", "log --after {} --json-lines"]
COMPANY = ["log", "log --after 0 --json-lines", "log --grep zq", "log --login root", "undo -n", "catalog list", "catalog add lift --counted", "check", "init", "backup copy.db", "export", "state /"]
ABSENT_GROUPS = [*LISTS, *FELT, *WRITES, "group move -n {} {top}", "group move -n {top} {}", "group remove -n {} -r",
                 "group add -n -p {}/new", "user move -n {user} {top} {}", "user remove -n {} {user}",
                 "license transfer -n {top} main {} main --sip 1", "license transfer -n {} main {top} main --sip 1",
                 "rebalance {} --need sip=1", "user add -n {} new@x --sip max", "license show {} main", "license set {} main --sip 1"]
ABSENT_USERS = [*USERS, "user add -n {top} {}", "user set -n {top} {} --name New", "user remove -n {top} {}",
                "user remove -n --all {}", "user rename -n {} new@x", "user rename -n {user} {}",
                "user move -n {} {top} {top}/new", "user add {top} {} --sip 2000000000"]


def is_felt_in_json(words: list[str]) -> bool:
    """Whether also the JSON of a state, in which felt figures are masked, depends on them otherwise."""
    return bool({"--near", "--blocked", "--sort"} & set(words)) or {"--user", "--why"} <= set(words)


def ask(template: str, word: str, world: World, **options: bool) -> Question:
    """The input follows `<`: the lines of a batch, or a file without its first line."""
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
    asked += [Question(shlex.split(line)) for line in ("group list -r", "user list -r", "find zq")]
    asked += [Question(shlex.split(line), in_odd_rounds=False) for line in ("state", "state -r", "state --timeline", "license list -r", "entitlements", "metrics")]
    for email in world.seen[:3]:
        asked += [ask(template, email, world, in_odd_rounds=False) for template in USERS]
        asked += [ask(template, email, world) for template in ("user remove -n --all {}", "user rename -n {} new@x")]
    for number in rng.sample(range(1, 40), 6):  # revisions that are visible, not visible, or in the future
        asked += [ask(template, str(number), world) for template in LOG]
    near = [("user show {}x", email) for email in world.unseen[:2]] + [("state {}x", path) for path in world.beside[:2]]
    asked += [ask(template, word, world) for template, word in near]
    in_json = [Question([*each.words, "--json"], each.text, each.in_odd_rounds or each.words[0] == "state" and not is_felt_in_json(each.words))
               for each in asked]
    in_tsv = [Question([*each.words, "--format=tsv"], each.text, each.in_odd_rounds) for each in rng.sample(asked, 20)]
    return asked + in_json + in_tsv + completions(world)


def completions(world: World) -> list[Question]:
    starts = ["", *[path.rstrip("/") for path in world.above], *world.tops]
    lines = [f"state {start}{end}" for start in starts for end in ("", "/", "/z")]
    lines += [f"license show {path} " for path in world.tops + world.beside[:2]]
    lines += ["user show ", "user show z", "user show i", f"user remove {world.tops[0]} ", "state --user "]
    return [Question(["__complete", "fish", f"allot {line}"]) for line in lines]


def pairs(world: World) -> list[tuple[str, str, str]]:
    """Commands on objects outside the scope, and on missing objects in their place."""
    paths = world.rng.sample(world.beside, min(2, len(world.beside))) + world.above[1:2]
    emails = world.rng.sample(world.unseen, min(2, len(world.unseen)))
    found = [(template, path, path + "x" * 9) for path in paths for template in ABSENT_GROUPS
             if not (path in world.above and template.startswith("group move"))]  # below itself, argv alone shows
    return found + [(template, email, f"nosuch{email}") for email in emails for template in ABSENT_USERS]


def mask_revision(text: str) -> str:
    """The result of a write without its revision, which differs between stores."""
    return re.sub(r'(?m)("revision": |\brevision |^(?=(?:\d+\t){12}\d+$))\d+', r"\1N", text)  # JSON, words, tsv


def mask_value(value: object) -> object:
    """The JSON without the figures that the groups above affect."""
    if isinstance(value, list):
        return [mask_value(each) for each in value if not is_blocked_above(each) and not is_blocked_note(each)]
    if not isinstance(value, dict):
        return value
    hidden = FELT_KEYS | ({"until"} if "enabled" in value else set())
    hidden |= {"from", "until", "blocks"} if value.get("group") == "above" else set()
    return {key: None if key in hidden else mask_value(each) for key, each in value.items()}


def is_blocked_note(value: object) -> bool:
    return isinstance(value, str) and re.search(r"\b(is|are) blocked in ", value) is not None


def is_blocked_above(value: object) -> bool:
    return isinstance(value, dict) and "reason" in value and value["group"] == "above"


def mask_text(text: str) -> str:
    try:
        return json.dumps(mask_value(json.loads(text)), indent=1)
    except ValueError:
        felt = r"(?m)^(note: .* (is|are) blocked in .*|(no longer )?blocked by .*)\n"
        text = re.sub(felt, "", text)
        days = r" (on every day|on \S+|from \S+ until \S+|from \S+ on|until \S+)(?=[:,\n])"
        return re.sub(days, " DAYS", re.sub(r": at most \d+ would be accepted", "", text))
