"""Checks of the model itself, with cases that can be calculated by hand. Run: `python3 selfcheck.py`."""

from __future__ import annotations

import random
import unittest
from datetime import date

import yaml

from commands import OPEN, Failure, Operation, create, perform
from generator import Generator
from model import ROOT, Group, License, Membership, Model, Store, Violation

DAY = date(2026, 7, 1).toordinal()


def on(offset):
    """The day that many days from today."""
    return None if offset is None else DAY + offset


def licensed(sip=0, mobile=0, features=(), start=None, until=None):
    return License("plus", {"sip": sip, "mobile": mobile}, frozenset(features), on(start), on(until))


def member(sip=0, mobile=0, features=None, start=None, until=None, name=""):
    listed = None if features is None else frozenset(features)
    return Membership(name, "user", {"sip": sip, "mobile": mobile}, listed, on(start), on(until))


def path(shown):
    return tuple(shown.strip("/").split("/")) if shown != "/" else ROOT


def build(groups, licenses=(), members=()):
    """A store: `{"/a": "reserved"}`, `{("/a", "main"): ...}`, `{("/a", "bob@x"): ...}`."""
    store = Store()
    for shown, restriction in groups.items():
        store.groups[path(shown)] = Group(restriction=restriction)
    store.licenses = {(path(p), n): x for (p, n), x in dict(licenses).items()}
    store.members = {(path(p), k): x for (p, k), x in dict(members).items()}
    store.emails = {k: k for _, k in store.members}
    return store


def rules(store, today=DAY):
    return {v.rule for v in Model(store, today).violations()}


class Rules(unittest.TestCase):
    def test_requires_binds_licences_out_of_force_and_grants(self):
        self.assertEqual({"requires"}, rules(build({"/": "none"}, {("/", "main"): licensed(1, 2)})))
        self.assertEqual({"requires"}, rules(build({}, (), {("/", "b@x"): member(1, 2)})))
        self.assertEqual(set(), rules(build({}, (), {("/", "b@x"): member(2, 2)})))

    def test_limit_counts_members_and_reserved_children_whole(self):
        groups = {"/": "reserved", "/a": "reserved", "/b": "none"}
        held = {("/", "main"): licensed(5), ("/a", "main"): licensed(3)}
        self.assertEqual(set(), rules(build(groups, held, {("/b", "b@x"): member(2)})))
        self.assertEqual({"limit"}, rules(build(groups, held, {("/b", "b@x"): member(3)})))

    def test_shared_children_take_only_what_they_use(self):
        groups = {"/": "reserved", "/a": "shared", "/b": "shared"}
        held = {("/", "main"): licensed(5), ("/a", "main"): licensed(5), ("/b", "main"): licensed(4)}
        users = {("/a", "b@x"): member(3), ("/b", "b@x"): member(2)}
        self.assertEqual(set(), rules(build(groups, held, users)))
        users["/b", "c@x"] = member(1)
        self.assertEqual({"limit"}, rules(build(groups, held, users)))

    def test_two_licences_of_a_group_add_up_day_by_day(self):
        held = {("/", "one"): licensed(2, until=10), ("/", "two"): licensed(2, start=5)}
        in_both = {("/", "b@x"): member(4, start=5, until=10)}
        self.assertEqual(set(), rules(build({"/": "reserved"}, held, in_both)))
        one_day_longer = {("/", "b@x"): member(4, start=5, until=11)}
        self.assertEqual({"limit"}, rules(build({"/": "reserved"}, held, one_day_longer)))

    def test_a_gap_between_licences_is_not_checked(self):
        held = {("/", "one"): licensed(2, until=4), ("/", "two"): licensed(2, start=10)}
        self.assertEqual(set(), rules(build({"/": "reserved"}, held, {("/", "b@x"): member(2)})))

    def test_past_days_are_not_checked_save_the_last_day_of_all(self):
        held = {("/", "old"): licensed(1, until=-5), ("/", "new"): licensed(3, start=-4)}
        users = {("/", "b@x"): member(2, start=-10)}
        self.assertEqual(set(), rules(build({"/": "reserved"}, held, users)))
        expired = {("/", "old"): licensed(1, until=-5)}
        self.assertEqual({"limit"}, rules(build({"/": "reserved"}, expired, users)))

    def test_no_licence_at_all_allows_no_live_holder(self):
        groups = {"/": "none", "/a": "reserved"}
        self.assertEqual({"limit"}, rules(build(groups, (), {("/a", "b@x"): member(1)})))
        self.assertEqual(set(), rules(build(groups, (), {("/a", "b@x"): member(1, until=-1)})))
        self.assertEqual(set(), rules(build(groups, (), {("/a", "b@x"): member(0)})))

    def test_ceiling_of_a_shared_group(self):
        groups = {"/": "reserved", "/m": "none", "/m/a": "shared"}
        held = {("/", "main"): licensed(3), ("/m/a", "main"): licensed(4)}
        self.assertEqual({"ceiling"}, rules(build(groups, held)))
        held["/m/a", "main"] = licensed(3)
        self.assertEqual(set(), rules(build(groups, held)))

    def test_shared_under_a_group_that_has_none_of_it(self):
        held = {("/a", "main"): licensed(1)}
        self.assertEqual({"ceiling", "limit"}, rules(build({"/": "reserved", "/a": "shared"}, held)))

    def test_shared_with_nothing_restricted_above_is_unlimited(self):
        self.assertEqual(set(), rules(build({"/": "none", "/a": "shared"}, {("/a", "main"): licensed(9)})))

    def test_feature(self):
        groups = {"/": "reserved", "/a": "none"}
        held = {("/", "old"): licensed(features=["ukey2"], until=-3)}
        self.assertEqual({"feature"}, rules(build({"/": "reserved"}, (), {("/", "b@x"): member(features=["ukey2"])})))
        self.assertEqual(set(), rules(build(groups, held, {("/a", "b@x"): member(features=["ukey2"])})))
        self.assertEqual(set(), rules(build({"/": "reserved"}, (), {("/", "b@x"): member()})))

    def test_period_inside_the_hull_of_what_is_above(self):
        held = {("/", "one"): licensed(1, start=2, until=5), ("/", "two"): licensed(1, start=10, until=20)}
        def judged(start, until):
            return rules(build({"/": "reserved"}, held, {("/", "b@x"): member(1, start=start, until=until)}))
        self.assertEqual(set(), judged(2, 20))
        self.assertEqual(set(), judged(7, 8))
        self.assertEqual({"period"}, judged(1, None))
        self.assertEqual({"period"}, judged(None, 21))
        self.assertEqual(set(), judged(-1, 20))

    def test_hull_is_cut_down_by_what_is_above(self):
        groups = {"/": "reserved", "/a": "reserved", "/a/b": "reserved"}
        held = {("/", "main"): licensed(1, until=10), ("/a", "main"): licensed(1),
                ("/a/b", "main"): licensed(1, until=11)}
        store = build(groups, held)
        self.assertEqual((float("-inf"), on(10)), Model(store, DAY).hull(("a",), "sip"))
        self.assertEqual({"period"}, rules(store))

    def test_empty_hull_leaves_period_silent(self):
        store = build({"/": "reserved"}, (), {("/", "b@x"): member(1, until=3)})
        self.assertEqual({Violation("limit", ROOT, "sip")}, Model(store, DAY).violations())

    def test_from_after_until_even_out_of_force(self):
        self.assertEqual({"period"}, rules(build({}, {("/", "main"): licensed(start=3, until=2)})))

    def test_licences_of_an_unrestricted_group_bind_nobody(self):
        held = {("/a", "main"): licensed(9, until=-100), ("/", "main"): licensed(1)}
        self.assertEqual(set(), rules(build({"/": "reserved", "/a": "none"}, held)))


class InForce(unittest.TestCase):
    def setUp(self):
        self.store = build(
            {"/": "reserved", "/n": "none", "/n/s": "shared", "/n/r": "reserved"},
            {("/", "main"): licensed(10, 5, ["ukey2"], until=30), ("/n/s", "main"): licensed(4, until=20),
             ("/n/r", "main"): licensed(3, 3, ["ukey2"], start=5)},
            {("/n", "b@x"): member(2, 1), ("/n/s", "b@x"): member(1, until=9), ("/n/r", "b@x"): member(1, 1, start=5)})
        self.model = Model(self.store, DAY)

    def test_figures_of_a_shared_group(self):
        shown = self.model.state(("n", "s"), DAY)["counts"]["sip"]
        self.assertEqual({"limit": 4, "limited_by": "/n/s", "used": 1, "remaining": 3, "available": 3,
                          "blocked_by": []}, shown)

    def test_available_looks_up_to_the_first_reserved(self):
        self.store.members[("n",), "d@x"] = member(6)
        self.assertEqual(1, Model(self.store, DAY).available(("n", "s"), "sip", DAY))

    def test_unrestricted_group_shows_the_limit_above(self):
        shown = self.model.state(("n",), DAY)["counts"]["sip"]
        self.assertEqual((10, "/", 3, 7, 7), tuple(shown[k] for k in ("limit", "limited_by", "used", "remaining",
                                                                      "available")))

    def test_blocked_by_gives_reason_and_date(self):
        blocked = self.model.blocked_by(("n", "r"), "sip", DAY)
        self.assertEqual([{"group": "/n/r", "reason": "not-yet-valid", "date": "2026-07-06"}], blocked)
        later = self.model.blocked_by(("n", "s"), "sip", DAY + 31)
        self.assertEqual([("/n/s", "expired", "2026-07-21"), ("/", "expired", "2026-07-31")],
                         [tuple(b.values()) for b in later])
        self.assertEqual("not-licensed", self.model.block(("n", "s"), "mobile", DAY)[0])

    def test_suspension_comes_first_and_shows_zero(self):
        self.store.groups["n",] = Group(suspended=True)
        shown = Model(self.store, DAY).state(("n", "r"), DAY)["counts"]["sip"]
        self.assertEqual((0, 0, 0), (shown["limit"], shown["remaining"], shown["available"]))
        self.assertEqual(["/n/r", "/n"], [b["group"] for b in shown["blocked_by"]])
        self.assertEqual(set(), rules(self.store))

    def test_unlimited_is_null_unless_blocked(self):
        store = build({"/a": "none"}, (), {("/a", "b@x"): member(2)})
        shown = Model(store, DAY).state(("a",), DAY)["counts"]["sip"]
        self.assertEqual((None, None, 2, None, None), tuple(shown.values())[:5])
        store.groups[ROOT] = Group(suspended=True)
        shown = Model(store, DAY).state(("a",), DAY)["counts"]["sip"]
        self.assertEqual((0, None, 2, 0, 0), tuple(shown.values())[:5])

    def test_feature_until_ends_with_the_unbroken_run(self):
        self.assertEqual("2026-07-31", self.model.feature_json(("n", "r"), "ukey2", DAY + 5)["until"])
        self.assertIsNone(self.model.feature_json(("n", "r"), "ukey2", DAY)["until"])

    def test_timeline(self):
        spans = self.model.timeline(("n", "s"), DAY)["spans"]
        self.assertEqual([("2026-07-01", "2026-07-10"), ("2026-07-11", "2026-07-21"), ("2026-07-22", None)],
                         [(s["from"], s["until"]) for s in spans])
        self.assertEqual([4, 4, 0], [s["counts"]["sip"]["limit"] for s in spans])
        self.assertEqual([1, 0, 0], [s["counts"]["sip"]["used"] for s in spans])

    def test_timeline_that_never_changes(self):
        self.assertEqual(1, len(Model(Store(), DAY).timeline(ROOT, DAY)["spans"]))

    def test_entitlement_adds_the_active_unblocked_memberships(self):
        today = self.model.user_state("b@x", DAY)["entitlement"]
        self.assertEqual({"total": 3, "from": {"/n": 2, "/n/s": 1}}, today["counts"]["sip"])
        self.assertEqual({"total": 1, "from": {"/n": 1}}, today["counts"]["mobile"])
        self.assertEqual({"ukey2": ["/n"]}, today["features"])
        later = self.model.user_state("b@x", DAY + 10)["entitlement"]
        self.assertEqual({"/n": 2, "/n/r": 1}, later["counts"]["sip"]["from"])
        self.assertEqual({"ukey2": ["/n", "/n/r"]}, later["features"])

    def test_status(self):
        self.assertEqual("pending", self.model.user_list(("n", "r"), DAY)[0]["status"])
        self.assertEqual("expired", self.model.user_list(("n", "s"), DAY + 10)[0]["status"])
        self.store.groups["n", "r"] = Group()
        self.assertEqual("out-of-force", Model(self.store, DAY).license_list(("n", "r"), DAY)[0]["status"])

    def test_path_order_is_that_of_the_tree(self):
        store = build({"/a": "none", "/a-b": "none", "/a/x": "none"})
        self.assertEqual(["/", "/a", "/a/x", "/a-b"], [g["path"] for g in Model(store, DAY).group_list(ROOT, True)])


def operation(command, **fields):
    usual = {"kind": None, "restriction": None, "parents": False, "if_not_exists": False, "suspended": None,
             "reminder": None, "remind_users": False, "remind_low": None, "no_reminder": False, "recursive": False, "counts": {},
             "features": [], "drop": [], "start": None, "until": None, "type": None, "name": None, "role": None,
             "all_features": False, "no_features": False}
    return Operation(command, usual | fields)


class Commands(unittest.TestCase):
    def fails(self, status, code, store, op):
        with self.assertRaises(Failure) as caught:
            perform(store, DAY, op)
        self.assertEqual((status, code), (caught.exception.status, caught.exception.code))

    def test_group_add(self):
        store = perform(Store(), DAY, operation("group add", path=("a", "b"), parents=True, restriction="shared"))
        self.assertEqual(("none", "shared"), tuple(store.groups[p].restriction for p in [("a",), ("a", "b")]))
        self.fails(4, "not-found", Store(), operation("group add", path=("a", "b")))
        self.fails(4, "exists", store, operation("group add", path=("a",)))
        self.assertEqual(store, perform(store, DAY, operation("group add", path=("a",), if_not_exists=True)))

    def test_a_licence_makes_its_group_restricted(self):
        store = build({"/a": "none"})
        after = perform(store, DAY, operation("license add", path=("a",), name="main", counts={"sip": 1}))
        self.assertEqual("reserved", after.groups["a",].restriction)
        self.fails(4, None, after, operation("license add", path=("a",), name="x", restriction="shared"))
        self.fails(4, "not-found", after, operation("license add", path=("a",), name="main", features=["warp"]))

    def test_move_is_judged_in_its_new_place(self):
        groups = {"/": "none", "/a": "reserved", "/b": "none"}
        store = build(groups, {("/a", "main"): licensed(1)}, {("/b", "b@x"): member(2)})
        self.fails(3, "refused", store, operation("group move", path=("b",), parent=("a",)))
        self.fails(4, "exists", store, operation("group move", path=("b",), parent=ROOT))
        self.fails(2, "usage", store, operation("group move", path=("b",), parent=("b", "c")))

    def test_remove_needs_recursive(self):
        store = build({"/a": "none"}, (), {("/a", "b@x"): member()})
        self.fails(4, "not-empty", store, operation("group remove", path=("a",)))
        after = perform(store, DAY, operation("group remove", path=("a",), recursive=True))
        self.assertEqual(({}, {}, {ROOT: Group()}), (after.members, after.emails, after.groups))

    def test_emails_compare_without_case_and_keep_their_first_form(self):
        store = build({"/a": "none"})
        first = perform(store, DAY, operation("user add", path=ROOT, email="Bob@x", features=None, name="Bob"))
        second = perform(first, DAY, operation("user add", path=("a",), email="bOB@X", features=None))
        self.assertEqual({"bob@x": "Bob@x"}, second.emails)
        self.assertEqual("Bob", second.members[("a",), "bob@x"].name)
        self.fails(4, "exists", second, operation("user add", path=ROOT, email="BOB@x", features=None))

    def test_feature_lists_of_memberships(self):
        store = build({}, (), {("/", "b@x"): member()})
        self.fails(4, None, store, operation("user set", path=ROOT, email="b@x", drop=["ukey2"]))
        listed = perform(store, DAY, operation("user set", path=ROOT, email="b@x", features=["ukey2"]))
        self.assertEqual({"ukey2"}, listed.members[ROOT, "b@x"].features)
        empty = perform(listed, DAY, operation("user set", path=ROOT, email="b@x", drop=["ukey2"]))
        self.assertEqual(frozenset(), empty.members[ROOT, "b@x"].features)
        inherits = perform(empty, DAY, operation("user set", path=ROOT, email="b@x", all_features=True))
        self.assertIsNone(inherits.members[ROOT, "b@x"].features)

    def test_an_end_is_opened(self):
        store = build({"/": "reserved"}, {("/", "main"): licensed(1, until=3)})
        after = perform(store, DAY, operation("license set", path=ROOT, name="main", until=OPEN, start=on(1)))
        self.assertEqual((on(1), None), (after.licenses[ROOT, "main"].start, after.licenses[ROOT, "main"].until))

    def test_catalogue(self):
        store = perform(Store(), DAY, operation("catalog add", name="lift", counted=True, requires=None))
        store = perform(store, DAY, operation("catalog add", name="camera", counted=True, requires="lift"))
        self.fails(4, "in-use", store, operation("catalog remove", name="lift"))
        self.fails(4, "in-use", store, operation("catalog remove", name="ukey2"))
        self.fails(4, "exists", store, operation("catalog add", name="lift", counted=False, requires=None))
        self.assertNotIn("camera", perform(store, DAY, operation("catalog remove", name="camera")).counted)

    def test_init(self):
        self.assertEqual("none", create(DAY, operation("init")).groups[ROOT].restriction)
        store = create(DAY, operation("init", counts={"sip": 3}))
        self.assertEqual(("reserved", 3), (store.groups[ROOT].restriction, store.licenses[ROOT, "main"].counts["sip"]))
        with self.assertRaises(Failure):
            create(DAY, operation("init", counts={"mobile": 1}))

    def test_a_batch_is_all_or_nothing(self):
        lines = [operation("group add", path=("a",)), operation("group add", path=("b", "c"))]
        self.fails(4, "not-found", Store(), Operation("batch", {"lines": lines}))
        self.assertIn(("a",), perform(Store(), DAY, Operation("batch", {"lines": lines[:1]})).groups)


class Imports(unittest.TestCase):
    def imported(self, store, text, into=ROOT, prune=False):
        fields = {"document": yaml.safe_load(text), "into": into, "prune": prune}
        return perform(store, DAY, Operation("import", fields))

    def test_the_example_of_section_3(self):
        text = ("{allot: 1, catalog: {counted: {lift: {}, camera: {requires: sip}}, features: [face-id]}, "
                "licenses: {main: {sip: 1000, features: [face-id], until: 2027-12-31}}, "
                "groups: {n: {kind: dealer, reminder: {before: 14, repeat: weekly}, "
                "users: {A@n.example: {name: Ann}}}}}")
        store = self.imported(Store(), text)
        self.assertEqual({"sip": None, "mobile": "sip", "lift": None, "camera": "sip"}, store.counted)
        self.assertEqual("reserved", store.groups[ROOT].restriction)
        self.assertEqual(((14,), "weekly", False, None), store.groups["n",].reminder)
        self.assertEqual("Ann", store.members[("n",), "a@n.example"].name)
        self.assertEqual(date(2027, 12, 31).toordinal(), store.licenses[ROOT, "main"].until)

    def test_left_out_stays_or_is_pruned(self):
        store = build({"/a": "none", "/b": "none"}, {("/a", "main"): licensed(2, 1, until=5)})
        text = "{allot: 1, groups: {a: {licenses: {main: {sip: 3}}}}}"
        kept = self.imported(store, text)
        self.assertEqual(({"sip": 3, "mobile": 1}, on(5), "none"),
                         (kept.licenses[("a",), "main"].counts, kept.licenses[("a",), "main"].until,
                          kept.groups["a",].restriction))
        self.assertIn(("b",), kept.groups)
        pruned = self.imported(store, text, prune=True)
        self.assertEqual(({"sip": 3, "mobile": 0}, None, "reserved"),
                         (pruned.licenses[("a",), "main"].counts, pruned.licenses[("a",), "main"].until,
                          pruned.groups["a",].restriction))
        self.assertNotIn(("b",), pruned.groups)

    def test_an_unrestricted_group_that_gains_a_licence_becomes_reserved(self):
        store = build({"/a": "none"}, {("/a", "main"): licensed(1)})
        after = self.imported(store, "{allot: 1, licenses: {extra: {sip: 1}}}", ("a",))
        self.assertEqual("reserved", after.groups["a",].restriction)

    def test_shared_not_into_the_root(self):
        with self.assertRaises(Failure) as caught:
            self.imported(Store(), "{allot: 1, restriction: shared}")
        self.assertEqual(6, caught.exception.status)

    def test_refused_as_one(self):
        store = build({"/": "reserved"}, {("/", "main"): licensed(1)})
        with self.assertRaises(Failure) as caught:
            self.imported(store, "{allot: 1, groups: {a: {licenses: {main: {sip: 2, mobile: 3}}}}}")
        self.assertEqual({"limit", "requires"}, caught.exception.rules)


class TimePasses(unittest.TestCase):
    """A store that is valid on one day is valid on every later day."""

    def assert_stays_valid(self, store, first, last):
        verdicts = [not Model(store, t).violations() for t in range(first, last)]
        self.assertEqual(sorted(verdicts), verdicts)

    def test_stores_made_by_commands(self):
        for seed in range(12):
            rng = random.Random(seed)
            generator, store, day = Generator(rng, "folder"), Store(), DAY
            for _ in range(60):
                try:
                    store = perform(store, day, generator.next(store, day))
                except Failure:
                    pass
                day += rng.random() < 0.1
            self.assertEqual(set(), rules(store, day))
            self.assert_stays_valid(store, day, day + 50)

    def test_stores_thrown_together(self):
        turned_valid = 0
        for seed in range(150):
            store = self.thrown_together(random.Random(seed))
            turned_valid += bool(rules(store, DAY - 20)) and not rules(store, DAY + 40)
            self.assert_stays_valid(store, DAY - 20, DAY + 40)
        self.assertGreater(turned_valid, 5)

    @staticmethod
    def thrown_together(rng):
        def period():
            ends = [rng.choice([None, rng.randint(-12, 20)]), rng.choice([None, rng.randint(-12, 20)])]
            return ends if None in ends else sorted(ends)
        groups = {g: rng.choice(["none", "reserved", "shared"]) for g in ["/a", "/a/b", "/a/b/c", "/d"]}
        groups["/"] = rng.choice(["none", "reserved"])
        licenses, members = {}, {}
        for number, group in enumerate(list(groups) * 2):
            start, until = period()
            top = 6 if group == "/" else 2
            licenses[group, str(number)] = licensed(rng.randint(top - 1, top + 1), 0, rng.choice([[], ["ukey2"]]),
                                                    start, until)
            if rng.random() < 0.5:
                start, until = period()
                members[group, f"u{number}@x"] = member(1, 0, rng.choice([None, [], ["ukey2"]]), start, until)
        return build(groups, licenses, members)


if __name__ == "__main__":
    unittest.main()
