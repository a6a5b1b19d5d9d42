"""Three years of `remind --send`, day by day, while random commands change the tree: each reminder is sent once.

    reminders.py --allot PATH [--seed N] [--days N] [--episodes N]

The operations are those of check_binary.py. Runs are skipped, doubled and moved in time; mails are taken, deferred,
refused, and lost by a sendmail program. The due reminders are computed by enumerating days from the sentences of
section 5 and 6.10, and the language of each mail from those of section 6.11.
"""

from __future__ import annotations

import email
import email.policy
import json
import math
import os
import re
import sys
from dataclasses import dataclass, field, replace
from fractions import Fraction

from check_binary import Disagreement, Episode, Step, show
from commands import Failure, create, perform
from episodes import run_episodes
from generator import EMAILS, Operation
from model import ROOT, Model, fold, path_key, show_day, show_path
from reminder_operations import STEP, Busy

SENTENCES = {
    "due": "`remind` on some day finds, for each licence in its window, the current slot; it is due if nothing was"
           " delivered for that slot to that recipient",
    "ledger": "a crash between the two sends that same mail again with its Message-ID; a temporary failure is tried"
              " again by the next run, a permanent one is reported and not repeated until the address changes",
    "language": "mails are in the language of the membership, else of the nearest group at or above it that has one,"
                " else of the configuration, else `en`; where L has no template of that name, `en` is used",
    "low": "When in a restricted group that is not blocked, for a counted resource with a limit above 0, `available` is"
           " at or below that share of `limit` today, the group's recipients get a mail, once; it is due again only"
           " after a run with `--send` found it above",
    "windows": "each begins a window of its own, which ends the day before the next begins",
    "status": "either way the others still go, and the exit status is 8",
}
LAST_DAY = 3652059
NOUNS = [("день", "дні", "днів"), ("ліцензія", "ліцензії", "ліцензій"), ("доступ", "доступи", "доступів"),
         ("ресурс", "ресурси", "ресурсів"), ("група", "групи", "груп"), ("користувач", "користувачі", "користувачів")]
PLURALS = ("one", "few", "many")


def plural(number):
    """The Ukrainian form: 0 for 1, 21 and 101; 1 for 2 to 4 and 22; 2 for 0, 5 to 20 and 111."""
    if 11 <= number % 100 <= 14:
        return 2
    return 0 if number % 10 == 1 else 1 if number % 10 in (2, 3, 4) else 2


# The result of the sendmail program for a mail, and the delivery status in allot.
VERDICTS = {"take": "delivered", "defer": "deferred", "refuse": "refused", "lose": "begun", "take-and-die": "begun"}
SENDMAIL = """#!/bin/sh
# Takes a mail as the file named after its recipient says.
for to; do :; done
cat >'{folder}/incoming'
case $(cat "{folder}/verdict-$to" 2>/dev/null) in
  defer) exit 75 ;;
  refuse) exit 67 ;;
  lose) kill -9 $$ ;;
  take-and-die) mv '{folder}/incoming' "{folder}/mail-$$-$to"; kill -9 $$ ;;
  *) mv '{folder}/incoming' "{folder}/mail-$$-$to" ;;
esac
"""


@dataclass(frozen=True)
class Due:
    """A slot: its group by an identity that moves and renames do not change."""

    group: int
    license: str
    last: int
    first: int


@dataclass
class Mail:
    message_id: str
    to: str
    slots: frozenset
    state: str
    text: bytes | None = None
    order: int = 0
    language: str = "en"
    warnings: frozenset = frozenset()  # (the identity of a group, a resource)
    ended: set = field(default_factory=set)  # those that a run found above since


@dataclass
class Ledger:
    """The sent mails, by recipient and slot."""

    mails: list = field(default_factory=list)

    def settled(self, to, due):
        """A permanent failure is not repeated until the address changes, of the same end of the same licence."""
        def is_same_end(slot):
            return (slot.group, slot.license, slot.last) == (due.group, due.license, due.last)
        return any(m.to == to and (due in m.slots and m.state in ("begun", "delivered")
                                   or m.state == "refused" and any(map(is_same_end, m.slots))) for m in self.mails)

    def warned(self, to, key):
        """Once, until a run found it above; a permanent failure is not repeated until then either."""
        return any(m.to == to and key in m.warnings and key not in m.ended
                   and m.state in ("begun", "delivered", "refused") for m in self.mails)

    def end(self, key):
        for mail in self.mails:
            if key in mail.warnings:
                mail.ended.add(key)

    def open(self, state):
        return [m for m in self.mails if m.state == state]


class Years(Episode):
    def __init__(self, options, number):
        super().__init__(options, number)
        self.generator = Busy(self.rng, self.folder)
        self.ledger = Ledger()
        self.ids = {ROOT: 0}
        self.fresh = 0
        self.unset = set()  # those of which a run found a group without a percentage, since a run found them above
        self.runs = []  # (day, the windows, the mails delivered before)
        self.config = os.path.join(self.folder, "mail.yaml")
        program = os.path.join(self.folder, "sendmail")
        with open(program, "w") as file:
            file.write(SENDMAIL.format(folder=self.folder))
        os.chmod(program, 0o755)
        self.language = self.rng.choice([None, "uk", "de"])  # of the configuration
        with open(self.config, "w") as file:
            file.write(f"language: {self.language}\n" if self.language else "")
            file.write(f"mail: {{from: Allot <allot@x.example>, transport: 'sendmail:{program}'}}\n")

    def begin(self):
        """A company with licences for all these years."""
        fields = {"counts": {"sip": 12, "mobile": 9}, "features": ["ukey2"], "start": None, "until": None}
        argv = ["init", *self.generator.grant_arguments(fields["counts"], fields["features"], None, None)]
        op = Operation("init", fields, argv)
        self.store = None
        self.apply(op, lambda: create(self.day, op))

    def turn_clock(self):
        self.day += 1

    def operate(self):
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 3]) + (60 if not self.runs else 0)):
            op = self.generator.next(self.store, self.day)
            before = self.store
            self.apply(op, lambda: perform(self.store, self.day, op))
            if self.store is not before:
                self.follow(before, op)
        if self.chance(0.3):
            return
        for _ in range(2 if self.chance(0.15) else 1):
            self.send(self.day - self.rng.randint(1, 4) if self.chance(0.04) else self.day)

    def round_trip(self):
        """No mail was sent twice, except mails that may have been lost; the reminders are in an export."""
        seen, warned = {}, {}
        for mail in self.ledger.mails:
            is_sent = mail.state in ("begun", "delivered", "refused")
            for due in mail.slots if is_sent else ():
                if (mail.to, due) in seen:
                    raise Disagreement(f"{mail.to} was told of {due} twice", SENTENCES["due"], seen[mail.to, due], mail)
                seen[mail.to, due] = mail.message_id
            for key in mail.warnings if is_sent else ():
                earlier = warned.get((mail.to, key))
                if earlier and key not in earlier.ended:
                    raise Disagreement(f"{mail.to} was warned of {key} twice", SENTENCES["low"], earlier, mail)
                warned[mail.to, key] = mail
        checked = self.binary.run(Step(self.day, ["check"], None, {}))
        if checked.status != 0:
            raise Disagreement("`check`", "exit 0: done", 0, checked.err.decode(errors="replace"))
        self.counts["other"]["exported percentages"] += sum(
            bool(group.reminder and group.reminder[3]) for group in self.store.groups.values())
        super().round_trip()

    # ---- identities

    def follow(self, before, op):
        """Groups keep their identity when they move."""
        lines = op.lines if op.command == "batch" else [op]
        for line in lines:
            try:
                after = perform(before, self.day, line)
            except Failure:  # a batch may pass through invalid states
                return self.lose_identities()
            if line.command == "license rename" and not line.fields.get("dry_run"):
                self.rename_slots(self.ids[line.path], line.name, line.new)
            if line.command in ("group move", "group rename") and not line.fields.get("dry_run"):
                old = line.path
                new = (line.parent + old[-1:]) if line.command == "group move" else old[:-1] + (line.name,)
                self.ids = {new + p[len(old):] if p[:len(old)] == old else p: i for p, i in self.ids.items()}
            for path in list(self.ids):
                if path not in after.groups:
                    del self.ids[path]
            self.add_identities(after)
            before = after

    def rename_slots(self, group, name, new):
        """`license rename PATH NAME NEW-NAME`; reminders that were sent for it stay sent."""
        for mail in self.ledger.mails:
            mail.slots = frozenset(replace(due, license=new) if (due.group, due.license) == (group, name) else due
                                   for due in mail.slots)

    def lose_identities(self):
        raise Disagreement("a batch that the model cannot follow", "", "", "")

    def add_identities(self, store):
        for path in store.groups:
            if path not in self.ids:
                self.fresh += 1
                self.ids[path] = self.fresh

    # ---- the due reminders, from the sentences

    def windows(self, model, path, day):
        """The licences in their window, with their slot, and whether they are due: not followed by the same counts."""
        group = model.store.groups[path]
        if group.reminder is None or group.restriction == "none":
            return
        leads, repeat = group.reminder[:2]
        for (owner, name), item in model.store.licenses.items():
            if owner != path:
                continue
            last = model.last_day_in_force(path, item)
            if last == math.inf or last >= LAST_DAY:
                continue
            # The last day of each window is the day before the next begins; of the last one it is that of the licence.
            closes = [last - days - 1 for days in leads[1:]] + [last]
            begins = [last - days for days, end in zip(leads, closes) if last - days <= day <= end]
            if not begins:
                continue
            self.counts["other"]["licences in a later window"] += begins[0] != last - leads[0]
            first = slot = begins[0]
            while STEP[repeat] and slot <= day:
                first, slot = slot, slot + STEP[repeat]
            falls = any(model.shown_limit(path, r, last + 1) < model.shown_limit(path, r, last)
                        for r in model.store.counted)
            ends = any(model.enabled(path, f, last) and not model.enabled(path, f, last + 1) for f in item.features)
            yield name, last, first, falls or ends

    def administrators(self, model, path, day):
        """The group's `admin` members active that day; if it has none, those of the nearest group above that has."""
        for group in model.upwards(path):
            found = {key for (owner, key), m in model.store.members.items()
                     if owner == group and m.role == "admin" and model.status(m, day) == "active"}
            if found:
                return group, found
        return None, set()

    def note_language(self, model, path, told_in, to):
        """A mail has the language for the first of its groups by path."""
        found = (path_key(path), self.language_of(model, path, told_in, to))
        self.languages[to] = min(found, self.languages.get(to, found))

    def language_of(self, model, path, told_in, to):
        """The language of a mail about a group: that of the membership there, else of that by which the user is told;
        only English and Ukrainian have templates."""
        place = path if (path, to) in self.store.members else told_in
        named = [self.store.members[place, to].language, *(self.store.groups[g].language for g in model.upwards(place))]
        language = next((each for each in named if each), self.language)
        return language if language == "uk" else "en"

    @staticmethod
    def ends_with(model, path, member, last, is_spoken_of):
        """Whether the access of a member ends with that day, with the licence or with its own `until`."""
        if member.until is not None and member.until <= last:
            return True
        if not is_spoken_of:
            return False
        counts, features = model.gives(path, member, last)
        after, still = model.gives(path, member, last + 1)
        return any(after.get(r, 0) < n for r, n in counts.items()) or bool(features - still)

    def supplies(self, model, path, day):
        """For each counted resource of a group that warns: whether it is low, or None where nothing can be said."""
        group = self.store.groups[path]
        for resource in self.store.counted:
            limit = model.shown_limit(path, resource, day)
            if group.restriction == "none" or model.blocked_by(path, resource, day) or not limit:
                yield resource, None
            else:
                share = Fraction(group.reminder[3], 100)
                yield resource, model.available(path, resource, day) <= share * limit

    def warnings(self, day):
        """Recipient -> warnings, those that reach nobody, and those that are over."""
        model = Model(self.store, day)
        due, unreached, over = {}, set(), set()
        for path, group in self.store.groups.items():
            if not group.reminder or not group.reminder[3]:
                self.unset |= {(self.ids[path], resource) for resource in self.store.counted}
                continue
            for resource, is_low in self.supplies(model, path, day):
                key = (self.ids[path], resource)
                if is_low is False:
                    over.add(key)
                if is_low:
                    told_in, told = self.administrators(model, path, day)
                    if not told:
                        unreached.add((show_path(path), None, None, resource))
                    for to in told:
                        if self.ledger.warned(to, key):
                            self.counts["other"]["not warned again after a run without a percentage"] += key in self.unset
                        else:
                            due.setdefault(to, set()).add(key)
                            self.note_language(model, path, told_in, to)
        self.unset -= over
        return due, unreached, over

    def due(self, day):
        """Recipient -> slots, and the slots that reach nobody."""
        model = Model(self.store, day)
        due, unreached = {}, set()
        for path, group in self.store.groups.items():
            for name, last, first, is_spoken_of in self.windows(model, path, day):
                slot = Due(self.ids[path], name, last, first)
                told_in, told = self.administrators(model, path, day) if is_spoken_of else (None, set())
                if is_spoken_of and not told:
                    unreached.add((show_path(path), name, show_day(last), None))
                if group.reminder[2]:
                    told = told | {key for (owner, key), m in self.store.members.items()
                                   if owner == path and model.status(m, day) == "active"
                                   and self.ends_with(model, path, m, last, is_spoken_of)}
                for to in told:
                    if not self.ledger.settled(to, slot):
                        due.setdefault(to, set()).add(slot)
                        self.note_language(model, path, told_in, to)
        return due, unreached

    # ---- one run

    def decide(self):
        """Chooses a result for every recipient of this run."""
        verdicts = {}
        for to in {fold(m) for m in EMAILS} | {key for _, key in self.store.members}:
            verdicts[to] = self.rng.choices(list(VERDICTS), [80, 8, 3, 3, 3])[0]
        return verdicts

    def send(self, day):
        verdicts = self.decide()
        expected, unreached, status = self.expect(day, verdicts)
        for name in os.listdir(self.folder):
            if name.startswith("verdict-"):
                os.remove(os.path.join(self.folder, name))
        for to, verdict in verdicts.items():
            for spelled in {to, self.store.emails.get(to, to)} | {m for m in EMAILS if fold(m) == to}:
                with open(os.path.join(self.folder, f"verdict-{spelled}"), "w") as file:
                    file.write(verdict)
        result = self.binary.run(Step(day, ["--config", self.config, "remind", "--send", "--json"], None, {}))
        told = result.err.decode(errors="replace")
        if result.status != status:
            raise Disagreement(f"exit status of a run on {show_day(day)}", SENTENCES["status"], status,
                               f"{result.status} {told}\n{result.out.decode()}")
        self.runs.append(day)
        self.compare(day, json.loads(result.out), expected, unreached)
        self.counts["other"]["runs"] += 1

    def expect(self, day, verdicts):
        """The required actions of the run; updates the ledger."""
        self.languages = {}
        slots, unreached = self.due(day)
        warnings, unwarned, over = self.warnings(day)
        due = {to: (slots.get(to, set()), warnings.get(to, set())) for to in slots.keys() | warnings.keys()}
        self.count_crossings(warnings)
        for key in over:
            self.ledger.end(key)
        deferred = {}
        for mail in self.ledger.open("deferred"):
            if mail.to in due and mail.to not in deferred:
                deferred[mail.to] = mail
            else:
                mail.state = "withdrawn"
        begun = [(m, m.slots, True) for m in sorted(self.ledger.open("begun"), key=lambda m: m.order)]
        fresh = []
        for to in sorted(due, key=str.encode):
            mail = deferred.get(to)
            if mail is None:
                mail = Mail("", to, frozenset(), "", None, len(self.ledger.mails))
                self.ledger.mails.append(mail)
            mail.slots, mail.warnings = map(frozenset, due[to])
            mail.ended = set()
            mail.language = self.languages[to][1]
            fresh.append((mail, mail.slots, False))
        expected = begun + fresh
        for mail, _, _ in expected:
            mail.state = VERDICTS[verdicts[mail.to]]
            self.counts["other"][mail.state] += 1
        failed = any(mail.state != "delivered" for mail, _, _ in expected)
        unreached |= unwarned
        return expected, unreached, 8 if failed or unreached else 0

    def count_crossings(self, warnings):
        told = {(to, key) for to, keys in warnings.items() for key in keys}
        self.counts["other"]["warnings"] += len(told)
        self.counts["other"]["warnings after a recovery"] += len(
            {(m.to, key) for m in self.ledger.mails for key in m.ended if m.state == "delivered"} & told)

    def compare(self, day, told, expected, unreached):
        when = f"the run on {show_day(day)}"
        paths = {i: show_path(p) for p, i in self.ids.items()}

        def written(slots):
            return sorted((paths.get(s.group, "gone"), s.license, show_day(s.last), show_day(s.first)) for s in slots)

        def named(keys):
            return sorted((paths.get(group, "gone"), resource) for group, resource in keys)

        wanted = [(m.to, m.state, again, written(slots), named(m.warnings)) for m, slots, again in expected]
        got = [(fold(m["to"]), m["state"], m["repeated"],
                sorted((s["group"], s["license"], s["until"], s["slot"]) for s in m["slots"]),
                sorted((w["group"], w["item"]) for w in m["warnings"])) for m in told["mails"]]

        # A repeated mail keeps the path of the first attempt.
        def strip(mails):
            return [(to, state, again, *([sorted(entry[1:] for entry in part) for part in parts] if again else parts))
                    for to, state, again, *parts in mails]
        if strip(wanted) != strip(got):
            is_low = [mail[:4] for mail in strip(wanted)] == [mail[:4] for mail in strip(got)]
            raise Disagreement(when, SENTENCES["low" if is_low else "due"] + "; " + SENTENCES["windows"],
                               show(strip(wanted)), show(strip(got)))
        lost = {(u["group"], u["license"], u["until"], u["item"]) for u in told["unreached"]}
        if lost != unreached:
            raise Disagreement(f"whom nobody can tell in {when}", SENTENCES["status"], show(sorted(unreached, key=str)),
                               show(sorted(lost, key=str)))
        for (mail, _, _), answer in zip(expected, told["mails"]):
            if mail.message_id and mail.message_id != answer["message_id"]:
                raise Disagreement(f"the Message-ID to {mail.to} in {when}", SENTENCES["ledger"], mail.message_id,
                                   answer["message_id"])
            mail.message_id = answer["message_id"]
        self.compare_mails(when, expected)

    def compare_mails(self, when, expected):
        """The mails at the sendmail program are the reported mails."""
        taken = {}
        for name in sorted(os.listdir(self.folder)):
            if name.startswith("mail-"):
                with open(os.path.join(self.folder, name), "rb") as file:
                    text = file.read()
                os.remove(os.path.join(self.folder, name))
                parsed = email.message_from_bytes(text, policy=email.policy.default)
                taken[parsed["Message-ID"]] = (fold(name.split("-", 2)[2]), text)
        for mail, _, again in expected:
            to, text = taken.pop(mail.message_id, (None, None))
            if mail.state == "delivered" and to != mail.to:
                raise Disagreement(f"the mail to {mail.to} in {when}", SENTENCES["ledger"], mail.to, to)
            if again and text and mail.text and text != mail.text:
                raise Disagreement(f"the mail sent again to {mail.to} in {when}", SENTENCES["ledger"], mail.text, text)
            if text:
                self.compare_language(when, mail, email.message_from_bytes(text, policy=email.policy.default))
            mail.text = text or mail.text
        if taken:
            raise Disagreement(f"mails of {when}", SENTENCES["due"], "no other", sorted(taken))

    def compare_language(self, when, mail, parsed):
        text = parsed.get_content()
        subject = str(parsed["Subject"])
        told = (parsed["Content-Language"], text.split(" ")[0], bool(re.search("[а-яі]", subject)))
        wanted = {"en": ("en", "Dear", False), "uk": ("uk", "Добрий", True)}[mail.language]
        if told != wanted:
            raise Disagreement(f"the language of the mail to {mail.to} in {when}", SENTENCES["language"], wanted, told)
        for number, noun in self.counted_nouns(subject, text):
            forms = next((forms for forms in NOUNS if noun[0] == forms[0][0]), None)
            form = plural(int(number))
            if forms is None or noun != forms[form]:
                raise Disagreement(f"the plural in the mail to {mail.to} in {when}", SENTENCES["language"],
                                   forms and forms[form], noun)
            self.counts["other"][f"plurals ({PLURALS[form]})"] += 1
        self.counts["other"][f"mails in {mail.language}"] += 1
        self.counts["other"][f"warnings in {mail.language}"] += len(mail.warnings)

    @staticmethod
    def counted_nouns(subject, text):
        """The numbers with the nouns beside them; the names of licences and groups have numbers too."""
        blocked = "".join(re.findall(r"Буде заблоковано: (.*)", text))
        return (re.findall(r"через (\d+) (\w+)", text) + re.findall(r"(\d+) (груп\w*|користувач\w*)", blocked)
                + re.findall(r"(\d+) (?:ваш\w* )?(ліценз\w+|ресурс\w*|доступ\w*)", subject))


def main():
    total = run_episodes(Years, __doc__, ("days", 1096), 4)
    if total is None:
        return 1
    # What never occurred was not tested.
    wanted = ["warnings", "mails in en", "mails in uk", "licences in a later window",
              "exported percentages", *(f"plurals ({form})" for form in PLURALS)]
    if total["runs"] >= 800:
        wanted += [*VERDICTS.values(), "warnings after a recovery", "warnings in uk",
                   "not warned again after a run without a percentage"]
    missing = [each for each in wanted if not total[each]]
    print(f"never occurred: {', '.join(missing)}" if missing else "all of it occurred")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
