#!/usr/bin/env python3
"""Writes hierarchies of any size, each valid on 2026-11-24 and on every later day.

    hierarchies.py SHAPE NODES [--seed N] [--changed PERCENT] >hierarchy.yaml

A node is a group or a membership; licences are not counted. Equal arguments produce equal bytes. SHAPE is one of

    dealers   dealers with sites, buildings and apartments: reserved, shared and none, in stages of a year
    dates     the same, but nearly every user has its own first and last day
    deep      chains of 100 groups, one below the other, with users on every level
    flat      one dealer with half of the nodes as its users and half as its child groups
    steps     one dealer whose users all begin and end on different days: 1,000 users have 2,000 dates
    open      the same as dealers in a company without restriction
    licensed  the same as dealers, but four of five apartments have a license of their own, some of them shared

--changed PERCENT writes the hierarchy with new names for that share of its users.
"""

import argparse
import datetime
import random
import sys
from collections.abc import Iterator

FIRST_DAY = datetime.date(2026, 1, 1).toordinal()
LAST_DAY = datetime.date(2028, 12, 31).toordinal()
KINDS = {1: "dealer", 2: "site", 3: "building", 4: "apartment"}
WORDS = ("North", "South", "Lake", "River", "Market", "Garden", "Station", "Липова", "Água", "桂花", "ورد", "Old Town")
SPARE = 100  # the headroom of a limit, so that a benchmark can add a grant
APARTMENTS, BUILDINGS = (2, 12), (1, 6)


class Maker:
    """Writes the lines of one hierarchy and counts its nodes."""

    def __init__(self, shape: str, nodes: int, seed: int, changed: float) -> None:
        self.shape = shape
        self.wanted = nodes
        self.random = random.Random(f"{shape} {nodes} {seed}")
        self.change = random.Random(f"change {seed}")
        self.changed = changed / 100
        self.nodes = 1
        self.users = 0
        self.unused = 0  # what licenses of apartments hold beyond what their users need

    def lines(self) -> Iterator[str]:
        yield "allot: 1\nkind: distributor\n"
        if self.shape != "open":
            yield "licenses:\n  pool: {sip: 2000000000, mobile: 2000000000, features: [ukey2]}\n"
        yield "groups:\n"
        if self.shape in ("flat", "steps"):
            yield from self.flat() if self.shape == "flat" else self.steps()
            return
        number = 0
        while self.nodes < self.wanted:
            yield from self.chain(number) if self.shape == "deep" else self.dealer(number)
            number += 1

    def period(self) -> str:
        if self.shape != "dates" and self.random.random() < 0.9:
            return ""
        first = self.random.randint(FIRST_DAY, LAST_DAY)
        last = self.random.randint(first, LAST_DAY)
        return f", from: {datetime.date.fromordinal(first)}, until: {datetime.date.fromordinal(last)}"

    def user(self, indent: str) -> str:
        """One user who takes one SIP number and mostly a mobile application."""
        number = self.users
        self.users += 1
        self.nodes += 1
        name = f"{WORDS[number % len(WORDS)]} {number % 977}"
        if self.changed and self.change.random() < self.changed:
            name += " (new)"
        mobile = ", mobile: 1" if self.random.random() < 0.8 else ""
        email = f"u{number * 7919 % 99999989}@mail{number % 13}.example"
        return f"{indent}{email}: {{name: {name}, sip: 1{mobile}{self.period()}}}\n"

    def apartment(self, number: int, indent: str) -> list[str]:
        self.nodes += 1
        lines = [f"{indent}{number}:\n", f"{indent}  kind: apartment\n"]
        users = [self.user(indent + "    ") for _ in range(self.random.randint(1, 7))]
        if self.shape == "licensed" and self.random.random() < 0.8:
            lines += self.own_license(len(users) + 2, indent + "  ")
        return [*lines, f"{indent}  users:\n", *users]

    def own_license(self, count: int, indent: str) -> list[str]:
        is_shared = self.random.random() < 0.3
        self.unused += 0 if is_shared else 2
        lines = [f"{indent}restriction: shared\n"] if is_shared else []
        return [*lines, f"{indent}licenses: {{own: {{sip: {count}, mobile: {count}, features: [ukey2]}}}}\n"]

    def building(self, number: int, indent: str) -> list[str]:
        """A building that shares a ceiling or draws on its site."""
        first = self.users
        body = [f"{indent}  groups:\n"]
        for apartment in range(self.random.randint(*APARTMENTS)):
            body += self.apartment(apartment + 1, indent + "    ")
        self.nodes += 1
        head = [f"{indent}Building {number}:\n", f"{indent}  kind: building\n"]
        if number % 2:
            ceiling = self.users - first + SPARE
            head += [f"{indent}  restriction: shared\n", f"{indent}  licenses:\n"]
            head += [f"{indent}    ceiling: {{sip: {ceiling}, mobile: {ceiling}, features: [ukey2]}}\n"]
        return head + body

    def site(self, number: int, indent: str) -> tuple[list[str], int]:
        """A site with the reserved counts that its users need; returns its lines and its count of SIP numbers."""
        first, first_unused = self.users, self.unused
        body = [f"{indent}  groups:\n"]
        for building in range(self.random.randint(*BUILDINGS)):
            body += self.building(building + 1, indent + "    ")
        self.nodes += 1
        needed = self.users - first + self.unused - first_unused + SPARE + number % 3
        head = [f"{indent}{WORDS[number % len(WORDS)]} {number}:\n", f"{indent}  kind: site\n"]
        head += [f"{indent}  licenses:\n"] + self.stages(needed, indent + "    ")
        return head + body, needed

    def stages(self, count: int, indent: str) -> list[str]:
        grant = f"sip: {count}, mobile: {count}, features: [ukey2]"
        return [
            f"{indent}y2027: {{{grant}, until: 2027-12-31}}\n",
            f"{indent}y2028: {{{grant}, from: 2028-01-01}}\n",
        ]

    def dealer(self, number: int) -> Iterator[str]:
        body, needed = [], 0
        for site in range(self.random.randint(5, 9)):
            lines, count = self.site(site, "      ")
            body += lines
            needed += count
            if self.nodes >= self.wanted:
                break
        self.nodes += 1
        yield f"  Dealer {number:05}:\n    kind: dealer\n    licenses:\n"
        yield from self.stages(needed + SPARE, "      ")
        yield "    users:\n"
        yield f"      admin@dealer{number}.example: {{role: admin}}\n"
        self.nodes += 1
        yield "    groups:\n"
        yield from body

    def chain(self, number: int) -> Iterator[str]:
        indent = "  "
        for level in range(100):
            self.nodes += 1
            yield f"{indent}chain {number}:\n" if level == 0 else f"{indent}level {level}:\n"
            if level % 10 == 0:
                yield f"{indent}  restriction: {'reserved' if level == 0 else 'shared'}\n"
                yield f"{indent}  licenses: {{all: {{sip: 1000, mobile: 1000, features: [ukey2]}}}}\n"
            yield f"{indent}  users:\n"
            for _ in range(4):
                yield self.user(indent + "    ")
            yield f"{indent}  groups:\n" if level < 99 else ""
            indent += "    " if level < 99 else ""

    def flat(self) -> Iterator[str]:
        yield "  Dealer:\n    kind: dealer\n"
        yield f"    licenses: {{all: {{sip: {self.wanted + SPARE}, mobile: {self.wanted}, features: [ukey2]}}}}\n"
        yield "    users:\n"
        for _ in range(self.wanted // 2):
            yield self.user("      ")
        yield "    groups:\n"
        for number in range(self.wanted // 2):
            yield f"      room {number:07}: {{kind: room}}\n"

    def steps(self) -> Iterator[str]:
        yield f"  Dealer:\n    kind: dealer\n    licenses: {{all: {{sip: {self.wanted + SPARE}}}}}\n    users:\n"
        for number in range(self.wanted):
            first = datetime.date.fromordinal(FIRST_DAY + number)
            last = datetime.date.fromordinal(FIRST_DAY + self.wanted + number)
            yield f"      u{number}@steps.example: {{sip: 1, from: {first}, until: {last}}}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=("dealers", "dates", "deep", "flat", "steps", "open", "licensed"))
    parser.add_argument("nodes", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changed", type=float, default=0)
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.writelines(Maker(options.shape, options.nodes, options.seed, options.changed).lines())


if __name__ == "__main__":
    main()
