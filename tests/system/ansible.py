"""The Ansible collection of the examples, by real playbooks: changes, second runs, check mode, diffs, failures, hosts."""

import json
import os
import pathlib
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ansible_site import ALLOT, EXAMPLES, FAULTS, Site, drop_nulls, expect, require_ansible  # noqa: E402

# Names and texts that a shell, an option parser, a template engine or YAML might misread.
HOSTILE = ["-rf", "--help", "it's \"q\" $HOME `id` $(id) ~ ; | & > <", "Zażółć 漢字 🏢 é", "a\\nb\\", "*", "no", "#x: [y]", "%s {0}"]


def unchanged(steps: list) -> list:
    return [(module, parameters, False) for module, parameters, _ in steps]


def build_steps() -> list:
    """A tree from nothing, with everything that a task can state."""
    steps = [
        ("allot_store", {"counts": {"sip": 1000, "mobile": "800"}, "features": ["ukey2"], "until": "2027-12-31"}, True),
        ("allot_group", {"path": "/north", "kind": "dealer", "labels": {"contract": "K-77", "floor": 2}, "suspended": True,
                         "reminder": {"before": 30, "repeat": "weekly", "users": True}, "message": "signed\nby Lee"}, True),
        ("allot_license", {"group": "north", "name": "main", "type": "trial", "counts": {"sip": 400, "mobile": 300},
                           "features": ["ukey2"], "from": "2026-01-01", "until": "2026-12-31", "labels": {"invoice": "7"}}, True),
        ("allot_license", {"group": "/north", "name": "next", "counts": {"sip": 10}, "features": ["ukey2"],
                           "from": "2027-01-01"}, True),
        ("allot_user", {"group": "/north", "email": "Ann@north.example", "name": "Ann Lee", "role": "admin"}, True),
        ("allot_group", {"path": "/north/a/b/c", "parents": True, "restriction": "shared", "kind": "site",
                         "language": "uk"}, True),
        ("allot_license", {"group": "/north/a/b/c", "name": "ceiling", "counts": {"sip": 50, "mobile": 50}, "until": "2026-12-31"}, True),
        ("allot_user", {"group": "/north/a/b/c", "email": "ann@north.example", "counts": {"sip": "2", "mobile": 1}, "features": [],
                        "until": "2026-12-31", "labels": {"badge": "0815"}, "language": "uk"}, True),
        ("allot_hierarchy", {"path": "/north", "hierarchy": {"groups": {"t": {"users": {"bob@x.example": {
            "name": "no", "sip": "1", "until": "2026-12-30", "labels": {"k": 5}}}, "suspended": "yes"}}}}, True),
        ("allot_hierarchy", {"hierarchy": "allot: 1\ncatalog: {features: [face-id]}\ngroups: {no: {kind: 0123}, Zażółć: {}}\n"}, True),
    ]
    for text in HOSTILE[:3]:
        steps.append(("allot_group", {"path": f"/no/{text}", "kind": text, "labels": {"x": text},
                                      "reminder": {"before": 7, "repeat": "once", "low": 10}}, True))
    steps.append(("allot_hierarchy", {"path": "/no", "hierarchy": {"groups": {
        text: {"kind": text, "labels": {"x": text}, "reminder": {"before": "7", "repeat": "once"}} for text in HOSTILE[3:]}}}, True))
    return steps + [("allot_license", {"group": "/no", "name": HOSTILE[2], "type": HOSTILE[0], "counts": {"sip": 1}}, True),
                    ("allot_user", {"group": "/no", "email": "-o'$HOME@x.example", "name": HOSTILE[2], "labels": {"x": HOSTILE[3]}}, True)]


def check_built(site: Site) -> None:
    north = site.read("group", "show", "/north")
    expect("/north", (north["labels"], north["suspended"], drop_nulls(north["reminder"]), north["restriction"]),
           ({"contract": "K-77", "floor": "2"}, True, {"before": 30, "repeat": "weekly", "users": True}, "reserved"))
    expect("its message", site.read("log", "show", "2")["message"], "signed\nby Lee")
    main = site.read("license", "show", "/north", "main")
    expect("its licence", [main[key] for key in ("type", "counts", "features", "from", "until", "labels")],
           ["trial", {"sip": 400, "mobile": 300}, ["ukey2"], "2026-01-01", "2026-12-31", {"invoice": "7"}])
    member = site.read("user", "list", "/north/a/b/c")[0]
    expect("a membership", [member[key] for key in ("name", "role", "language", "features", "until", "labels", "counts")],
           ["Ann Lee", "user", "uk", [], "2026-12-31", {"badge": "0815"}, {"sip": 2, "mobile": 1}])
    expect("its group", site.read("group", "show", "/north/a/b/c")["language"], "uk")
    expect("the groups above", [each["path"] for each in site.read("group", "list", "/north", "-r")],
           ["/north", "/north/a", "/north/a/b", "/north/a/b/c", "/north/t"])
    expect("what YAML might misread", (site.read("group", "show", "/no")["kind"], site.read("user", "list", "/north/t")[0]["name"]),
           ("0123", "no"))
    hostile = {each["name"]: each for each in site.read("group", "list", "/no")}
    expect("hostile names", sorted(hostile), sorted(HOSTILE))
    for text, group in hostile.items():
        expect(f"group {text}", (group["kind"], group["labels"], group["reminder"]["before"]), (text, {"x": text}, 7))
    license = site.read("license", "list", "/no")[0]
    expect("a hostile licence", (license["name"], license["type"]), (HOSTILE[2], HOSTILE[0]))
    user = site.read("user", "list", "/no")[0]
    expect("a hostile user", (user["email"], user["name"], user["labels"]), ("-o'$HOME@x.example", HOSTILE[2], {"x": HOSTILE[3]}))


def check_build(site: Site) -> None:
    """In check mode nothing is there afterwards; then everything changes, then nothing."""
    steps = build_steps()
    absent = [("allot_group", {"path": "/north", "state": "absent"}, False)]
    results = site.run("check mode on nothing", steps[:3] + steps[4:5] + steps[9:10] + absent, "--check", "--diff")
    expect("the store after check mode", os.path.exists(site.db), False)
    warning = [f"not checked: there is no store \"{site.db}\" yet"]
    expect("the warnings", [each.get("warnings") for each in results], [None] + [warning] * 4 + [None])
    site.run("the first run", steps)
    check_built(site)
    before = site.snapshot()
    results = site.run("the second run", unchanged(steps), "--diff")
    expect("diffs of the second run", [each["diff"] for each in results if each.get("diff")], [])
    expect("the store after the second run", site.snapshot(), before)


# Each step is about an item of its own, so that all of them can be checked before one is saved.
CHANGES = [
    ("allot_group", {"path": "/north", "labels": {"floor": None, "zone": "z"}, "suspended": False,
                     "reminder": {"users": False}}, True),
    ("allot_group", {"path": "/north/t", "reminder": {"before": 10, "repeat": "daily"}, "kind": "x"}, True),
    ("allot_group", {"path": "/no/*", "kind": "", "purge_labels": True, "labels": {"only": "this"}, "reminder": {"state": "absent"}}, True),
    ("allot_group", {"path": "/no/no", "labels": {}, "reminder": {"repeat": "30-days", "users": True}}, True),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"mobile": 299}, "from": "none"}, True),
    ("allot_license", {"group": "/north", "name": "next", "type": "basic", "until": "2027-06-30", "features": []}, True),
    ("allot_license", {"group": "/no", "name": HOSTILE[2], "state": "absent"}, True),
    ("allot_user", {"group": "/north/a/b/c", "email": "ANN@north.example", "all_features": True, "until": "none", "name": "A",
                    "language": "none"}, True),
    ("allot_user", {"group": "/north", "email": "ann@north.example", "features": ["ukey2"], "role": "concierge"}, True),
    ("allot_user", {"group": "/no", "email": "-o'$HOME@x.example", "state": "absent"}, True),
    ("allot_user", {"email": "bob@x.example", "state": "absent", "all_groups": True}, True),
    ("allot_group", {"path": "/no/--help", "state": "absent", "recursive": True, "max_removals": "1"}, True),
    ("allot_hierarchy", {"path": "/Zażółć", "hierarchy": {"kind": "dealer", "groups": {"x": {}}}, "prune": True}, True),
    ("allot_group", {"path": "/north/a", "language": "uk"}, True),
    ("allot_user", {"group": "/", "email": "boss@x.example", "language": "uk"}, True),
    ("allot_group", {"path": "/north/a/b", "reminder": {"low": 10, "before": [7, 30], "repeat": "once"}}, True),
    ("allot_group", {"path": "/no/-rf", "reminder": {"low": 20}}, True),
    ("allot_group", {"path": f"/no/{HOSTILE[2]}", "reminder": {"low": 0}}, True),
    ("allot_group", {"path": "/north/a/b/c", "language": "none", "reminder": {"before": []}}, True),
    ("allot_group", {"path": "/no/a\\nb\\", "reminder": {"before": [], "low": 10}}, True),
    ("allot_group", {"path": "/no/#x: [y]", "reminder": {"before": []}}, True),
    ("allot_group", {"path": "/no", "labels": {"y": "z"}, "reminder": {"before": [], "low": 0}}, True),
    ("allot_hierarchy", {"path": "/no", "src": ["~/first.yaml", "~/second.yaml"]}, True),
    ("allot_store", {"counts": {"sip": 1}}, False),
    ("allot_group", {"path": "/none/at/all", "state": "absent", "recursive": True}, False),
    ("allot_license", {"group": "/none", "name": "main", "state": "absent"}, False),
    ("allot_user", {"group": "/none", "email": "a@b", "state": "absent"}, False),
    ("allot_license", {"group": "/", "name": "main", "counts": {"sip": 1000}, "until": "2027-12-31", "features": ["ukey2"]}, False),
    ("allot_group", {"path": "/north", "labels": {"absent": None}, "kind": "dealer", "reminder": {}}, False),
]


ZAZOLC = {"path": "/Zażółć", "kind": None, "labels": {}, "language": None, "restriction": "none", "suspended": False,
          "reminder": None}
# Of some steps, by their numbers, what --diff shows: the header, the item before, and what is different or all after it.
DIFFS = {
    0: [("/north", {
        "path": "/north", "kind": "dealer", "labels": {"contract": "K-77", "floor": "2"}, "language": None,
        "restriction": "reserved", "suspended": True,
        "reminder": {"before": 30, "repeat": "weekly", "users": True, "low": None}},
        {"labels": {"contract": "K-77", "zone": "z"}, "suspended": False,
         "reminder": {"before": 30, "repeat": "weekly", "users": False, "low": None}})],
    4: [("/north license main", {
        "name": "main", "type": "trial", "labels": {"invoice": "7"}, "counts": {"sip": 400, "mobile": 300},
        "features": ["ukey2"], "from": "2026-01-01", "until": "2026-12-31"},
        {"counts": {"sip": 400, "mobile": 299}, "from": None})],
    6: [(f"/no license {HOSTILE[2]}", {
        "name": HOSTILE[2], "type": HOSTILE[0], "labels": {}, "counts": {"sip": 1, "mobile": 0}, "features": [], "from": None,
        "until": None}, "")],
    7: [("/north/a/b/c membership Ann@north.example", {
        "email": "Ann@north.example", "name": "Ann Lee", "role": "user", "labels": {"badge": "0815"}, "language": "uk",
        "counts": {"sip": 2, "mobile": 1}, "features": [], "from": None, "until": "2026-12-31"},
        {"name": "A", "language": None, "features": None, "until": None})],
    12: [("/Zażółć", ZAZOLC, {"kind": "dealer"}), ("/Zażółć/x", "", ZAZOLC | {"path": "/Zażółć/x"})],
}


def check_changes(site: Site) -> None:
    """What is named changes and nothing else; check mode shows the same and changes nothing; afterwards nothing is left to do."""
    for name in ("first", "second"):
        (site.folder / f"{name}.yaml").write_text(f"allot: 1\ngroups: {{{name}: {{}}}}\n")
    before = site.snapshot()
    stored = pathlib.Path(site.db).read_bytes()
    planned = site.run("changes in check mode", CHANGES, "--check", "--diff")
    expect("the store after check mode", (site.snapshot(), pathlib.Path(site.db).read_bytes() == stored), (before, True))
    done = site.run("changes", CHANGES, "--diff")
    for (module, parameters, wanted), plan, result in zip(CHANGES, planned, done):
        expect(f"whether {module} {parameters} has a diff", [bool(each.get("diff")) for each in (plan, result)], [wanted] * 2)
        if module == "allot_user" and plan.get("diff") and not plan["diff"][0]["before"]:
            continue  # only allot knows the defaults of a new membership
        # No diff and an empty one are the same; within it [] and null are not, as features are none or all.
        expect(f"the diff of {module} {parameters}", plan.get("diff") or [], result.get("diff") or [])
    for number, diff in DIFFS.items():
        expect(f"the diff of step {number}", done[number]["diff"], [
            {"before_header": header, "after_header": header, "before": before,
             "after": before | after if before and after else after}
            for header, before, after in diff])
    expect("effects", {each["item"] for each in done[0]["effects"] if each["change"] == "unblocked"}, {"sip", "mobile", "ukey2"})
    after = site.snapshot()
    site.run("changes again", unchanged([step for step in CHANGES if step[2]]))
    expect("the store after changes again", site.snapshot(), after)
    north = site.read("group", "show", "/north")
    expect("/north", (north["labels"], north["kind"], north["suspended"], drop_nulls(north["reminder"])),
           ({"contract": "K-77", "zone": "z"}, "dealer", False, {"before": 30, "repeat": "weekly", "users": False}))
    expect("no low", drop_nulls(site.read("group", "show", f"/no/{HOSTILE[2]}")["reminder"]),
           {"before": 7, "repeat": "once", "users": False})
    expect("the low of others", site.read("group", "show", "/no/-rf")["reminder"]["low"], 20)
    expect("groups of two files", {"first", "second"} - {each["name"] for each in site.read("group", "list", "/no")}, set())
    files = next(number for number, (_, parameters, _) in enumerate(CHANGES) if "src" in parameters)
    logged = site.read("log", "show", str(done[files]["revision"]))["command"]
    expect("their order", [pathlib.Path(word).name for word in logged.split()[-2:]], ["first.yaml", "second.yaml"])
    reminders = [site.read("group", "show", path)["reminder"] for path in ("/no/a\\nb\\", "/no/#x: [y]", "/no")]
    expect("no days", drop_nulls(reminders), [{"users": False, "low": 10}, None, None])
    expect("no language", site.read("group", "show", "/north/a/b/c")["language"], None)
    expect("the reminder of /no/no", drop_nulls(site.read("group", "show", "/no/no")["reminder"]), {"before": 7, "repeat": "30-days", "users": True})
    star = site.read("group", "show", "/no/*")
    expect("/no/*", (star["kind"], star["labels"], star["reminder"]), (None, {"only": "this"}, None))
    member = site.read("user", "list", "/north/a/b/c")[0]
    expect("a membership", [member[key] for key in ("name", "language", "features", "until", "labels", "counts")],
           ["A", None, None, None, {"badge": "0815"}, {"sip": 2, "mobile": 1}])


# More than a pipe holds, and more than a diff shows.
LARGE = {"groups": {f"{number:0100}": {} for number in range(1001)}}

# What cannot be, with the exit status, or the message where allot is not asked.
FAILURES = [
    ("allot_group", {"path": "/none/a"}, 4),
    ("allot_group", {"path": "/north", "state": "absent"}, 4),
    ("allot_group", {"path": "/north", "state": "absent", "recursive": True, "max_removals": "1"}, 9),
    ("allot_group", {"path": ""}, 2),
    ("allot_group", {"path": "/x", "kind": "a\nb", "suspended": True}, 2),
    ("allot_group", {"path": "/x", "kind": "a\x1b[31m"}, 2),
    ("allot_group", {"path": "/north", "labels": {"a=b": "c"}}, 2),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"sip": 5000}}, 3),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"sip": "max"}}, 2),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"lift": 1}}, 4),
    ("allot_license", {"group": "/north", "name": "main", "until": "2027-02-30"}, 2),
    ("allot_user", {"group": "/north", "email": "no address"}, 2),
    ("allot_user", {"email": "ann@north.example", "state": "absent"},
     "group is missing; all_groups=true with state=absent removes a user from all groups"),
    ("allot_user", {"group": "/north", "email": "sue@x.example", "actor": "ann@north.example"}, 5),
    ("allot_user", {"group": "/no", "email": "sue@x.example", "actor": "ann@north.example"}, 4),
    ("allot_user", {"group": "/north", "email": "sue@x.example", "actor": ""}, 2),
    ("allot_hierarchy", {"hierarchy": "allot: 1\ngroups: {north: {kid: x}}\n"}, 6),
    ("allot_hierarchy", {"hierarchy": ""}, 6),
    ("allot_hierarchy", {"hierarchy": {"groups": {}}, "prune": True, "max_removals": "5%"}, 9),
    ("allot_hierarchy", {"hierarchy": {"groups": {"x": {"kind": True}}}}, 2),
    ("allot_hierarchy", {"hierarchy": {"kind": "x"}, "if_revision": 1}, 4),
    ("allot_hierarchy", {"src": ["/none.yaml"]}, 6),
    ("allot_store", {"db": "/none/allot.db"}, 7),
    ("allot_hierarchy", {"db": "/none/allot.db", "hierarchy": LARGE}, 7),
    ("allot_group", {"path": "/new", "reminder": {"before": 5}}, 2),
    ("allot_user", {"group": "/no", "email": "a@b", "features": [], "all_features": True}, "features and all_features contradict each other"),
    ("allot_group", {"path": "/x", "db": "postgresql://olga:secret@db.example/allot"}, 2),
]


def check_failures(site: Site) -> tuple:
    """What fails changes nothing; returns the step that applies what a step in check mode has planned."""
    before = site.snapshot()
    results = site.run("failures", FAILURES)
    site.run("failures in check mode", [FAILURES[number] for number in (2, 5, 7, 9, 13, 16, 18)], "--check")
    plan = {"path": "/Zażółć", "hierarchy": {"kind": "dealer"}, "prune": True, "max_removals": 1}
    checked = ({"path": "/no", "hierarchy": LARGE}, plan, {"path": "/none", "hierarchy": {}})
    steps = [("allot_hierarchy", each, True) for each in checked]
    large = site.run("a large diff", steps, "--check", "--diff")
    expect("a large diff", large[0]["diff"], [{"prepared": "1001 changes: too many to be shown here\n"}])
    warnings = [None, None, ["not checked: there is no group \"/none\" yet"]]
    expect("what was not checked", [each.get("warnings") for each in large], warnings)
    expect("the store after failures", site.snapshot(), before)
    expect("a refusal", (results[7]["error"]["code"], results[7]["error"]["violations"][0]["accepted"]), ("refused", 1000))
    expect("its sentence", results[7]["msg"].startswith("refused: / has 1000 sip from "), True)
    expect("a remedy", results[0]["msg"].splitlines()[0], "there is no group \"/none\"")
    expect("a fault of a file", "standard input:2:18: " in results[16]["msg"], True)
    expect("too many removals", sorted(results[18]["error"]["removed"]), ["groups", "licenses", "memberships"])
    expect("a password", "secret" in results[-1]["msg"], False)
    return "allot_hierarchy", plan | {"if_revision": large[1].get("revision")}, True


def check_lost_rights(site: Site, planned: tuple) -> None:
    """What was planned is done; an actor that gives up its rights gets a result, although it cannot see the change any more.

    The store is the one that a configuration file names.
    """
    (site.folder / "own.yaml").write_text(f"db: {site.db}\n")
    (site.folder / "next.yaml").write_text(f"db: {site.folder}/next.db\n")
    user = {"group": "/north/t", "email": "self@x.example"}
    steps = [planned, ("allot_user", user | {"role": "admin"}, True),
             ("allot_user", user | {"role": "user", "actor": "self@x.example"}, True)]
    steps = [(module, parameters | {"config": "~/own.yaml"}, wanted) for module, parameters, wanted in steps]
    steps += [("allot_store", {"config": f"~/{name}.yaml"}, wanted) for name, wanted in (("own", False), ("next", True))]
    results = site.run("lost rights", steps, "--diff", environment={"ALLOT_DB": ""})
    expect("another store", (site.folder / "next.db").exists(), True)
    expect("what was pruned", site.read("group", "list", "/Zażółć"), [])
    expect("lost rights", results[2]["diff"][0].get("prepared", "").startswith("saved as revision "), True)


def check_locked(site: Site) -> None:
    """A locked store is exit status 75, and `until` tries again until it is free."""
    steps = [("allot_group", {"path": "/locked", "wait": 0})]
    playbook = site.write_playbook(steps, "one")
    tasks = json.loads(playbook.read_text())
    tasks[0]["tasks"][0] |= {"register": "result", "until": "result.rc | default(0) != 75", "retries": 50, "delay": 1}
    playbook.write_text(json.dumps(tasks))
    lock = sqlite3.connect(site.db, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    process = site.start(playbook)
    events = []
    for line in process.stdout:
        if line.startswith("{"):
            events.append(json.loads(line))
            lock.rollback()
    process.wait()
    expect("a locked store", [each["event"] for each in events[:1] + events[-1:]], ["retry", "ok"])
    expect("the retried status", (events[0]["result"].get("rc"), events[0]["result"]["error"]["code"]), (75, "busy"))
    expect("the retried change", events[-1]["result"]["changed"], True)


def check_overtaken(site: Site) -> None:
    """An item that others make or remove between reading and writing is read again."""
    steps = []
    for number, (verb, meanwhile) in enumerate((("add", "group add /raced"), ("set", "group remove /raced"))):
        program = site.folder / f"overtaken{number}"
        program.write_text(f'#!/bin/sh\nif [ "$1 $2" = "group {verb}" ] && mkdir "$0.done"; then {ALLOT} {meanwhile}; fi >/dev/null 2>&1\n'
                           f'exec {ALLOT} "$@"\n')
        program.chmod(0o755)
        steps.append(("allot_group", {"path": "/raced", "kind": f"kind {number}", "executable": str(program)}, True))
    site.run("overtaken", steps)
    expect("what was overtaken", (site.read("group", "show", "/raced")["kind"], (site.folder / "overtaken1.done").exists()), ("kind 1", True))


def check_hosts(site: Site) -> None:
    """Two hosts that make the same and different items at once: each item is made once, and no task fails."""
    steps = [("allot_group", {"path": "/shared", "kind": "site"}), ("allot_license", {"group": "/shared", "name": "m", "counts": {"sip": 9}})]
    steps += [("allot_user", {"group": "/shared", "email": f"u{i}@x.example", "counts": {"sip": 1}}) for i in range(2)]
    steps += [("allot_user", {"group": "/shared", "email": "{{ inventory_hostname }}@x.example", "counts": {"sip": 1}})]
    results = site.play("two hosts", steps, hosts="one,two")
    for step, each in zip(steps[:-1], results):
        expect(f"two hosts: {step}", sorted(result.get("changed", "failed") for result in each), [False, True])
        expect(f"two hosts: {step}", [result["msg"] for result in each if result.get("failed")], [])
    expect("each its own", [result["changed"] for result in results[-1]], [True, True])
    expect("the users", len(site.read("user", "list", "/shared")), 4)


def check_examples(folder: pathlib.Path) -> None:
    """The playbooks of the examples, and what --diff shows."""
    license = '+++ after: /north license main\n@@ -0,0 +1,14 @@\n+{\n+    "counts": {\n+        "mobile": 300'
    for playbook, shown in (("dealer-tree.yml", license),
                            ("hierarchy.yml", "+++ after: /riverside/quay/4 membership a.keane@mail.example\n")):
        site = Site(folder, str(folder / f"{playbook}.db"))
        words = [str(EXAMPLES / "ansible" / playbook), "-e", f"allot_executable={ALLOT}", "--diff"]
        printed = [site.start(*words, ANSIBLE_STDOUT_CALLBACK="default").communicate()[0] for _ in range(2)]
        expect(f"the diff of {playbook}", shown in printed[0] or printed[0], True)
        again = all(part in printed[1] for part in (" changed=0 ", " failed=0 ")) and "+++" not in printed[1]
        expect(f"{playbook} again", again or printed[1], True)
        expect(f"check after {playbook}", site.allot("check").partition(" on ")[0], "whole and valid")


def main() -> int:
    require_ansible()
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        site = Site(folder, str(folder / "site.db"))
        try:
            check_build(site)
            check_changes(site)
            planned = check_failures(site)
            check_lost_rights(site, planned)
            check_locked(site)
            check_overtaken(site)
            check_hosts(site)
            check_examples(folder)
        finally:
            print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
