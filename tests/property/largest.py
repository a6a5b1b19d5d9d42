"""The largest counts (`max`), found by trying every number from the highest down."""

from __future__ import annotations

from commands import Failure, Operation, perform

HUGE = 10 ** 6  # more than any store of these tests has
COUNT_RULES = {"limit", "ceiling", "requires", "period"}


class NoneFits(Failure):
    """No count is accepted, or less than what suffices; which rules say so depends on the count that is tried."""

    def __init__(self, sentence):
        super().__init__(3, "refused", sentence)


def with_counts(op, counts):
    fields = {**op.fields, "counts": {**op.counts, **counts}, "largest": None}
    return Operation(op.command, fields, op.argv, op.stdin)


def failure_of(store, day, op):
    try:
        perform(store, day, op)
        return None
    except Failure as failure:
        return failure


def in_order(store, names):
    """Required resources first, then by name."""
    ordered = []
    while len(ordered) < len(names):
        ordered.append(min(name for name in names if name not in ordered
                           and (store.counted[name] not in names or store.counted[name] in ordered)))
    return ordered


def settle(store, day, op):
    """The largest count with which the command would be accepted, all else as it says; several are settled required
    resources first, then by name. It may be 0; where no count would be accepted: 3. `--at-least NAME=N` refuses (3)
    where that is less than N. Where nothing limits, `max` is refused (4)."""
    nothing = with_counts(op, dict.fromkeys(op.largest, 0))
    failure = failure_of(store, day, nothing)
    if failure and failure.status != 3:
        raise failure
    if failure and any(v.rule == "period" and v.item is None for v in failure.violations):
        raise NoneFits("a period that ends before it begins has no days")
    names = in_order(store, op.largest)
    for name in names:
        failure = failure_of(store, day, with_counts(nothing, {name: HUGE}))
        if not failure or not any(v.item == name and v.rule in COUNT_RULES for v in failure.violations):
            raise Failure(4, "not-found", "Where nothing limits, `max` is refused (4)")
    settled = {}
    for index, name in enumerate(names):
        settled[name] = next((n for n in range(highest(store, op, name, settled), -1, -1)
                              if fits(store, day, op, {**settled, name: n}, names[index + 1:])), None)
        if settled[name] is None:
            raise NoneFits("where no count would be accepted: 3")
    if any(settled[name] < (least or 0) for name, least in op.largest.items()):
        raise NoneFits("`--at-least NAME=N` refuses (3) where that is less than N")
    return with_counts(op, settled)


def highest(store, op, name, settled):
    """No limit, and no count that another one requires, is above this."""
    held = [x.counts.get(name, 0) for x in [*store.licenses.values(), *store.members.values()]]
    needed = store.counted[name]
    required = [x.counts.get(needed, 0) for x in [*store.licenses.values(), *store.members.values()]] if needed else []
    return max([sum(held), *required, *op.counts.values(), *settled.values()])


def fits(store, day, op, counts, later):
    """Whether these counts are accepted with some counts of the later resources."""
    if not later:
        return failure_of(store, day, with_counts(op, counts)) is None
    return any(fits(store, day, op, {**counts, later[0]: n}, later[1:])
               for n in range(highest(store, op, later[0], counts) + 1))
