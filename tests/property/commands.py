"""The effect of each command on the store of the model, and the exit status of its failures.

A command is an `Operation`: its name and its fields. `perform` returns the store after it, or raises `Failure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from model import (BUILTIN_COUNTED, BUILTIN_FEATURES, ROOT, RULES, Group, License, Membership, Model, Store, Violation,
                   fold, path_key, read_days, spec_words)

MOST = 2147483647
OPEN = "none"  # `--from none` and `--until none`


@dataclass
class Operation:
    command: str
    fields: dict = field(default_factory=dict)
    argv: list = field(default_factory=list)  # without the program and its store
    stdin: bytes | None = None

    def __getattr__(self, name):
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None


class Failure(Exception):
    """A command that fails: exit status, error code (None: the specification names none) and why."""

    def __init__(self, status, code, sentence, violations=()):
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence
        self.violations = set(violations)

    def unexplained(self):
        """The same without its violations."""
        return Failure(self.status, self.code, self.sentence)

    @property
    def rules(self):
        return {v.rule for v in self.violations}


def not_found(what):
    return Failure(4, "not-found", f"exit 4: the thing named ({what}) does not exist")


def exists(sentence="A creation of what exists fails unless `--if-not-exists` is given"):
    return Failure(4, "exists", sentence)


def usage(sentence):
    return Failure(2, "usage", sentence)


def need_group(store, path):
    if path not in store.groups:
        raise not_found("group")


def need_items(store, op):
    """An unknown resource or feature named in a command does not exist."""
    counted, features = set(op.counts), set(op.features or ()) | set(op.fields.get("drop") or ())
    if not counted <= set(store.counted) or not features <= store.features:
        raise not_found("resource, feature")


def forget_users_without_membership(store):
    """A user without a membership does not exist."""
    left = {key for _, key in store.members}
    store.emails = {key: shown for key, shown in store.emails.items() if key in left}


def named_elsewhere(store, key, besides):
    """The user's name left out: as in another membership, else empty."""
    others = sorted((p for p, k in store.members if k == key and p not in besides), key=path_key)
    names = [store.members[p, key].name for p in others]
    return next((n for n in names if n), "")


def changed_labels(labels, op):
    """`--label K=V` sets one, `--no-label K` removes one (4 if it is not there)."""
    after = dict(labels)
    for key in op.fields.get("drop_labels") or ():
        if after.pop(key, None) is None:
            raise not_found("label")
    return {**after, **(op.fields.get("labels") or {})}


# ---- groups


def group_add(store, op):
    if op.path in store.groups:
        if op.if_not_exists:
            return
        raise exists()
    missing = [op.path[:n] for n in range(1, len(op.path)) if op.path[:n] not in store.groups]
    if missing and not op.parents:
        raise not_found("group")
    for path in missing:
        store.groups[path] = Group()
    store.groups[op.path] = Group(kind=op.kind, restriction=op.restriction or "none", labels=changed_labels({}, op))


def group_set(store, op):
    need_group(store, op.path)
    group = store.groups[op.path]
    changes = {"labels": changed_labels(group.labels, op)}
    if op.kind is not None:
        changes["kind"] = op.kind
    if op.restriction is not None:
        changes["restriction"] = op.restriction
    if op.suspended is not None:
        changes["suspended"] = op.suspended
    if op.no_reminder:
        changes["reminder"] = None
    if op.reminder is not None or op.remind_low is not None:  # "With `set`, what is not named stays"
        before, repeat, users, low = group.reminder or ((), None, False, None)
        if op.reminder is not None:
            before, repeat, users = read_days(op.reminder[0]), op.reminder[1], op.remind_users or users
        if op.remind_low is not None:  # 0: `--no-remind-low`
            low = op.remind_low or None
        changes["reminder"] = (before, repeat, users, low) if before or low else None
    store.groups[op.path] = replace(group, **changes)


def rebase(store, old, new):
    """The group at `old`, with everything in and below it, stands at `new`."""
    def moved(path):
        return new + path[len(old):] if path[:len(old)] == old else path
    store.groups = {moved(p): g for p, g in store.groups.items()}
    store.licenses = {(moved(p), n): x for (p, n), x in store.licenses.items()}
    store.members = {(moved(p), k): x for (p, k), x in store.members.items()}


def group_move(store, op):
    if op.path == ROOT:
        raise usage("exit 2: `/` made `shared`, moved, renamed or removed")
    if op.parent[:len(op.path)] == op.path:
        raise usage("exit 2: a group moved to or below itself")
    need_group(store, op.path)
    need_group(store, op.parent)
    target = op.parent + op.path[-1:]
    if target in store.groups:
        raise exists("A group moved to its present parent: exists; names are unique among siblings")
    rebase(store, op.path, target)


def group_rename(store, op):
    need_group(store, op.path)
    target = op.path[:-1] + (op.name,)
    if target in store.groups:
        raise exists("A group renamed to its present name: exists; names are unique among siblings")
    rebase(store, op.path, target)


def drop_subtree(store, path):
    def outside(p):
        return p[:len(path)] != path
    store.groups = {p: g for p, g in store.groups.items() if outside(p)}
    store.licenses = {k: x for k, x in store.licenses.items() if outside(k[0])}
    store.members = {k: x for k, x in store.members.items() if outside(k[0])}


def group_remove(store, op):
    need_group(store, op.path)
    children = any(p != op.path and p[:len(op.path)] == op.path for p in store.groups)
    held = any(p == op.path for p, _ in list(store.licenses) + list(store.members))
    if (children or held) and not op.recursive:
        raise Failure(4, "not-empty", "a group with children, members or licences is removed only with `-r`")
    drop_subtree(store, op.path)
    forget_users_without_membership(store)


# ---- licences


def license_add(store, op):
    need_group(store, op.path)
    need_items(store, op)
    if (op.path, op.name) in store.licenses:
        if op.if_not_exists:
            return
        raise exists()
    group = store.groups[op.path]
    if op.restriction and group.restriction not in ("none", op.restriction):
        raise Failure(4, None, "`--restriction` on a group that has another one: 4")
    if group.restriction == "none":
        # "Adding a licence to a group whose restriction is `none` makes it `reserved` (or `shared`, where asked)"
        store.groups[op.path] = replace(group, restriction=op.restriction or "reserved")
    store.licenses[op.path, op.name] = License(op.type or "plus", dict(op.counts), frozenset(op.features),
                                               op.start, op.until, changed_labels({}, op))


def need_countable(path, counts):
    """A count may be `+N` or `-N`; a result below 0 or above 2147483647 is refused (3, rule `limit`)."""
    wrong = [Violation("limit", path, name) for name, count in counts.items() if not 0 <= count <= MOST]
    if wrong:
        raise Failure(3, "refused", spec_words(need_countable), wrong)


def changed_grant(item, op):
    """With `set`, what is not named stays; `--from none` and `--until none` open an end."""
    changes = {"counts": {**item.counts, **op.counts}, "labels": changed_labels(item.labels, op)}
    need_countable(op.path, op.counts)
    if op.start is not None:
        changes["start"] = None if op.start == OPEN else op.start
    if op.until is not None:
        changes["until"] = None if op.until == OPEN else op.until
    return changes


def license_set(store, op):
    need_group(store, op.path)
    need_items(store, op)
    if (op.path, op.name) not in store.licenses:
        raise not_found("license")
    item = store.licenses[op.path, op.name]
    changes = changed_grant(item, op)
    changes["type"] = item.type if op.type is None else op.type
    # "`--feature F` adds F, `--no-feature F` drops it, and no change is a success"
    changes["features"] = (item.features | set(op.features)) - set(op.drop)
    store.licenses[op.path, op.name] = replace(item, **changes)


def license_transfer(store, op):
    """Lowers the licence of FROM and raises that of TO by the same counts, one write, judged as one change. Both licences
    exist (4) and differ (2); more than there is: 3."""
    if (op.path, op.name) == (op.target, op.target_name):
        raise usage("exit 2: both licences differ")
    for path, name in ((op.path, op.name), (op.target, op.target_name)):
        need_group(store, path)
        if (path, name) not in store.licenses:
            raise not_found("license")
    need_items(store, op)
    for path, name, factor in ((op.path, op.name, -1), (op.target, op.target_name, 1)):
        item = store.licenses[path, name]
        counts = {r: item.counts.get(r, 0) + factor * n for r, n in op.counts.items()}
        need_countable(path, counts)
        store.licenses[path, name] = replace(item, counts={**item.counts, **counts})


def license_remove(store, op):
    need_group(store, op.path)
    if (op.path, op.name) not in store.licenses:
        raise not_found("license")
    del store.licenses[op.path, op.name]


def license_rename(store, op):
    need_group(store, op.path)
    if (op.path, op.name) not in store.licenses:
        raise not_found("license")
    if (op.path, op.new) in store.licenses:
        raise exists()
    store.licenses[op.path, op.new] = store.licenses.pop((op.path, op.name))


def renewed_end(store, op):
    """E is `--ends`, else the own `until` that all the active licences meant in PATH share. An open end is never E."""
    if op.ends is not None:
        return op.ends
    ends = {item.until for (path, name), item in store.licenses.items()
            if path == op.path and op.name in (None, name) and store.groups[path].restriction != "none"
            and Model.status(item, op.today) == "active"}
    if len(ends) != 1 or None in ends:
        raise Failure(4, "not-found", "if they do not share one: 4")
    return ends.pop()


def license_renew(store, op):
    """The licences of PATH (that one, or all), with `-r` also those below it, whose own `until` is E get `until DATE`."""
    need_group(store, op.path)
    if op.name is not None and (op.path, op.name) not in store.licenses:
        raise not_found("license")
    end = renewed_end(store, op)
    if op.until < op.today or op.until <= end:
        raise Failure(4, "exists", "DATE before today or not after E: 4")
    groups = {path for path in store.groups if path == op.path or op.recursive and path[:len(op.path)] == op.path}
    meant = {key: item for key, item in store.licenses.items() if item.until == end and key[0] in groups
             and (key[0] != op.path or op.name in (None, key[1]))}
    users = {key: item for key, item in store.members.items() if item.until == end and key[0] in groups and op.with_users}
    if not meant and not users:
        raise Failure(4, "not-found", "nothing to renew: 4")
    store.licenses.update({key: replace(item, until=op.until) for key, item in meant.items()})
    store.members.update({key: replace(item, until=op.until) for key, item in users.items()})


# ---- users


def need_member(store, path, email):
    need_group(store, path)
    if (path, fold(email)) not in store.members:
        raise not_found("user")


def user_add(store, op):
    need_group(store, op.path)
    need_items(store, op)
    key = fold(op.email)
    if (op.path, key) in store.members:
        if op.if_not_exists:
            return
        raise exists()
    name = named_elsewhere(store, key, {op.path}) if op.name is None else op.name
    features = None if op.features is None else frozenset(op.features)
    store.members[op.path, key] = Membership(name, op.role or "user", dict(op.counts), features, op.start, op.until,
                                            changed_labels({}, op))
    store.emails.setdefault(key, op.email)


def changed_features(item, op):
    """On a membership that inherits, `--feature` starts a list and `--no-feature` is refused (4)."""
    if op.all_features:
        return None
    if op.no_features:
        return frozenset()
    if op.drop and item.features is None:
        raise Failure(4, None, "on a membership that inherits, `--no-feature` is refused (4)")
    if not op.features and item.features is None:
        return None
    return ((item.features or frozenset()) | set(op.features)) - set(op.drop)


def user_set(store, op):
    need_member(store, op.path, op.email)
    need_items(store, op)
    key = op.path, fold(op.email)
    item = store.members[key]
    features = changed_features(item, op)
    changes = changed_grant(item, op)
    changes["name"] = item.name if op.name is None else op.name
    changes["role"] = item.role if op.role is None else op.role
    store.members[key] = replace(item, features=features, **changes)


def user_remove(store, op):
    need_member(store, op.path, op.email)
    del store.members[op.path, fold(op.email)]
    forget_users_without_membership(store)


def need_user(store, email):
    if fold(email) not in store.emails:
        raise not_found("user")


def user_remove_all(store, op):
    need_user(store, op.email)
    store.members = {k: x for k, x in store.members.items() if k[1] != fold(op.email)}
    forget_users_without_membership(store)


def user_move(store, op):
    need_group(store, op.path)
    need_group(store, op.target)
    need_member(store, op.path, op.email)
    key = fold(op.email)
    if (op.target, key) in store.members:
        raise exists("a user moved to the same group: exists; one membership in each group it belongs to")
    store.members[op.target, key] = store.members.pop((op.path, key))


def user_rename(store, op):
    need_user(store, op.email)
    old, new = fold(op.email), fold(op.new)
    if new in store.emails:
        raise exists("renamed to its present name: exists; a user is known by its e-mail")
    store.members = {(p, new if k == old else k): x for (p, k), x in store.members.items()}
    store.emails = {k: x for k, x in store.emails.items() if k != old} | {new: op.new}


# ---- the catalogue


def catalog_add(store, op):
    if op.requires is not None and op.requires not in store.counted:
        raise not_found("resource")
    if op.name in store.counted or op.name in store.features:
        raise exists()
    if op.counted:
        store.counted[op.name] = op.requires
    else:
        store.features.add(op.name)


def in_use(store, name):
    held = list(store.licenses.values()) + list(store.members.values())
    return (name in BUILTIN_COUNTED or name in BUILTIN_FEATURES or name in store.counted.values()
            or any(x.counts.get(name, 0) > 0 or name in (x.features or ()) for x in held))


def catalog_remove(store, op):
    if op.name not in store.counted and op.name not in store.features:
        raise not_found("resource, feature")
    if in_use(store, op.name):
        raise Failure(4, "in-use", "An entry in use is not removed (built-in catalogue entries always are)")
    store.counted.pop(op.name, None)
    store.features.discard(op.name)


# ---- files


def as_day(value):
    """A date may be quoted; an empty value is the default."""
    if value is None:
        return None
    return (value if isinstance(value, date) else date.fromisoformat(value)).toordinal()


class Import:
    """`import` of one document (as PyYAML reads it) into a group of a store."""

    def __init__(self, store, prune):
        self.store = store
        self.prune = prune
        self.unnamed = set()  # memberships whose name the file omits

    def run(self, document, into):
        self.add_catalog(document.get("catalog") or {})
        self.group(into, document)
        for path, key in self.unnamed:
            besides = {p for p, k in self.unnamed if k == key}
            name = named_elsewhere(self.store, key, besides)
            self.store.members[path, key] = replace(self.store.members[path, key], name=name)
        forget_users_without_membership(self.store)

    def add_catalog(self, catalog):
        """Catalogue entries are added, never pruned."""
        for name, settings in (catalog.get("counted") or {}).items():
            self.store.counted[name] = (settings or {}).get("requires")
        self.store.features.update(catalog.get("features") or ())

    def value(self, item, key, old, default, read=lambda v: v):
        """Keys left out of an existing item leave it as it is (without `--prune`) or return it to its default (with
        `--prune`); an empty value is the default."""
        if key in item:
            return default if item[key] is None else read(item[key])
        return old if not self.prune else default

    def group(self, path, item):
        new = path not in self.store.groups
        old = self.store.groups.get(path, Group())
        self.store.groups[path] = Group(
            kind=self.value(item, "kind", old.kind, None),
            labels=self.value(item, "labels", old.labels, {}),
            restriction=old.restriction,
            suspended=self.value(item, "suspended", old.suspended, False),
            reminder=self.value(item, "reminder", old.reminder, None,
                                lambda v: (read_days(v.get("before")), v.get("repeat"), bool(v.get("users")),
                                           v.get("low"))))
        gained = self.licenses(path, item.get("licenses") or {})
        self.restriction(path, item, new, gained)
        self.users(path, item.get("users") or {})
        self.groups(path, item.get("groups") or {})

    def restriction(self, path, item, new, gained):
        """A `restriction` left out: a new group, and any with `--prune`, is `reserved` if it has licences, else `none`;
        an existing one keeps its own, but one that is `none` and gains a licence becomes `reserved`."""
        group = self.store.groups[path]
        licensed = any(p == path for p, _ in self.store.licenses)
        if item.get("restriction") is not None:
            value = item["restriction"]
        elif new or self.prune:
            value = "reserved" if licensed else "none"
        else:
            value = "reserved" if group.restriction == "none" and gained else group.restriction
        self.store.groups[path] = replace(group, restriction=value)

    def licenses(self, path, items):
        """Whether the group gained a licence."""
        before = {n for p, n in self.store.licenses if p == path}
        for name, item in items.items():
            item = item or {}
            old = self.store.licenses.get((path, name), License())
            self.store.licenses[path, name] = License(
                type=self.value(item, "type", old.type, "plus"), counts=self.counts(item, old.counts),
                features=self.value(item, "features", old.features, frozenset(), frozenset),
                start=self.value(item, "from", old.start, None, as_day),
                until=self.value(item, "until", old.until, None, as_day),
                labels=self.value(item, "labels", old.labels, {}))
        if self.prune:
            for name in before - set(items):
                del self.store.licenses[path, name]
        return bool(set(items) - before)

    def counts(self, item, old):
        return {r: self.value(item, r, old.get(r, 0), 0) for r in self.store.counted}

    def users(self, path, items):
        before = {k for p, k in self.store.members if p == path}
        for email, item in items.items():
            self.user(path, email, item or {})
        if self.prune:
            for key in before - {fold(e) for e in items}:
                del self.store.members[path, key]

    def user(self, path, email, item):
        key = fold(email)
        if item.get("name") is None and ("name" in item or self.prune or (path, key) not in self.store.members):
            self.unnamed.add((path, key))
        old = self.store.members.get((path, key), Membership())
        self.store.members[path, key] = Membership(
            name=self.value(item, "name", old.name, ""), role=self.value(item, "role", old.role, "user"),
            counts=self.counts(item, old.counts),
            features=self.value(item, "features", old.features, None, frozenset),
            start=self.value(item, "from", old.start, None, as_day),
            until=self.value(item, "until", old.until, None, as_day),
            labels=self.value(item, "labels", old.labels, {}))
        self.store.emails.setdefault(key, email)

    def groups(self, path, items):
        """With `--prune` the target subtree becomes exactly what the file says."""
        before = {p[-1] for p in self.store.groups if p[:-1] == path and p != ROOT}
        for name, item in items.items():
            self.group(path + (name,), item or {})
        if self.prune:
            for name in before - set(items):
                drop_subtree(self.store, path + (name,))


def import_file(store, op):
    if op.document is None:
        raise Failure(6, "invalid-input", op.sentence)
    if op.into == ROOT and op.document.get("restriction") == "shared":
        raise Failure(6, "invalid-input", "a file whose own restriction is `shared` not into `/`: exit 6")
    need_group(store, op.into)
    Import(store, op.prune).run(op.document, op.into)


# ---- all of them


def settle(store, day, op):
    """The command with the counts that `max` stands for."""
    import largest  # which uses `perform`
    return largest.settle(store, day, op)


def malformed(_, op):
    raise usage(op.sentence)


def missing(_, op):
    raise Failure(4, "not-found", op.sentence)


COMMANDS = {
    "group add": group_add, "group set": group_set, "group move": group_move, "group rename": group_rename,
    "group remove": group_remove, "license add": license_add, "license set": license_set,
    "license remove": license_remove, "license rename": license_rename, "license renew": license_renew, "license transfer": license_transfer, "user add": user_add, "user set": user_set, "user remove": user_remove,
    "user remove --all": user_remove_all, "user move": user_move, "user rename": user_rename,
    "catalog add": catalog_add, "catalog remove": catalog_remove, "import": import_file,
    "malformed": malformed, "missing": missing,
}


def perform(store, day, op):
    """The store after the operation; every write is checked against all rules, in one transaction: either everything it
    asked for is saved, or nothing is."""
    if op.command == "batch":
        for line in op.lines:
            store = perform(store, day, line)
        return store
    if op.fields.get("largest"):
        op = settle(store, day, op)
    changed = store.copy()
    COMMANDS[op.command](changed, op)
    return checked(changed, day)


def checked(store, day):
    found = Model(store, day).violations()
    if found:
        sentences = [spec_words(RULES[rule]) for rule in sorted({v.rule for v in found})]
        raise Failure(3, "refused", "\n".join(sentences), found)
    return store


def create(day, op):
    """`init [GRANT]`: with counts or features, `/` gets a licence `main` and is `reserved`."""
    store = Store()
    if op.counts or op.features:
        need_items(store, op)
        store.groups[ROOT] = Group(restriction="reserved")
        store.licenses[ROOT, "main"] = License("plus", dict(op.counts), frozenset(op.features), op.start, op.until)
    return checked(store, day)
