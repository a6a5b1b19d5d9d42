"""Batches that change the same objects repeatedly, and their net changes per object."""

from __future__ import annotations

import random
import shlex

ROOT = ()  # groups are identified by their original path


class Snapshot:
    """The groups, licences and memberships of a store by path, from the list commands."""

    def __init__(self, groups, licenses, users):
        def pick(row, *left_out):
            return {key: value for key, value in row.items() if key not in left_out}

        self.groups = {row["path"]: pick(row, "name", "children", "members", "licenses") for row in groups}
        self.licenses = {(row["group"], row["name"]): pick(row, "group", "status") for row in licenses}
        self.members = {(row["group"], row["email"].lower()): pick(row, "group", "status") for row in users}


class Batch:
    """Lines on groups and users that are identified only by their place; the store has their other data."""

    def __init__(self, rng: random.Random, snapshot: Snapshot, number: int):
        self.rng, self.before, self.number = rng, snapshot, number
        self.lines: list[str] = []
        self.parents = {}
        self.names = {}
        self.first_paths = {}
        for path in snapshot.groups:
            token = tuple(path.strip("/").split("/")) if path != "/" else ROOT
            self.parents[token], self.names[token] = token[:-1] if token else None, token[-1] if token else ""
            self.first_paths[token] = path
        tokens = {path: token for token, path in self.first_paths.items()}
        self.members = {(tokens[path], email): (tokens[path], email) for path, email in snapshot.members}
        self.first_members = set(self.members)
        self.licenses = {(tokens[path], name): (tokens[path], name) for path, name in snapshot.licenses}

    # ---- the places of objects

    def path(self, token) -> str:
        names = []
        while token:
            names.append(self.names[token])
            token = self.parents[token]
        return "/" + "/".join(reversed(names))

    def is_below(self, token, top) -> bool:
        while token is not None and token != top:
            token = self.parents[token]
        return token == top

    def pick(self, but_root=True):
        tokens = [token for token in self.parents if token or not but_root]
        return self.rng.choice(sorted(tokens, key=self.path)) if tokens else None

    def new(self) -> str:
        self.number += 1
        return f"b{self.number}"

    def say(self, *words):
        self.lines.append(shlex.join(words))

    # ---- the effects of lines

    def rename(self, token, name):
        self.say("group", "rename", self.path(token), name)
        self.names[token] = name

    def rename_user(self, old, new):
        self.say("user", "rename", old, new)
        for token, email in [key for key in self.members if key[1] == old]:
            self.members[token, new] = self.members.pop((token, email))

    def remove_group(self, token):
        self.say("group", "remove", self.path(token), "-r")
        gone = {each for each in self.parents if self.is_below(each, token)}
        for each in gone:
            del self.parents[each], self.names[each]
        self.members = {key: origin for key, origin in self.members.items() if key[0] not in gone}
        self.licenses = {key: origin for key, origin in self.licenses.items() if key[0] not in gone}

    def add_group(self, parent):
        token = (*parent, self.new(), "new")
        self.parents[token], self.names[token] = parent, token[-2]
        self.say("group", "add", self.path(token))
        return token

    def add_user(self, token, email):
        self.say("user", "add", self.path(token), email)
        self.members[token, email] = None

    def swap_names(self):
        token = self.pick()
        others = [each for each in self.parents if token and each and each != token
                  and self.parents[each] == self.parents[token]]
        if others:
            other = self.rng.choice(sorted(others))
            mine, its = self.names[token], self.names[other]
            self.rename(token, self.new())
            self.rename(other, mine)
            self.rename(token, its)

    def rename_group(self):
        token = self.pick()
        if token:
            name = self.names[token]
            self.rename(token, self.new())
            if self.rng.random() < 0.3:
                self.rename(token, name)

    def move_group(self):
        token, target = self.pick(), self.pick(but_root=False)
        if token and not self.is_below(target, token) and self.parents[token] != target:
            self.rename(token, self.new())
            self.say("group", "move", self.path(token), self.path(target))
            self.parents[token] = target

    def remove_some_group(self):
        token = self.pick()
        if token:
            self.remove_group(token)

    def make_group(self):
        token = self.add_group(self.pick(but_root=False))
        self.add_user(token, f"{self.new()}@b.example")
        if self.rng.random() < 0.5:
            self.say("user", "set", self.path(token), next(email for each, email in self.members if each == token),
                     "--name", self.new())
        if self.rng.random() < 0.3:
            self.remove_group(token)

    def set_kind(self):
        token = self.pick(but_root=False)
        self.say("group", "set", self.path(token), "--kind", self.new())
        if token in self.first_paths and self.rng.random() < 0.4:
            kind = self.before.groups[self.first_paths[token]]["kind"]
            self.say("group", "set", self.path(token), "--kind", kind or "")

    def set_label(self):
        """Sets a label, and perhaps removes it again."""
        token = self.pick(but_root=False)
        self.say("group", "set", self.path(token), "--label", f"batch={self.new()}")
        if self.rng.random() < 0.5:
            self.say("group", "set", self.path(token), "--no-label", "batch")

    def rename_license(self, token, old, new):
        """A licence that gets a name that was there before the batch is an update of that one, and of no other."""
        self.say("license", "rename", self.path(token), old, new)
        origin = self.licenses.pop((token, old))
        if (self.first_paths.get(token), new) in self.before.licenses:
            origin = (token, new)
        self.licenses = {key: None if each == origin else each for key, each in self.licenses.items()}
        self.licenses[token, new] = origin

    def change_license(self):
        if not self.licenses:
            return
        token, name = self.rng.choice(sorted(self.licenses, key=lambda key: (self.path(key[0]), key[1])))
        others = sorted(other for each, other in self.licenses if each == token and other != name)
        verb = self.rng.choice(["set", "set", "rename", "back", "swap", "take"])
        if verb == "set":
            origin = self.licenses[token, name]
            kind = origin and self.before.licenses[self.first_paths[origin[0]], origin[1]]["type"]
            for each in [self.new(), self.new(), *([kind] if kind and self.rng.random() < 0.4 else [])]:
                self.say("license", "set", self.path(token), name, "--type", each)
            return
        free = self.new()
        self.rename_license(token, name, free)
        if verb == "back":
            self.rename_license(token, free, name)
        elif verb in ("swap", "take") and others:
            other = self.rng.choice(others)
            self.rename_license(token, other, name)
            if verb == "swap":
                self.rename_license(token, free, other)

    def change_user(self):
        if not self.members:
            return
        token, email = self.rng.choice(sorted(self.members, key=lambda key: (self.path(key[0]), key[1])))
        others = sorted({other for _, other in self.members} - {email})
        verb = self.rng.choice(["set", "remove", "again", "rename", "swap", "take"])
        if verb == "set":
            self.say("user", "set", self.path(token), email, "--name", self.new())
        elif verb == "rename":
            self.rename_user(email, f"{self.new()}@b.example")
        elif verb == "swap" and others:
            other, free = self.rng.choice(others), f"{self.new()}@b.example"
            self.rename_user(email, free)
            self.rename_user(other, email)
            self.rename_user(free, other)
        else:
            self.say("user", "remove", self.path(token), email)
            del self.members[token, email]
            if verb == "again":
                self.add_user(token, email)
            elif verb == "take" and all(other != email for _, other in self.members) and others:
                self.rename_user(self.rng.choice(others), email)

    def grow(self, steps: int):
        for _ in range(steps):
            self.rng.choice([self.swap_names, self.rename_group, self.move_group, self.remove_some_group,
                             self.make_group, self.set_kind, self.set_label, self.change_license, self.change_user,
                             self.change_user, self.change_user])()

    # ---- the net changes

    def expect(self, after: Snapshot) -> list[tuple[dict, dict]]:
        """The net changes of the lines, each with the change that reverts it."""
        paths = {token: self.path(token) for token in self.parents}
        places = Sides(self.first_paths, paths)
        return [*self.expect_groups(after, places), *self.expect_licenses(after, places),
                *self.expect_members(after, places)]

    def expect_groups(self, after, places):
        for token in places.tokens():
            old, new = places.of(token)
            before, now = self.before.groups.get(old), after.groups.get(new)
            if before and now:
                is_there = not token or (self.parents[token], self.names[token]) == (token[:-1], token[-1])
                if is_there and {**before, "path": ""} == {**now, "path": ""}:
                    continue
            yield told("group", old or new, None, before, now), told("group", new or old, None, now, before)

    def expect_licenses(self, after, places):
        gone, come = {}, {}
        first = {(places.token_before(path), name) for path, name in self.before.licenses}
        for token, name in first | set(self.licenses):
            old, new = places.of(token)
            before, now = self.before.licenses.get((old, name)), after.licenses.get((new, name))
            if before and now and before != now:
                yield told_both("license", (old, new), (name, name), before, now)
            elif before and not now:
                gone[token, name] = before
            elif now and not before:
                come[token, name] = now
        for key, now in come.items():
            before = gone.pop(self.licenses[key], None)
            names = (now["name"], (before or now)["name"])  # for a renamed licence, the earlier name
            yield told_both("license", places.of(key[0]), names, before, now)
        for (token, name), before in gone.items():
            yield told_both("license", places.of(token), (name, name), before, None)

    def expect_members(self, after, places):
        gone, come = {}, {}
        for token, email in self.first_members | set(self.members):
            old, new = places.of(token)
            before, now = self.before.members.get((old, email)), after.members.get((new, email))
            if before and now and before != now:
                yield told_both("membership", (old, new), (before["email"], now["email"]), before, now)
            elif before and not now:
                gone[token, email] = before
            elif now and not before:
                come[token, email] = now
        for key, now in come.items():
            before = gone.pop(self.members[key], None)
            names = (now["email"], (before or now)["email"])  # for a renamed user, the earlier e-mail
            yield told_both("membership", places.of(key[0]), names, before, now)
        for (token, _), before in gone.items():
            yield told_both("membership", places.of(token), (before["email"], before["email"]), before, None)


class Sides:
    """The paths of groups before and after."""

    def __init__(self, before, after):
        self.before, self.after = before, after
        self.by_path = [{path: token for token, path in side.items()} for side in (before, after)]

    def tokens(self):
        return {**self.before, **self.after}

    def of(self, token):
        return self.before.get(token), self.after.get(token)

    def token_before(self, path):
        return self.by_path[0][path]


def told(what, path, name, before, after):
    op = "create" if before is None else "remove" if after is None else "update"
    return {"op": op, "what": what, "path": path, "name": name, "before": before, "after": after}


def told_both(what, paths, names, before, after):
    """A change in a group and its reverse; each has the path after the change, or the path before it."""
    old, new = paths
    return (told(what, new if after else old, names[1], before, after),
            told(what, old if before else new, names[0], after, before))


def count(changes):
    """In the form of the counters of a write."""
    kinds = {"groups": "group", "licenses": "license", "memberships": "membership", "catalog": "catalog",
             "templates": "template"}
    return {total: {kind: sum(each["op"] == op and each["what"] == what for each in changes)
                    for kind, what in kinds.items()}
            for total, op in (("created", "create"), ("updated", "update"), ("removed", "remove"))}
