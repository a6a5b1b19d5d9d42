"""The effects of a write, computed from the store before and after it: each group, item and day.

A group that was removed and added again is another one.
"""

from __future__ import annotations

from collections import Counter

from commands import perform
from model import Model, has, show_day, show_path


def dates_of(store):
    held = [*store.licenses.values(), *store.members.values()]
    return {day for each in held for day in (each.start, each.until) if day is not None}


def find_origins(store, day, op):
    """The earlier path of each group that exists before and after the command, by its later path."""
    origins = {path: path for path in store.groups}
    for line in op.lines if op.command == "batch" else [op]:
        store = perform(store, day, line)
        if line.command in ("group move", "group rename"):
            target = line.parent + line.path[-1:] if line.command == "group move" else (*line.path[:-1], line.name)
            depth = len(line.path)
            origins = {target + path[depth:] if path[:depth] == line.path else path: origin
                       for path, origin in origins.items()}
        origins = {path: origin for path, origin in origins.items() if path in store.groups}
    return origins


def is_blocked(model, group, item, day):
    return any(model.block(each, item, day) for each in model.upwards(group))


def blocker(model, group, item, day):
    return next(show_path(each) for each in model.upwards(group) if model.block(each, item, day))


def first_run(days, differs):
    """The first and last of the first run of days on which something holds (no last: it does not end)."""
    first = next((day for day in days if differs(day)), None)
    if first is None:
        return None
    later = [day for day in days if day >= first]
    end = next((n for n, day in enumerate(later) if not differs(day)), None)
    return first, None if end is None else later[end - 1]


def meets(member, first, last):
    return (last is None or member.start is None or member.start <= last) and \
        (member.until is None or member.until >= first)


def find_effects(before, after, today, origins):
    """A write reports for each counted resource and feature how many groups, and how many memberships that hold the
    item in the span, become blocked or are no longer blocked, and on which days (the first maximal span ahead); one
    entry for each item, change, span and `by`."""
    if before.groups == after.groups and before.licenses == after.licenses:
        return []
    old, new = Model(before, today, dates_of(after)), Model(after, today, dates_of(before))
    days = [day for day in new.days if day >= today]
    groups, members = Counter(), Counter()
    for group, origin in origins.items():
        for item in [*after.counted, *after.features]:
            sides = [(is_blocked(old, origin, item, day), is_blocked(new, group, item, day)) for day in days]
            state = dict(zip(days, sides))
            for change, sides in (("blocked", (False, True)), ("unblocked", (True, False))):
                run = first_run(days, lambda day: state[day] == sides)
                if run is None:
                    continue
                by = blocker(new, group, item, run[0]) if sides[1] else blocker(old, origin, item, run[0])
                key = item, change, show_day(run[0]), show_day(run[1]), by
                groups[key] += 1
                members[key] += sum(meets(each, *run) for each in new.members[group]
                                    if has(each, item) or (item in after.features and each.features is None))
    return [{"item": item, "change": change, "groups": groups[key], "memberships": members[key], "from": first,
             "until": last, "by": by} for key in groups for item, change, first, last, by in [key]]


def in_any_order(effects):
    return sorted(effects, key=str)


def mirrored(effects):
    """The effects of a write as those of its inverse, without memberships, which the write may change too."""
    turned = {"blocked": "unblocked", "unblocked": "blocked"}
    return in_any_order({**each, "change": turned[each["change"]], "memberships": None} for each in effects)


def without_memberships(effects):
    return in_any_order({**each, "memberships": None} for each in effects)
