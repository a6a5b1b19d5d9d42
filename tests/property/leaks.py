"""The output for an administrator or concierge neither depends on objects outside its scope nor names them.

    leaks.py --allot BINARY [--seed N] [--rounds N]

Each round creates a random tree and an actor that sees one or two of its groups. It runs queries as the actor, changes
objects outside with full rights, and runs the queries again: the results are equal byte for byte, and equal for an
outside and a missing group or user. Then the actor writes: nothing changes outside. In rounds with an even seed the
actor also undoes, in two equal stores, entries that in one of them also changed objects outside (leak_twins.py). Names
outside contain `zq`, which no result may contain unless the actor has written it. In those rounds the groups of the
actor are reserved and the limits above do not change; in odd rounds they draw on the groups above, which change: the
affected figures are masked.
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import sys
import tempfile
from collections.abc import Callable

from leak_past import Past
from leak_questions import Question, ask, mask_revision, mask_text, pairs, questions
from leak_twins import Twins
from leak_world import ACTOR, Answer, Leak, Tool, World, require_same, storage


class Round:
    def __init__(self, options: argparse.Namespace, seed: int, folder: str):
        self.tool = Tool(options.allot, folder, by_option=seed % 4 < 2)
        self.world = World(random.Random(seed), self.tool, is_reserved=seed % 2 == 0)
        self.saved: set[str] = set()  # words that the actor has written into the store

    def ask(self, question: Question, store: str | None = None, mask: Callable[[str], str] = str) -> Answer:
        answer = self.tool.run(question.words, question.text, ACTOR, store)
        self.require_no_name(question, answer)
        texts = [mask(answer.out), mask(answer.err)]
        return Answer(answer.status, *(texts if self.world.is_reserved else map(mask_text, texts)))

    def require_no_name(self, question: Question, answer: Answer) -> None:
        text = re.sub("'sha256-[^']+'", "", answer.out + answer.err)  # a report's hashes may have any letters
        for word in sorted(question.typed() | self.saved, key=len, reverse=True):
            text = re.sub(re.escape(word) + r"(?![\w/@])", "", text)
        if "zq" in text.lower():
            raise Leak(f"{question} names what is outside:\n{answer}")

    def run(self) -> None:
        self.world.make()
        asked = questions(self.world)
        answers = [self.ask(question) for question in asked]
        self.compare_pairs()
        self.tool.copy("before.db")
        self.world.repeat(self.world.change_outside, 12)
        for question, answer in zip(asked, answers):
            now = self.ask(question)
            if self.world.is_reserved or question.in_odd_rounds:
                require_same(f"{question}\nbefore and after changes outside", answer, now)
        if self.world.is_reserved:
            Twins(self.world, self.ask).run()
        self.tool.copy("past.db")
        self.compare_writes()
        self.tool.store = "past.db"
        Past(self.world, self.ask_freely).run()

    def ask_freely(self, question: Question) -> Answer:
        """Objects that entered the scope may have any name."""
        return self.tool.run(question.words, question.text, ACTOR)

    def compare_pairs(self) -> None:
        for template, there, nowhere in pairs(self.world):
            answers, start = [], '(?<=")' if there.startswith("/") else ""
            for word in (there, nowhere):
                answer = self.ask(ask(template, word, self.world))
                answers.append(re.sub(start + re.escape(word) + r"(?!\w)", "IT", str(answer)))
            require_same(f"{template}, of {there} and of {nowhere}", *answers)

    def compare_writes(self) -> None:
        """The writes of the actor are equal, and change nothing outside."""
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
            require_same(f"{line}\nbefore and after changes outside",
                         *[self.ask(question, store, mask_revision) for store in stores])
        for store, before in zip(stores, kept):
            require_same("what is outside, before and after the actor writes", before, self.outside(store))

    def outside(self, store: str) -> list[dict]:
        """All data that the actor may not change, whatever its role."""
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
    parser.add_argument("--allot", required=True, help="the binary")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each later one's is one more")
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    options.allot = storage.program(options.allot)
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
