"""The rules and figures of allot, judged by brute force.

Everything is decided by literally looking at days: nothing here is meant to be fast. The docstring of
a rule or figure is the sentence of the specification that it stands for; the checker prints it when
the binary disagrees.

A path is a tuple of names, `()` is `/`. A day is a proleptic ordinal (`date.toordinal`), an open end None.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass, field
from datetime import date

ROOT = ()
BUILTIN_COUNTED = {"sip": None, "mobile": "sip"}
BUILTIN_FEATURES = ("ukey2",)
# Every day this close to today is looked at one by one; of far dates only the neighbourhood.
NEAR = 200
AROUND = 2


@dataclass(frozen=True)
class Group:
    kind: str | None = None
    restriction: str = "none"
    suspended: bool = False
    reminder: tuple | None = None  # (days before, descending; repeat; users; low), the last ones None if there is none
    labels: dict = field(default_factory=dict)


@dataclass(frozen=True)
class License:
    type: str = "plus"
    counts: dict = field(default_factory=dict)
    features: frozenset = frozenset()
    start: int | None = None
    until: int | None = None
    labels: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Membership:
    name: str = ""
    role: str = "user"
    counts: dict = field(default_factory=dict)
    features: frozenset | None = None
    start: int | None = None
    until: int | None = None
    labels: dict = field(default_factory=dict)


@dataclass
class Store:
    counted: dict = field(default_factory=lambda: dict(BUILTIN_COUNTED))  # name -> what it requires
    features: set = field(default_factory=lambda: set(BUILTIN_FEATURES))
    groups: dict = field(default_factory=lambda: {ROOT: Group()})
    licenses: dict = field(default_factory=dict)  # (path, name) -> License
    members: dict = field(default_factory=dict)  # (path, folded e-mail) -> Membership
    emails: dict = field(default_factory=dict)  # folded e-mail -> as first written

    def copy(self):
        return Store(dict(self.counted), set(self.features), dict(self.groups),
                     dict(self.licenses), dict(self.members), dict(self.emails))


@dataclass(frozen=True)
class Violation:
    rule: str
    group: tuple
    item: str | None
    first: int | None = None  # of limit and ceiling: the first checked day that is over the limit


def fold(email):
    """ASCII letters compare without case."""
    return "".join(c.lower() if c.isascii() else c for c in email)


def show_path(path):
    return "/" + "/".join(path)


def reminder_json(reminder):
    """YAML and JSON a number for one, else a descending list; with `low` alone `before` and `repeat` are null."""
    if reminder is None:
        return None
    before, repeat, users, low = reminder
    return {"before": before[0] if len(before) == 1 else list(before) or None, "repeat": repeat, "users": users,
            "low": low}


def read_days(before):
    """`before` of a file or command: up to 5 different days, in any order."""
    days = before if isinstance(before, (list, tuple)) else [] if before is None else [before]
    return tuple(sorted(days, reverse=True))


def path_key(path):
    """A parent before its children, siblings by bytes."""
    return tuple(name.encode() for name in path)


def show_day(day):
    return None if day is None else date.fromordinal(day).isoformat()


def contains(item, day):
    return (item.start is None or item.start <= day) and (item.until is None or day <= item.until)


def has(item, resource):
    """Has r: a count above zero; for a feature, that list it."""
    return item.counts.get(resource, 0) > 0 or resource in (item.features or ())


def items_of(holder):
    """Each r with a count above zero and each feature listed in X."""
    return sorted([r for r, n in holder.counts.items() if n > 0] + list(holder.features or ()))


def days_to_judge(store, today, also=()):
    """Every day around the dates of the store; the outermost two stand for the infinities."""
    held = list(store.licenses.values()) + list(store.members.values())
    dates = {d for x in held for d in (x.start, x.until) if d is not None} | {today} | set(also)
    near = [d for d in dates if abs(d - today) <= NEAR]
    days = set(range(min(near) - AROUND, max(near) + AROUND + 1))
    for far in dates:
        days.update(range(far - AROUND, far + AROUND + 1))
    return sorted(days)


class Exact(dict):
    """A JSON object whose keys are data: no other key may stand in it."""


class Model:
    """One store as it stands, seen on one day (`today`), with all rules and figures."""

    def __init__(self, store, today, also=()):
        self.store = store
        self.today = today
        self.days = days_to_judge(store, today, also)
        self.children = {path: [] for path in store.groups}
        self.licenses = {path: [] for path in store.groups}
        self.members = {path: [] for path in store.groups}
        for path in store.groups:
            if path != ROOT:
                self.children[path[:-1]].append(path)
        for (path, _), item in store.licenses.items():
            self.licenses[path].append(item)
        for (path, _), item in store.members.items():
            self.members[path].append(item)
        self._limit = {}
        self._allotted = {}

    # ---- the words of section 1.1

    def restricted(self, group):
        return self.store.groups[group].restriction != "none"

    def upwards(self, group):
        """The group and its ancestors, nearest first."""
        return [group[:n] for n in range(len(group), -1, -1)]

    def restricted_from(self, group):
        """G itself or the nearest restricted group above it."""
        return next((g for g in self.upwards(group) if self.restricted(g)), None)

    def restricted_above(self, group):
        """The nearest restricted group strictly above G."""
        return None if group == ROOT else self.restricted_from(group[:-1])

    def limit(self, group, resource, day):
        """`limit(G,r,t)`: the sum of r over G's licences whose period contains t (G restricted)."""
        key = group, resource, day
        if key not in self._limit:
            self._limit[key] = sum(x.counts.get(resource, 0) for x in self.licenses[group] if contains(x, day))
        return self._limit[key]

    def allotted(self, group, resource, day):
        """`allotted(G,r,t)`: the sum, over G's memberships whose period contains t, of their count of r, plus over
        G's children C: `limit(C,r,t)` if C is `reserved`, else `allotted(C,r,t)`."""
        key = group, resource, day
        if key not in self._allotted:
            total = sum(x.counts.get(resource, 0) for x in self.members[group] if contains(x, day))
            for child in self.children[group]:
                if self.store.groups[child].restriction == "reserved":
                    total += self.limit(child, resource, day)
                else:
                    total += self.allotted(child, resource, day)
            self._allotted[key] = total
        return self._allotted[key]

    def hull(self, group, resource):
        """`hull(G,r)`: from the earliest `from` to the latest `until` of G's licences that have r, open ends reaching
        to infinity, cut down to `hull(A,r)` of the nearest restricted group above; it can be empty (None)."""
        mine = [x for x in self.licenses[group] if has(x, resource)]
        if not mine:
            return None
        first = min(-math.inf if x.start is None else x.start for x in mine)
        last = max(math.inf if x.until is None else x.until for x in mine)
        above = self.restricted_above(group)
        if above is not None:
            cut = self.hull(above, resource)
            if cut is None:
                return None
            first, last = max(first, cut[0]), min(last, cut[1])
        return (first, last) if first <= last else None

    def checked_days(self, group, resource):
        """The days that are checked for G and r: every day from today on with `limit(G,r,t) > 0`, and always the last
        day on which `limit(G,r,t) > 0`."""
        limited = [t for t in self.days if self.limit(group, resource, t) > 0]
        return [t for t in limited if t >= self.today or t == limited[-1]]

    def live(self, holder):
        """X is live unless its `until` is before today."""
        return holder.until is None or holder.until >= self.today

    def lacks(self, group, resource):
        """Where G has no licence with r at all."""
        return not any(has(x, resource) for x in self.licenses[group])

    def holders(self):
        """(group, X, A(X)) for each X: for a membership of G, G itself or the nearest restricted group above it; for
        a licence of a restricted G, `shared` ones included, the nearest restricted group strictly above G."""
        found = []
        for group in self.store.groups:
            found += [(group, x, self.restricted_from(group)) for x in self.members[group]]
            if self.restricted(group):
                found += [(group, x, self.restricted_above(group)) for x in self.licenses[group]]
        return found

    def drawing_on(self, group):
        return [x for _, x, drawn in self.holders() if drawn == group]

    # ---- the five rules

    def rule_requires(self):
        """1. requires: the catalogue's `requires` holds within each licence and each grant. (Licences out of force are
        bound too: "only `requires` and `from <= until` bind them".)"""
        for group in self.store.groups:
            for x in self.licenses[group] + self.members[group]:
                for resource, needed in self.store.counted.items():
                    if needed and x.counts.get(resource, 0) > x.counts.get(needed, 0):
                        yield Violation("requires", group, resource)

    def rule_limit(self):
        """2. limit: for every restricted G and every counted r, on every checked day `allotted(G,r,t) <= limit(G,r,t)`;
        and where G has no licence with r at all, no live X with A(X) = G has a count of r."""
        for group in filter(self.restricted, self.store.groups):
            for resource in self.store.counted:
                over = [t for t in self.checked_days(group, resource)
                        if self.allotted(group, resource, t) > self.limit(group, resource, t)]
                unlicensed = self.lacks(group, resource) and any(
                    self.live(x) and has(x, resource) for x in self.drawing_on(group))
                if over or unlicensed:
                    yield Violation("limit", group, resource, min(over, default=None))

    def rule_ceiling(self):
        """3. ceiling: for a `shared` C whose nearest restricted group above is A, on every checked day of A
        `limit(C,r,t) <= limit(A,r,t)`; and where A has no licence with r at all, no live licence of C has a count of
        r."""
        for group, settings in self.store.groups.items():
            above = self.restricted_above(group)
            if settings.restriction != "shared" or above is None:
                continue
            for resource in self.store.counted:
                over = [t for t in self.checked_days(above, resource)
                        if self.limit(group, resource, t) > self.limit(above, resource, t)]
                unlicensed = self.lacks(above, resource) and any(
                    self.live(x) and has(x, resource) for x in self.licenses[group])
                if over or unlicensed:
                    yield Violation("ceiling", above, resource, min(over, default=None))

    def rule_feature(self):
        """4. feature: a feature listed by a live X is listed by some licence of A(X)."""
        for _, x, drawn in self.holders():
            if drawn is not None and self.live(x):
                for feature in x.features or ():
                    if self.lacks(drawn, feature):
                        yield Violation("feature", drawn, feature)

    def rule_period(self):
        """5. period: `from <= until`; and for each live X, each r with a count above zero and each feature listed in X:
        X's explicit `until`, and its explicit `from` unless that is before today, lie inside `hull(A(X), r)`; where
        that hull is empty this part is silent (rules 2 to 4 speak)."""
        for group in self.store.groups:
            for x in self.licenses[group] + self.members[group]:
                if x.start is not None and x.until is not None and x.start > x.until:
                    yield Violation("period", group, None)
        for _, x, drawn in self.holders():
            if drawn is None or not self.live(x):
                continue
            ends = [x.until] if x.until is not None else []
            if x.start is not None and x.start >= self.today:
                ends.append(x.start)
            for resource in items_of(x):
                hull = self.hull(drawn, resource)
                if hull and any(not hull[0] <= end <= hull[1] for end in ends):
                    yield Violation("period", drawn, resource)

    def violations(self):
        """Every violation is reported with its group, the rule, the resource."""
        found = set()
        for rule in RULES.values():
            found.update(rule(self))
        return found

    # ---- section 1.2: what is in force

    def block(self, group, resource, day):
        """On day t a group blocks r (or a feature) when it is suspended, or is restricted and none of its licences
        active that day has it. Reasons: `suspended`; `not-licensed` (no licence of that group has it);
        `not-yet-valid` (a later one starts; the earliest on D); else `expired` (the last one ended on D)."""
        if self.store.groups[group].suspended:
            return "suspended", None
        having = [x for x in self.licenses[group] if has(x, resource)]
        if not self.restricted(group) or any(contains(x, day) for x in having):
            return None
        if not having:
            return "not-licensed", None
        later = [x.start for x in having if x.start is not None and x.start > day]
        if later:
            return "not-yet-valid", min(later)
        return "expired", max(x.until for x in having)

    def blocked_by(self, group, resource, day):
        """`blocked_by`: the groups among G and its ancestors that block it, nearest first, each with a reason."""
        blocks = [(g, self.block(g, resource, day)) for g in self.upwards(group)]
        return [{"group": show_path(g), "reason": b[0], "date": show_day(b[1])} for g, b in blocks if b]

    def shown_limit(self, group, resource, day):
        """`limit`: 0 if `blocked_by` is not empty; else `limit(limited_by,r,t)`; null if unlimited."""
        if self.blocked_by(group, resource, day):
            return 0
        by = self.restricted_from(group)
        return None if by is None else self.limit(by, resource, day)

    def remaining(self, group, resource, day):
        """`remaining`: `limit` as shown minus `allotted(limited_by,r,t)`, never below 0; null if unlimited and not
        blocked."""
        shown, by = self.shown_limit(group, resource, day), self.restricted_from(group)
        if shown is None:
            return None
        return max(0, shown - (0 if by is None else self.allotted(by, resource, day)))

    def available(self, group, resource, day):
        """`available`: the smallest of `limit - allotted` over the restricted groups from G upwards, up to and
        including the first that is `reserved`; never below 0; 0 if blocked; null if unlimited and not blocked."""
        if self.blocked_by(group, resource, day):
            return 0
        rooms = []
        for g in filter(self.restricted, self.upwards(group)):
            rooms.append(self.limit(g, resource, day) - self.allotted(g, resource, day))
            if self.store.groups[g].restriction == "reserved":
                break
        return max(0, min(rooms)) if rooms else None

    def limited_by(self, group):
        """`limited_by`: G if restricted, else the nearest restricted group above, blocked or not; null if there is none
        (unlimited)."""
        by = self.restricted_from(group)
        return None if by is None else show_path(by)

    def enabled(self, group, feature, day):
        """A feature is enabled in G when nothing blocks it."""
        return not self.blocked_by(group, feature, day)

    def enabled_until(self, group, feature, day):
        """A feature's `until` is the last day of the unbroken run of enabled days that contains the day shown (null if
        it does not end, or is not enabled)."""
        if not self.enabled(group, feature, day):
            return None
        last = day
        for t in (t for t in self.days if t > day):
            if not self.enabled(group, feature, t):
                return last
            last = t
        return None

    def license_status(self, group, item, day):
        """A membership is `active`, `pending` (before its `from`), `expired` (after its `until`); a licence likewise,
        or `out-of-force`. Licences of a group whose restriction is `none` are out of force."""
        return self.status(item, day) if self.restricted(group) else "out-of-force"

    @staticmethod
    def status(item, day):
        """A membership is `active`, `pending` (before its `from`), `expired` (after its `until`)."""
        if item.start is not None and day < item.start:
            return "pending"
        if item.until is not None and day > item.until:
            return "expired"
        return "active"

    def gives(self, group, member, day):
        """The counts of each r not blocked in that membership's group, and the features that the membership has and its
        group has enabled (a membership without a list has every feature of the catalogue)."""
        if self.status(member, day) != "active":
            return {}, set()
        counts = {r: member.counts.get(r, 0) for r in self.store.counted if not self.blocked_by(group, r, day)}
        listed = self.store.features if member.features is None else member.features
        return counts, {f for f in listed if self.enabled(group, f, day)}

    def last_day_in_force(self, group, item):
        """U is its last day in force, its own `until` or, where that is open, the latest end of `hull(G,r)` over the
        counts and features that it has."""
        if item.until is not None:
            return item.until
        ends = [hull[1] for hull in (self.hull(group, r) for r in items_of(item)) if hull]
        return max(ends, default=math.inf)

    # ---- section 2.1: the JSON shapes

    def subtree(self, path):
        """In path order (a parent before its children, siblings by bytes)."""
        return sorted((g for g in self.store.groups if g[:len(path)] == path), key=path_key)

    def all_counts(self, item):
        """`counts` has every counted resource of the catalogue."""
        return Exact({r: item.counts.get(r, 0) for r in self.store.counted})

    def license_json(self, path, name, day):
        item = self.store.licenses[path, name]
        return {"group": show_path(path), "name": name, "type": item.type, "labels": Exact(item.labels),
                "counts": self.all_counts(item),
                "features": sorted(item.features), "from": show_day(item.start), "until": show_day(item.until),
                "status": self.license_status(path, item, day)}

    def license_keys(self, path, recursive):
        """In path and name order (bytes)."""
        groups = self.subtree(path) if recursive else [path]
        keys = sorted(self.store.licenses, key=lambda key: (path_key(key[0]), key[1].encode()))
        return [key for key in keys if key[0] in groups]

    def license_list(self, path, day, recursive=False):
        """`license list` is an array of these, in path and name order (bytes)."""
        return [self.license_json(*key, day) for key in self.license_keys(path, recursive)]

    def license_list_expiring(self, path, days):
        """`--expiring`: active now, whose U (section 5) is at most DAYS ahead."""
        rows = [(self.license_json(*key, self.today), key) for key in self.license_keys(path, True)]
        return [row for row, key in rows if row["status"] == "active"
                and self.last_day_in_force(key[0], self.store.licenses[key]) - self.today <= days]

    def member_json(self, path, key, day):
        item = self.store.members[path, key]
        return {"group": show_path(path), "email": self.store.emails[key], "name": item.name, "role": item.role,
                "labels": Exact(item.labels),
                "counts": self.all_counts(item), "from": show_day(item.start), "until": show_day(item.until),
                "features": None if item.features is None else sorted(item.features),
                "status": self.status(item, day)}

    def user_list(self, path, day, recursive=False):
        """`user list` is an array of these (memberships)."""
        groups = self.subtree(path) if recursive else [path]
        keys = [(g, k) for g in groups for p, k in sorted(self.store.members) if p == g]
        return [self.member_json(g, k, day) for g, k in keys]

    def group_json(self, path):
        """A group (`group show`; `group list` is an array of them): direct ones; `kind`, `reminder` null if unset."""
        group = self.store.groups[path]
        shown = {"name": path[-1]} if path else {}
        return {**shown, "path": show_path(path), "kind": group.kind, "labels": Exact(group.labels),
                "restriction": group.restriction,
                "suspended": group.suspended, "reminder": reminder_json(group.reminder), "children": len(self.children[path]),
                "members": len(self.members[path]),
                "licenses": [name for _, name in self.license_keys(path, False)]}

    def group_list(self, path, recursive=False):
        """`list`: PATH's children; with `-r` PATH and all below."""
        groups = self.subtree(path) if recursive else sorted(self.children[path], key=path_key)
        return [self.group_json(g) for g in groups]

    def count_json(self, path, resource, day):
        return {"limit": self.shown_limit(path, resource, day), "limited_by": self.limited_by(path),
                "used": self.allotted(path, resource, day), "remaining": self.remaining(path, resource, day),
                "available": self.available(path, resource, day),
                "blocked_by": self.blocked_by(path, resource, day)}

    def feature_json(self, path, feature, day):
        return {"enabled": self.enabled(path, feature, day), "until": show_day(self.enabled_until(path, feature, day)),
                "blocked_by": self.blocked_by(path, feature, day)}

    def state(self, path, day):
        """`state PATH`: section 1.2 for a group."""
        group = self.store.groups[path]
        return {"group": show_path(path), "at": show_day(day), "restriction": group.restriction,
                "suspended": group.suspended,
                "counts": Exact({r: self.count_json(path, r, day) for r in self.store.counted}),
                "features": Exact({f: self.feature_json(path, f, day) for f in self.store.features}),
                "licenses": self.license_list(path, day)}

    def state_recursive(self, path, day):
        """With `-r`: an array of these in path order (a parent before its children, siblings by bytes)."""
        return [self.state(g, day) for g in self.subtree(path)]

    def held(self, group, resource, day):
        """`held`: what users at and below the group hold that day."""
        below = [x for g in self.subtree(group) for x in self.members[g]]
        return sum(x.counts.get(resource, 0) for x in below if contains(x, day))

    def idle(self, group, resource, day):
        """`idle`: over the reserved groups C below it whose limit `used` counts, the sum of max(0, limit(C) minus what
        users at and below C hold)."""
        return sum(max(0, self.limit(c, resource, day) - self.held(c, resource, day))
                   for c in self.reserved_below(group))

    def reserved_below(self, group):
        """The reserved groups C below it whose limit `used` counts."""
        for child in self.children[group]:
            if self.store.groups[child].restriction == "reserved":
                yield child
            else:
                yield from self.reserved_below(child)

    def most_idle(self, group, resource, day):
        """The three such groups with the most idle."""
        unused = {show_path(c): self.limit(c, resource, day) - self.held(c, resource, day)
                  for c in self.reserved_below(group)}
        most = sorted((-idle, path) for path, idle in unused.items() if idle > 0)
        return [{"group": path, "idle": -idle} for idle, path in most[:3]]

    def held_recursive(self, path, day):
        """`state [PATH] [-r] --held` adds, for each counted resource, `held` and `idle`."""
        return [{"group": show_path(g),
                 "counts": Exact({r: {"held": self.held(g, r, day), "idle": self.idle(g, r, day)}
                                  for r in self.store.counted})} for g in self.subtree(path)]

    def span_content(self, path, day):
        counts = Exact({r: {"limit": self.shown_limit(path, r, day), "used": self.allotted(path, r, day),
                            "available": self.available(path, r, day)} for r in self.store.counted})
        return {"counts": counts, "features": sorted(f for f in self.store.features if self.enabled(path, f, day))}

    def timeline(self, path, day):
        """`state PATH --timeline`: from the day on, spans as long as nothing in them changes, the last one open."""
        spans = []
        for t in (t for t in self.days if t >= day):
            content = self.span_content(path, t)
            if not spans or spans[-1][1] != content:
                spans.append((t, content))
        ends = [start - 1 for start, _ in spans[1:]] + [None]
        return {"group": show_path(path),
                "spans": [{"from": show_day(start), "until": show_day(end), **content}
                          for (start, content), end in zip(spans, ends)]}

    def user_state(self, key, day):
        """`state --user`: `name`: of the first membership that has one; every counted resource; `from` only groups that
        give more than 0; only features that some group gives."""
        groups = sorted((p for p, k in self.store.members if k == key), key=path_key)
        names = [self.store.members[g, key].name for g in groups]
        given = {g: self.gives(g, self.store.members[g, key], day) for g in groups}
        counts = {}
        for r in self.store.counted:
            parts = {show_path(g): c[r] for g, (c, _) in given.items() if c.get(r, 0) > 0}
            counts[r] = {"total": sum(parts.values()), "from": Exact(parts)}
        features = {f: [show_path(g) for g, (_, fs) in given.items() if f in fs] for f in self.store.features}
        return {"email": self.store.emails[key], "name": next((n for n in names if n), ""), "at": show_day(day),
                "memberships": [self.member_json(g, key, day) for g in groups],
                "entitlement": {"counts": Exact(counts), "features": Exact({f: g for f, g in features.items() if g})}}


RULES = {"requires": Model.rule_requires, "limit": Model.rule_limit, "ceiling": Model.rule_ceiling,
         "feature": Model.rule_feature, "period": Model.rule_period}


def spec_words(judge):
    """The sentence of the specification that a rule or figure stands for."""
    return inspect.cleandoc(judge.__doc__)


FIGURES = {"limit": Model.shown_limit, "limited_by": Model.limited_by, "used": Model.allotted,
           "remaining": Model.remaining, "available": Model.available, "blocked_by": Model.blocked_by,
           "reason": Model.block, "date": Model.block, "enabled": Model.enabled, "until": Model.enabled_until,
           "status": Model.license_status, "entitlement": Model.gives, "name": Model.user_state,
           "spans": Model.timeline, "held": Model.held, "idle": Model.idle, "total": Model.gives, "children": Model.group_json,
           "members": Model.group_json}
