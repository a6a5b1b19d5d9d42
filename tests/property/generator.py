"""Random operations on a store, with the command line of each.

Names, dates and counts come from small pools, so that collisions, moves and refusals are frequent.
"""

from __future__ import annotations

import shlex
from datetime import date

import yaml

from commands import OPEN, Failure, Operation, perform
from model import ROOT, fold, path_key, reminder_json, show_day, show_path

GROUP_NAMES = ["a", "b", "a-b", "c d", "é", "no"]
LICENSE_NAMES = ["main", "extra", "2026-01-01", "trial x"]
KINDS = ["site", "dealer", "no", "0123", "1e3", "~", "x: y", "bâtiment"]
LABELS = ["contract", "no", "y", "x-1"]
LABEL_VALUES = ["K-77", "", "no", "0123", "a=b", " x", "x: y", "bâtiment", "v" * 255]
TYPES = ["trial", "basic", "null", "12"]
EMAILS = ["ann@north.example", "bob@x.example", "Carol@x.example", "dan+1@y.example", "élodie@y.example", "f@z"]
PEOPLE = ["Ann", "Bob Lee", "yes", "李"]
ROLES = ["user", "concierge", "admin"]
REPEATS = ["once", "daily", "weekly", "30-days"]
EXTRA_COUNTED = {"lift": None, "camera": "sip"}
EXTRA_FEATURES = ["face-id"]
FAR_DATES = [date(1990, 1, 1), date(2010, 6, 30), date(2040, 2, 29), date(2099, 12, 31)]
MOST_GROUPS = 18
MOST_MEMBERS = 22
LONG_NAME = "n" * 256
DEEP_PATH = "/x" * 257
WRONG_BYTES = "a\udcff"

WRONG_PATHS = ["", "//", "/a//b", "/a/", "/a/.", "/a/..", "/ a", "/a /b", "/a\u2003", "/a\x07", "/a\x7f", "/a\u202eb",
               "/a\u061c", "/" + LONG_NAME, DEEP_PATH, "/" + WRONG_BYTES]
WRONG_NAMES = ["", "x/y", ".", "..", " x", "x\t", "x\x1b", "x\u2066", LONG_NAME, WRONG_BYTES]
WRONG_TEXTS = ["x\x01", "x\ny", "x\u200e", LONG_NAME, WRONG_BYTES]
WRONG_LABELS = ["", "contract", "=K", "Contract=K", "1x=K", "-x=K", "x_y=K", "é=K", "k" * 64 + "=K", "x=a\x01",
                "x=a\nb", "x=a\u202e", "x=" + LONG_NAME, "x=" + WRONG_BYTES]
WRONG_NUMBERS = ["", "-1", "+1", "01", "00", "1e3", "1.0", " 1", "1 ", "0x1", "2147483648",
                 "99999999999999999999", "one"]
WRONG_DATES = ["", "2026-02-30", "2025-02-29", "2026-2-03", "2026-13-01", "0000-01-01", "10000-01-01", "2026-01-01 ",
               "20260101", "today", "2026-01-01T00:00:00"]
WRONG_EMAILS = ["", "bob", "a@", "@x", "a@b@c", "a b@x", "a<b@x", "a@x,y", "a;b@x", 'a"b@x', "(a@x", "a[b@x", "a\\b@x",
                "a\x7f@x", "a\u202e@x", "a\u2003b@x", "a" * 250 + "@x.ex", WRONG_BYTES + "@x"]
WRONG_ENTRIES = ["Lift", "1lift", "-lift", "li_ft", "é", "", "l" * 64, "from", "until", "features", "type", "name",
                 "role", "users", "groups", "licenses", "restriction", "kind", "reminder", "catalog", "counted",
                 "allot", "labels", "language", "low"]

WRONG_DOCUMENTS = [
    ("licenses: {main: {sip: 1}}\n", "`allot: 1`: format version, required"),
    ("allot: 2\n", "`allot: 1`: format version, required"),
    ("allot: 1\nlicenses: {main: {sipp: 1}}\n", "an unknown key"),
    ("allot: 1\nlicenses: {main: {sip: -1}}\n", "a negative or too large count"),
    ("allot: 1\nlicenses: {main: {sip: 2147483648}}\n", "a negative or too large count"),
    ("allot: 1\nlicenses: {main: {sip: '1'}}\n", "counts are plain numbers, and a quoted one is a wrong type"),
    ("allot: 1\nlicenses: {main: {sip: 01}}\n", "A number is decimal digits without sign, exponent or leading zero"),
    ("allot: 1\nlicenses: {main: {sip: 1, sip: 1}}\n", "a duplicate key"),
    ("allot: 1\nlicenses: {main: {features: [warp]}}\n", "an unknown resource or feature"),
    ("allot: 1\nlicenses: {main: {until: 2026-02-30}}\n", "an impossible date"),
    ("allot: 1\nlicenses: [main]\n", "a wrong type"),
    ("allot: 1\nsuspended: maybe\n", "a wrong type"),
    ("allot: 1\nlabels: [contract]\n", "a wrong type"),
    ("allot: 1\nlabels: {contract: [K]}\n", "a wrong type"),
    ("allot: 1\nlabels: {Contract: K}\n", "a label: section 6.4"),
    ("allot: 1\nlabels: {a: 1, a: 1}\n", "a duplicate key"),
    ("allot: 1\nlabels: {" + ", ".join(f"l{i}: x" for i in range(33)) + "}\n", "more than 32: 6 in a file"),
    ("allot: 1\nlicenses: {main: {labels: {a: " + "v" * 256 + "}}}\n", "a text of 0 to 255 bytes"),
    ("allot: 1\nusers: {bob@x.example: {}, BOB@x.example: {}}\n", "a duplicate key (e-mails without regard to case)"),
    ("allot: 1\nusers: {bob: {}}\n", "an e-mail has one `@` between non-empty parts"),
    ("allot: 1\nusers: {bob@x.example: {role: boss}}\n", "a role is user, concierge or admin"),
    ("allot: 1\ngroups: {'a/b': {}}\n", "a name has no `/`"),
    ("allot: 1\ngroups: {' a': {}}\n", "a name has no white space at either end"),
    ("allot: 1\nreminder: {before: 0, repeat: daily}\n", "`before` is 1 to 3650 days"),
    ("allot: 1\nreminder: {before: 3651, repeat: daily}\n", "`before` is 1 to 3650 days"),
    ("allot: 1\nreminder: {before: [30, 7, 30], repeat: daily}\n", "up to 5 different days"),
    ("allot: 1\nreminder: {before: [6, 5, 4, 3, 2, 1], repeat: daily}\n", "up to 5 different days"),
    ("allot: 1\nreminder: {before: [], repeat: daily}\n", "`before` is 1 to 3650 days"),
    ("allot: 1\nreminder: {before: 7}\n", "`repeat` is once, daily, weekly or 30-days"),
    ("allot: 1\nreminder: {low: 0}\n", "`low` is 1 to 100"),
    ("allot: 1\nreminder: {low: 101}\n", "`low` is 1 to 100"),
    ("allot: 1\nreminder: {low: 12.5}\n", "`low` is 1 to 100"),
    ("allot: 1\nreminder: {}\n", "a reminder has `before` or `low`"),
    ("allot: 1\nreminder: {low: 5, users: true}\n", "then `before` and `repeat` are null: no access ends in a window"),
    ("allot: 1\nreminder: {before: 3, repeat: monthly}\n", "`repeat` is once, daily, weekly or 30-days"),
    ("allot: 1\ngroups: {a: &x {}, b: {<<: *x}}\n", "merge keys `<<` are refused by name"),
    ("allot: 1\ngroups: {a: [\n", "bad syntax"),
    ("allot: 1\n---\nallot: 1\n", "A file is one UTF-8 document"),
    ("allot: 1\nkind: \"a\\x01b\"\n", "`kind` is 0 to 255 bytes without control characters"),
    ("allot: 1\ncatalog: {features: [from]}\n", "a catalogue name is none of the keys of section 3"),
]


def spell_case(rng, email):
    """E-mails compare without case: any spelling names the same user."""
    kind = rng.random()
    if kind < 0.6:
        return email
    return "".join(c.upper() if c.isascii() and rng.random() < 0.5 else c for c in email)


class Generator:
    def __init__(self, rng, folder):
        self.rng = rng
        self.folder = folder
        self.files = 0
        self.store = None
        self.today = None

    def chance(self, probability):
        return self.rng.random() < probability

    def next(self, store, today):
        self.store, self.today = store, today
        op = self.rng.choices([make for make, _ in self.KINDS], [weight for _, weight in self.KINDS])[0](self)
        if self.chance(0.06) and op.command not in ("malformed", "missing"):
            op.fields["dry_run"] = True
            op.argv.insert(0 if self.chance(0.5) else len(op.argv), self.rng.choice(["-n", "--dry-run"]))
        return op

    def largest_command(self, store, today):
        """A command with a `max`."""
        self.store, self.today = store, today
        while True:
            op = self.largest()
            if op.fields.get("largest"):
                return op

    # ---- the objects of the operations

    def groups(self):
        return sorted(self.store.groups, key=path_key)

    def path(self, below_root=False):
        """Usually an existing group, sometimes a missing group."""
        groups = [g for g in self.groups() if g or not below_root]
        if not groups or self.chance(0.03):
            return (self.rng.choice(GROUP_NAMES), "missing")
        picked = [self.rng.choice(groups) for _ in range(2)]
        return max(picked, key=len) if self.chance(0.5) else picked[0]

    def spell(self, path):
        """A leading slash may be omitted on input."""
        shown = show_path(path)
        return shown[1:] if path and self.chance(0.25) else shown

    def day(self):
        roll = self.rng.random()
        if roll < 0.06:
            return self.rng.choice(FAR_DATES).toordinal()
        held = [d for x in [*self.store.licenses.values(), *self.store.members.values()]
                for d in (x.start, x.until) if d]
        if held and roll < 0.4:
            return self.rng.choice(sorted(held)) + self.rng.choice([0, 0, -1, 1])
        return self.today + self.rng.randint(-15, 30)

    def period(self, kept=False):
        """(from, until), None where not given; with `set` an end may be opened."""
        ends = [self.day() if self.chance(p) else None for p in (0.3, 0.45)]
        if None not in ends and self.chance(0.95):
            ends.sort()
        if kept:
            ends = [OPEN if end is None and self.chance(0.12) else end for end in ends]
        return ends

    def counts(self, most, given=0.8):
        counts = {}
        if self.chance(given):
            counts["sip"] = self.rng.randint(0, most)
        if self.chance(given / 2):
            counts["mobile"] = self.rng.randint(0, max(1, counts.get("sip", 0)))
        for extra in EXTRA_COUNTED:
            if self.chance(0.3 if extra in self.store.counted else 0.004):
                counts[extra] = self.rng.randint(0, max(1, counts.get("sip", 0)) if EXTRA_COUNTED[extra] else most)
        return counts

    def features(self, given=0.3):
        known = sorted(self.store.features)
        return [f for f in known if self.chance(given)] + (["warp"] if self.chance(0.005) else [])

    def email(self):
        known = sorted(self.store.emails)
        email = self.rng.choice(known if known and self.chance(0.7) else EMAILS)
        return spell_case(self.rng, email)

    def member(self):
        """Usually (group, e-mail) of a membership."""
        members = sorted(self.store.members)
        if not members or self.chance(0.06):
            return self.path(), self.email()
        path, key = self.rng.choice(members)
        return path, spell_case(self.rng, key)

    def license(self):
        licenses = sorted(self.store.licenses)
        if not licenses or self.chance(0.05):
            return self.path(), self.rng.choice(LICENSE_NAMES)
        return self.rng.choice(licenses)

    def grant_arguments(self, counts, features, start, until):
        parts = []
        for name, number in counts.items():
            short = name in ("sip", "mobile") and self.chance(0.7)
            parts.append([f"--{name}", str(number)] if short else ["--count", f"{name}={number}"])
        parts += [["--feature", f] for f in features]
        for option, end in (("--from", start), ("--until", until)):
            if end is not None:
                parts.append([option, end if end == OPEN else show_day(end)])
        self.rng.shuffle(parts)
        return [word for part in parts for word in part]

    # ---- the operations

    def group_add(self):
        if len(self.store.groups) >= MOST_GROUPS and self.chance(0.8):
            return self.group_remove()
        parent = self.path()
        extra = tuple(self.rng.choices(GROUP_NAMES, k=self.rng.choice([1, 1, 1, 2])))
        fields = {"path": parent + extra, "kind": self.rng.choice(KINDS) if self.chance(0.3) else None,
                  "restriction": self.rng.choice(["none", "reserved", "shared"]) if self.chance(0.6) else None,
                  "parents": self.chance(0.3), "if_not_exists": self.chance(0.15)}
        argv = ["group", "add", self.spell(fields["path"])]
        argv += ["--kind", fields["kind"]] if fields["kind"] else []
        fields["labels"], _, words = self.labels(0.1)
        argv += words
        argv += ["--restriction", fields["restriction"]] if fields["restriction"] else []
        argv += [self.rng.choice(["-p", "--parents"])] if fields["parents"] else []
        argv += ["--if-not-exists"] if fields["if_not_exists"] else []
        return Operation("group add", fields, argv)

    def labels(self, probability, known=None):
        """The labels that a command sets and, of an item with the labels `known`, removes; the words for them."""
        labels = {key: self.rng.choice(LABEL_VALUES) for key in LABELS if self.chance(probability)}
        argv = [word for key, value in labels.items() for word in ("--label", f"{key}={value}")]
        removed = [key for key in LABELS if known is not None and key not in labels
                   and self.chance(0.5 if key in known else 0.02) and self.chance(2 * probability)]
        return labels, removed, argv + [word for key in removed for word in ("--no-label", key)]

    def labels_of(self, held, key):
        return held[key].labels if key in held else {}

    def group_set(self):
        path = self.path()
        fields = {"path": path, "kind": None, "restriction": None, "suspended": None, "no_reminder": False,
                  "reminder": None, "remind_users": False, "remind_low": None}
        argv = ["group", "set", self.spell(path)]
        what = self.rng.choice(["kind", "restriction", "restriction", "restriction", "suspension", "reminder",
                                "labels"])
        if what == "kind":
            fields["kind"] = self.rng.choice(KINDS)
            argv += ["--kind", fields["kind"]]
        elif what == "labels":
            fields["labels"], fields["drop_labels"], words = self.labels(0.4, self.labels_of(self.store.groups, path))
            argv += words
        elif what == "restriction":
            choices = ["none", "reserved", "shared"] if path else ["none", "reserved"]
            fields["restriction"] = self.rng.choice(choices)
            argv += ["--restriction", fields["restriction"]]
        elif what == "suspension":
            fields["suspended"] = self.chance(0.4)
            argv += ["--suspend" if fields["suspended"] else "--resume"]
        else:
            argv += self.set_reminder(fields)
        return Operation("group set", fields, argv)

    def set_reminder(self, fields):
        if self.chance(0.3):
            fields["no_reminder"] = True
            return ["--no-reminder"]
        words = self.set_low(fields, [1, 10, 50, 100]) if self.chance(0.4) else []
        return words + (self.set_windows(fields, [1, 14, 3650], REPEATS) if not words or self.chance(0.6) else [])

    def set_windows(self, fields, days, repeats):
        """One lead time, or a list of them in any order."""
        before = self.rng.sample(days, self.rng.randint(1, min(len(days), 5)) if self.chance(0.5) else 1)
        fields["reminder"], fields["remind_users"] = (before, self.rng.choice(repeats)), self.chance(0.4)
        return ["--remind-before", ",".join(map(str, before)), "--remind-repeat", fields["reminder"][1],
                *(["--remind-users"] if fields["remind_users"] else [])]

    def set_low(self, fields, percentages):
        fields["remind_low"] = 0 if self.chance(0.2) else self.rng.choice(percentages)
        return ["--remind-low", str(fields["remind_low"])] if fields["remind_low"] else ["--no-remind-low"]

    def group_move(self):
        path = self.path(below_root=True)
        elsewhere = [g for g in self.groups() if g[:len(path)] != path and g + path[-1:] not in self.store.groups]
        parent = self.rng.choice(elsewhere) if elsewhere and self.chance(0.75) else self.path()
        fields = {"path": path, "parent": parent}
        return Operation("group move", fields, ["group", "move", self.spell(path), self.spell(fields["parent"])])

    def group_rename(self):
        path = self.path(below_root=True)
        fields = {"path": path, "name": self.rng.choice(GROUP_NAMES)}
        return Operation("group rename", fields, ["group", "rename", self.spell(path), fields["name"]])

    def group_remove(self):
        path = max((self.path(below_root=True) for _ in range(4)), key=len)
        fields = {"path": path, "recursive": self.chance(0.5)}
        flag = [self.rng.choice(["-r", "--recursive"])] if fields["recursive"] else []
        return Operation("group remove", fields, ["group", "remove", self.spell(path), *flag])

    def license_add(self):
        path = self.path()
        counts = self.counts(3 if path else 12)
        start, until = self.period()
        fields = {"path": path, "name": self.new_license_name(path), "counts": counts,
                  "features": self.features(0.6 if not path else 0.3), "start": start, "until": until,
                  "type": self.rng.choice(TYPES) if self.chance(0.2) else None,
                  "restriction": self.rng.choice(["reserved", "shared"]) if path and self.chance(0.3) else None,
                  "if_not_exists": False}
        fields["labels"], _, words = self.labels(0.1)
        argv = ["license", "add", self.spell(path), fields["name"], *words]
        argv += ["--type", fields["type"]] if fields["type"] else []
        argv += self.grant_arguments(counts, fields["features"], start, until)
        argv += ["--restriction", fields["restriction"]] if fields["restriction"] else []
        if self.known(counts, fields["features"]) and not fields["restriction"] and self.chance(0.1):
            fields["if_not_exists"] = True
            argv.append("--if-not-exists")
        return Operation("license add", fields, argv)

    def known(self, counts, features):
        return set(counts) <= set(self.store.counted) and set(features) <= self.store.features

    def new_license_name(self, path):
        """Usually a name that the group does not have."""
        fresh = [n for n in LICENSE_NAMES if (path, n) not in self.store.licenses]
        return self.rng.choice(fresh if fresh and self.chance(0.9) else LICENSE_NAMES)

    def license_set(self):
        path, name = self.license()
        start, until = self.period(kept=True)
        features = self.features(0.15)
        fields = {"path": path, "name": name, "counts": self.counts(6, given=0.5), "features": features,
                  "drop": [f for f in self.features(0.15) if f not in features], "start": start, "until": until,
                  "type": self.rng.choice(TYPES) if self.chance(0.15) else None}
        fields["labels"], fields["drop_labels"], words = self.labels(
            0.15, self.labels_of(self.store.licenses, (path, name)))
        argv = ["license", "set", self.spell(path), name, *words]
        argv += self.grant_arguments(self.differences(fields, self.store.licenses.get((path, name))), features, start,
                                     until)
        argv += [word for f in fields["drop"] for word in ("--no-feature", f)]
        if fields["type"] is None and len(argv) == 4:
            fields["type"] = "plus"
        argv += ["--type", fields["type"]] if fields["type"] else []
        return Operation("license set", fields, argv)

    def differences(self, fields, item):
        """The counts of a change as written: some as the difference to the present count, rarely to less than none."""
        written = {}
        for name, count in fields["counts"].items():
            present = item.counts.get(name, 0) if item else 0
            if self.chance(0.03):
                count = fields["counts"][name] = -1
            written[name] = f"{count - present:+}" if count < 0 or self.chance(0.3) else count
        return written

    def largest(self):
        """A command in which one count or two are to be as large as is accepted."""
        op = self.rng.choices([self.license_add, self.license_set, self.user_add, self.user_set], [3, 3, 4, 3])[0]()
        if op.command in ("group remove", "user remove") or op.fields.get("if_not_exists"):
            return op
        known = sorted(self.store.counted)
        names = self.rng.sample(known, 2 if self.chance(0.12) else 1)
        op.fields["largest"] = {name: self.rng.randint(0, 5) if self.chance(0.2) else None for name in names}
        op.fields["counts"] = {r: n for r, n in op.counts.items() if r not in names and n >= 0}
        op.argv = self.without_counts(op.argv)
        for name in names:
            op.argv += [f"--{name}", "max"] if name in ("sip", "mobile") else ["--count", f"{name}=max"]
        for name, least in op.largest.items():
            op.argv += ["--at-least", f"{name}={least}"] if least is not None else []
        op.argv += self.grant_arguments(op.counts, (), None, None)
        return op

    @staticmethod
    def without_counts(argv):
        kept, words = [], iter(argv)
        for word in words:
            if word in ("--sip", "--mobile", "--count"):
                next(words)
            else:
                kept.append(word)
        return kept

    def license_transfer(self):
        (path, name), (target, target_name) = self.license(), self.license()
        counts = {r: n for r, n in self.counts(3).items() if n > 0} or {"sip": 1}
        fields = {"path": path, "name": name, "target": target, "target_name": target_name, "counts": counts,
                  "features": ()}
        argv = ["license", "transfer", self.spell(path), name, self.spell(target), target_name]
        return Operation("license transfer", fields, argv + self.grant_arguments(counts, (), None, None))

    def license_remove(self):
        path, name = self.license()
        return Operation("license remove", {"path": path, "name": name},
                         ["license", "remove", self.spell(path), name])

    def license_rename(self):
        path, name = self.license()
        new = self.new_license_name(path)
        return Operation("license rename", {"path": path, "name": name, "new": new},
                         ["license", "rename", self.spell(path), name, new])

    def license_renew(self):
        """Usually of the end of an existing licence or membership, and later than that."""
        path, name = self.license()
        held = [x.until for x in [*self.store.licenses.values(), *self.store.members.values()] if x.until]
        end = self.store.licenses[path, name].until if (path, name) in self.store.licenses else None
        end = end or (self.rng.choice(sorted(held)) if held else self.day())
        path = path[:self.rng.randint(0, len(path))] if self.chance(0.4) else path
        until = max(end, self.today) + self.rng.randint(1, 30) if self.chance(0.85) else self.day()
        fields = {"path": path, "name": name if self.chance(0.4) else None, "until": until,
                  "ends": end if self.chance(0.6) else None, "recursive": self.chance(0.5),
                  "with_users": self.chance(0.5), "today": self.today}
        argv = ["license", "renew", self.spell(path), *([fields["name"]] if fields["name"] else []),
                "--until", show_day(until)]
        argv += ["--ends", show_day(end)] if fields["ends"] else []
        argv += [self.rng.choice(["-r", "--recursive"])] if fields["recursive"] else []
        argv += ["--with-users"] if fields["with_users"] else []
        return Operation("license renew", fields, argv)

    def user_add(self):
        if len(self.store.members) >= MOST_MEMBERS and self.chance(0.8):
            return self.user_remove()
        path = self.path()
        counts = self.counts(2, given=0.6)
        start, until = self.period()
        listed = self.chance(0.35)
        features = self.features(0.6) if listed else None
        fields = {"path": path, "email": self.new_email(path), "counts": counts, "features": features, "start": start,
                  "until": until, "name": self.rng.choice(PEOPLE) if self.chance(0.5) else None,
                  "role": self.rng.choice(ROLES) if self.chance(0.3) else None, "if_not_exists": False}
        fields["labels"], _, words = self.labels(0.1)
        argv = ["user", "add", self.spell(path), fields["email"], *words]
        argv += self.grant_arguments(counts, features or (), start, until)
        argv += ["--no-features"] if listed and not features else []
        argv += ["--name", fields["name"]] if fields["name"] else []
        argv += ["--role", fields["role"]] if fields["role"] else []
        if self.known(counts, features or ()) and self.chance(0.1):
            fields["if_not_exists"] = True
            argv.append("--if-not-exists")
        return Operation("user add", fields, argv)

    def new_email(self, path):
        """Usually of a user that is not in the group."""
        fresh = [e for e in EMAILS if (path, fold(e)) not in self.store.members]
        return spell_case(self.rng, self.rng.choice(fresh)) if fresh and self.chance(0.9) else self.email()

    def user_set(self):
        path, email = self.member()
        start, until = self.period(kept=True)
        fields = {"path": path, "email": email, "counts": self.counts(4, given=0.5), "features": [], "drop": [],
                  "start": start, "until": until, "all_features": False, "no_features": False,
                  "name": self.rng.choice(["", *PEOPLE]) if self.chance(0.2) else None,
                  "role": self.rng.choice(ROLES) if self.chance(0.2) else None}
        fields["labels"], fields["drop_labels"], words = self.labels(
            0.15, self.labels_of(self.store.members, (path, fold(email))))
        argv = ["user", "set", self.spell(path), email, *words]
        argv += self.set_features(fields)
        known = self.store.members.get((path, fold(email)))
        argv += self.grant_arguments(self.differences(fields, known), fields["features"], start, until)
        argv += ["--name", fields["name"]] if fields["name"] is not None else []
        if fields["role"] is None and len(argv) == 4:
            fields["role"] = "user"
        argv += ["--role", fields["role"]] if fields["role"] else []
        return Operation("user set", fields, argv)

    def set_features(self, fields):
        """At most one way of changing the features of a membership."""
        way = self.rng.choice(["none", "none", "add", "drop", "all", "no"])
        if way == "add":
            fields["features"] = self.features(0.7)
        elif way == "drop":
            fields["drop"] = self.features(0.7)
            return [word for f in fields["drop"] for word in ("--no-feature", f)]
        elif way in ("all", "no"):
            fields[f"{way}_features"] = True
            return [f"--{way}-features"]
        return []

    def user_remove(self):
        path, email = self.member()
        return Operation("user remove", {"path": path, "email": email}, ["user", "remove", self.spell(path), email])

    def user_remove_all(self):
        email = self.email()
        return Operation("user remove --all", {"email": email}, ["user", "remove", "--all", email])

    def user_move(self):
        path, email = self.member()
        targets = [g for g in self.groups() if (g, fold(email)) not in self.store.members]
        target = self.rng.choice(targets) if targets and self.chance(0.8) else self.path()
        return Operation("user move", {"path": path, "email": email, "target": target},
                         ["user", "move", email, self.spell(path), self.spell(target)])

    def user_rename(self):
        """A new address; never the present address in another case, which the specification does not define."""
        email, new = self.email(), self.rng.choice(EMAILS)
        if fold(email) == fold(new):
            new = self.store.emails.get(fold(email), new)
        return Operation("user rename", {"email": email, "new": new}, ["user", "rename", email, new])

    def catalog_add(self):
        everything = [*EXTRA_COUNTED, *EXTRA_FEATURES]
        fresh = [n for n in everything if n not in self.store.counted and n not in self.store.features]
        name = self.rng.choice(fresh if fresh and self.chance(0.8) else everything)
        counted = name in EXTRA_COUNTED
        requires = EXTRA_COUNTED.get(name)
        if counted and self.chance(0.05):
            requires = "warp"
        fields = {"name": name, "counted": counted, "requires": requires}
        argv = ["catalog", "add", name, "--counted" if counted else "--feature"]
        return Operation("catalog add", fields, argv + (["--requires", requires] if requires else []))

    def catalog_remove(self):
        name = self.rng.choice([*EXTRA_COUNTED, *EXTRA_FEATURES, "sip", "ukey2"])
        return Operation("catalog remove", {"name": name}, ["catalog", "remove", name])

    def missing(self):
        """Reads missing objects."""
        path = self.spell((self.rng.choice(GROUP_NAMES), "never-made"))
        argv = self.rng.choice([["state", path], ["state", path, "-r"], ["state", path, "--timeline"],
                                ["group", "list", path], ["group", "show", path], ["license", "list", path, "-r"],
                                ["user", "list", path], ["state", "--user", "nobody@x.example"],
                                ["user", "show", "nobody@x.example"], ["license", "show", "/", "nothing"],
                                ["export", path]])
        return Operation("missing", {"sentence": "exit 4: the thing named does not exist"}, argv)

    # ---- malformed values

    def malformed(self):
        argv, sentence = self.rng.choice(self.malformed_commands())
        return self.malformed_operation(argv, sentence)

    def malformed_line(self):
        """For a batch: values that a line of text can contain."""
        commands = [(argv, s) for argv, s in self.malformed_commands() if "".join(argv).isprintable()]
        argv, sentence = self.rng.choice(commands + [(["group", "add", "/a", "-n"], "lines take no global option")])
        return self.malformed_operation(argv, sentence)

    def malformed_operation(self, argv, sentence):
        return Operation("malformed", {"sentence": f"exit 2: {sentence}"}, argv)

    def malformed_commands(self):
        pick = self.rng.choice
        path, below = self.spell(self.path()), self.spell(self.path(below_root=True))
        number = "a number is decimal digits without sign, exponent or leading zero; at most 2147483647"
        contradiction = "Contradicting options are a usage error"
        root = "`/` made `shared`, moved, renamed or removed"
        return [
            (["group", "add", pick(WRONG_PATHS)], "a path, a name: section 1"),
            (["group", "remove", pick(WRONG_PATHS)], "a path, a name: section 1"),
            (["user", "list", pick(WRONG_PATHS)], "a path, a name: section 1"),
            (["group", "rename", below, pick(WRONG_NAMES)], "a name: section 1"),
            (["license", "add", path, pick(WRONG_NAMES), "--sip", "1"], "Licence names follow the same rule"),
            (["group", "set", path, "--kind", pick(WRONG_TEXTS)], "`kind` is 0 to 255 bytes without control and ..."),
            (["license", "add", path, "wrong", "--type", pick(WRONG_TEXTS)], "`type` is 0 to 255 bytes ..."),
            (["group", "set", path, "--label", pick(WRONG_LABELS)], "a label: section 6.4"),
            (["license", "add", path, "wrong", "--label", pick(WRONG_LABELS)], "a label: section 6.4"),
            (["user", "add", path, "w@x.example", "--label", pick(WRONG_LABELS)], "a label: section 6.4"),
            (["user", "list", path, "--label", pick([w for w in WRONG_LABELS if w != "contract"])], "a filter: 6.1"),
            (["group", "add", below + "/w", *[w for i in range(33) for w in ("--label", f"l{i}=")]], "more than 32: 2"),
            (["group", "set", path, "--label", "a=1", "--no-label", "a"], contradiction),
            (["user", "add", path, "w@x.example", "--name", pick(WRONG_TEXTS)], "users' names are 0 to 255 bytes ..."),
            (["license", "add", path, "wrong", "--sip", pick(WRONG_NUMBERS)], number),
            (["user", "add", path, "w@x.example", "--count", "sip=" + pick(WRONG_NUMBERS)], number),
            (["license", "add", path, "wrong", "--count", pick(["sip", "=1", "sip:1"])], "--count NAME=N"),
            (["license", "add", path, "wrong", "--until", pick(WRONG_DATES)], "DATE is `YYYY-MM-DD`"),
            (["state", path, "--at", pick(WRONG_DATES)], "DATE is `YYYY-MM-DD`"),
            (["user", "add", path, pick(WRONG_EMAILS)], "an e-mail that cannot be"),
            (["user", "rename", "bob@x.example", pick(WRONG_EMAILS)], "an e-mail that cannot be"),
            (["user", "add", path, "w@x.example", "--role", pick(["boss", "", "Admin"])], "a role that cannot be"),
            (["catalog", "add", pick(WRONG_ENTRIES), "--counted"], "catalogue names [a-z][a-z0-9-]{0,62}, no key"),
            (["catalog", "add", "extra", "--counted", "--feature"], contradiction),
            (["catalog", "add", "extra"], "catalog add NAME --counted | --feature"),
            (["catalog", "add", "extra", "--feature", "--requires", "sip"], "--requires belongs to --counted"),
            (["group", "add", below, "--restriction", pick(["", "limited", "Shared"])], "a malformed value"),
            (["group", "set", "/", "--restriction", "shared"], root),
            (["license", "add", "/", "wrong", "--restriction", "shared"], root),
            (["license", "add", path, "wrong", "--restriction", "none"], "--restriction reserved|shared"),
            (["group", "move", "/", path], root),
            (["group", "remove", "/", "-r"], root),
            (["group", "rename", "/", "x"], root),
            (["group", "move", below, below.rstrip("/") + pick(["", "/a", "/missing/b"])],
             "a group moved to or below itself"),
            (["group", "set", path, "--suspend", "--resume"], contradiction),
            (["group", "set", path, "--no-reminder", "--remind-before", "3", "--remind-repeat", "daily"],
             contradiction),
            (["group", "set", path, "--remind-before", pick(["0", "3651", "x", "7,", "7,7", "6,5,4,3,2,1", "30, 7"]),
              "--remind-repeat", "daily"], "before is up to 5 different numbers, 1 to 3650 days"),
            (["group", "set", path, "--remind-low", pick(["0", "101", "x", "12.5", "-1", ""])], "low is 1 to 100"),
            (["group", "set", path, "--remind-low", "5", pick(["--no-remind-low", "--no-reminder"])], contradiction),
            (["group", "set", path, "--remind-before", "3", "--remind-repeat", "monthly"], "repeat is one of four"),
            (["user", "add", path, "w@x.example", "--feature", "ukey2", "--no-features"], contradiction),
            (["user", "set", path, "bob@x.example", "--all-features", "--no-features"], contradiction),
            (["license", "set", path, "main", "--feature", "ukey2", "--no-feature", "ukey2"], contradiction),
            (["license", "add", path, "wrong", "--sip", "1", "--count", "sip=2"], contradiction),
            (["user", "add", path, "w@x.example", "--no-feature", "ukey2"], "an unknown option"),
            (["group", "add", below, "--frobnicate"], "an unknown option"),
            (["grup", "add", below], "an unknown command"),
            (["group", "add"], "a missing argument"),
            (["group", "add", below, "--at", "2026-01-01"], "--at elsewhere is a usage error"),
            (["init", "--until", "2030-01-01"], "a period alone is a usage error"),
        ]

    # ---- files

    def file(self, content, ending):
        """A name for a file that the operation needs; the driver writes it."""
        self.files += 1
        return {f"{self.folder}/{self.files}.{ending}": content}

    def wrong_import(self):
        text, sentence = self.rng.choice(WRONG_DOCUMENTS)
        files = self.file(text.encode(), "yaml")
        fields = {"document": None, "sentence": f"exit 6: {sentence}", "files": files}
        return Operation("import", fields, ["import", *files])

    def import_document(self):
        """The subtree of a group, changed, into that or another group."""
        source = self.path()
        source = source if source in self.store.groups else ROOT
        document = {"allot": 1, **self.describe(source)}
        for _ in range(self.rng.randint(0, 3)):
            self.mutate(document)
        self.add_catalog(document)
        into = source if self.chance(0.7) else self.path()
        return self.import_of(document, into, self.prune(source, into))

    def prune(self, source, into):
        """Seldom if the file is of another group: little would be left."""
        return self.chance(0.5 if source == into else 0.1)

    def import_of(self, document, into, prune):
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=self.chance(0.5),
                              default_flow_style=self.rng.choice([None, False, True])).encode()
        fields = {"document": document, "into": into, "prune": prune, "files": {}}
        argv, stdin = ["import"], None
        if self.chance(0.2):
            argv, stdin = argv + ["-"], text
        else:
            fields["files"] = self.file(text, "yaml")
            argv += list(fields["files"])
        argv += ["--into", self.spell(into)] if into or self.chance(0.3) else []
        argv += ["--prune"] if prune else []
        return Operation("import", fields, argv, stdin)

    def day_value(self, day):
        """A date may be quoted."""
        return None if day is None else show_day(day) if self.chance(0.3) else date.fromordinal(day)

    def describe_grant(self, item):
        counts = {r: item.counts.get(r, 0) for r in self.store.counted}
        shown = {r: n for r, n in counts.items() if n or self.chance(0.3)}
        if item.features is not None:
            shown["features"] = sorted(item.features)
        ends = {"from": self.day_value(item.start), "until": self.day_value(item.until)}
        shown.update({k: v for k, v in ends.items() if v or self.chance(0.3)})
        return shown

    def file_labels(self, labels):
        """No labels are the default, which may be an empty value."""
        return dict(labels) or self.rng.choice([None, {}])

    def describe_labels(self, item):
        return {"labels": self.file_labels(item.labels)} if item.labels or self.chance(0.1) else {}

    def describe(self, path):
        """The group as a document; default values are omitted at random."""
        group = self.store.groups[path]
        shown = {"restriction": group.restriction} if self.chance(0.8) else {}
        if group.kind is not None:
            shown["kind"] = group.kind
        if group.labels or self.chance(0.1):
            shown["labels"] = self.file_labels(group.labels)
        if group.suspended or self.chance(0.1):
            shown["suspended"] = group.suspended
        if group.reminder:
            shown["reminder"] = {key: value for key, value in reminder_json(group.reminder).items()
                                 if value is not None or self.chance(0.1)}
        licenses = {n: {"type": x.type, **self.describe_grant(x), **self.describe_labels(x)}
                    for (p, n), x in self.store.licenses.items() if p == path}
        users = {spell_case(self.rng, self.store.emails[k]):
                 {"name": x.name, "role": x.role, **self.describe_grant(x), **self.describe_labels(x)}
                 for (p, k), x in self.store.members.items() if p == path}
        groups = {p[-1]: self.describe(p) for p in self.groups() if p != ROOT and p[:-1] == path}
        parts = {"licenses": licenses, "users": users, "groups": groups}
        return shown | {key: value for key, value in parts.items() if value or self.chance(0.1)}

    def some_group_of(self, document):
        here = document
        while here.get("groups") and self.chance(0.6):
            here = self.rng.choice(list(here["groups"].values()))
        return here

    def mutate(self, document):
        here = self.some_group_of(document)
        changes = ["license", "license", "user", "user", "group", "drop", "count", "count", "restriction"]
        change = self.rng.choice(changes)
        if change == "license":
            here.setdefault("licenses", {})[self.rng.choice(LICENSE_NAMES)] = self.new_grant(3, "features")
        elif change == "user":
            self.mutate_user(here)
        elif change == "group":
            here.setdefault("groups", {})[self.rng.choice(GROUP_NAMES)] = {"kind": self.rng.choice(KINDS)}
        elif change == "drop":
            here.pop(self.rng.choice(["licenses", "users", "restriction", "kind", "suspended", "labels"]), None)
        elif change == "count":
            self.mutate_count(here)
        elif here is not document:
            here["restriction"] = self.rng.choice(["none", "reserved", "shared"])

    def new_grant(self, most, *always):
        counts = {r: n for r, n in self.counts(most).items() if r in self.store.counted}
        start, until = (self.day_value(d) for d in self.period())
        grant = {**counts, "from": start, "until": until}
        features = [f for f in self.features() if f in self.store.features]
        grant = {k: v for k, v in grant.items() if v is not None}
        if self.chance(0.2):
            grant["labels"] = self.file_labels(self.labels(0.4)[0])
        return grant | ({"features": features} if always or self.chance(0.4) else {})

    def mutate_user(self, here):
        users = here.setdefault("users", {})
        email = self.rng.choice(EMAILS)
        for known in [k for k in users if fold(k) == fold(email)]:
            del users[known]
        users[email] = {"name": self.rng.choice(["", *PEOPLE]), **self.new_grant(2)}

    def mutate_count(self, here):
        items = [*(here.get("licenses") or {}).values(), *(here.get("users") or {}).values()]
        if items:
            item = self.rng.choice(items)
            item["sip"] = self.rng.choice([None, 0, 1, 2, 5])
            item.pop(self.rng.choice(["mobile", "from", "until", "type", "role", "labels"]), None)

    def add_catalog(self, document):
        """Names every entry that the document may use, as in the store or new."""
        counted = {r: {"requires": n} if n else {} for r, n in EXTRA_COUNTED.items()
                   if r in self.store.counted or self.chance(0.05)}
        features = [f for f in EXTRA_FEATURES if f in self.store.features or self.chance(0.05)]
        if (counted or features) and self.chance(0.5):
            document["catalog"] = {"counted": counted, "features": features}

    # ---- batches

    def batch(self):
        """Some lines, each made for the store that the lines before it leave. Behind a line that fails no malformed
        one stands: which of the two would be reported is not said."""
        start, lines, failed = self.store, [], False
        for _ in range(self.rng.randint(1, 6)):
            makers = self.COMMANDS + ([] if failed else [(Generator.malformed_line, 2)])
            line = self.rng.choices([m for m, _ in makers], [w for _, w in makers])[0](self)
            lines.append(line)
            failed = failed or not self.advance(line)
        self.store = start
        return self.batch_of(lines)

    def advance(self, line):
        try:
            self.store = perform(self.store, self.today, line)
            return True
        except Failure:
            return False

    def batch_of(self, lines):
        texts = []
        for line in lines:
            texts += [""] if self.chance(0.1) else []
            texts += ["# a comment: it's ignored"] if self.chance(0.1) else []
            texts.append(shlex.join(line.argv))
        text = ("\n".join(texts) + "\n").encode(errors="surrogateescape")
        if self.chance(0.5):
            return Operation("batch", {"lines": lines, "files": {}}, ["batch"], text)
        files = self.file(text, "batch")
        return Operation("batch", {"lines": lines, "files": files}, ["batch", *files])

    COMMANDS = [(group_add, 12), (group_set, 7), (group_move, 4), (group_rename, 2), (group_remove, 1),
                (license_add, 18), (license_set, 10), (license_remove, 2), (license_rename, 2), (license_renew, 8), (license_transfer, 4), (largest, 10), (user_add, 17), (user_set, 8),
                (user_remove, 1), (user_remove_all, 1), (user_move, 5), (user_rename, 1), (catalog_add, 1),
                (catalog_remove, 1)]

    KINDS = COMMANDS + [(malformed, 6), (missing, 1), (batch, 5), (import_document, 7), (wrong_import, 3)]
