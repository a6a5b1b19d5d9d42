"""Every command ends for every kind of actor with the exit status that section 4 of the specification defines."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

PREPARED = "prepared.db"
ALLOT = storage.program(sys.argv[1])
PATIENCE = 60  # seconds for one command
FAULTS = []

HIERARCHY = """allot: 1
catalog: {counted: {camera: {}}}
restriction: reserved
licenses: {main: {sip: 1000, mobile: 500, features: [ukey2]}}
users: {boss@x.test: {role: admin}, dora@x.test: {role: concierge}}
groups:
  depot: {}
  region:
    licenses: {main: {sip: 600, mobile: 300, features: [ukey2]}}
    users: {rita@x.test: {role: admin}, mona@x.test: {role: concierge}}
    groups:
      north:
        kind: site
        licenses: {main: {sip: 100, mobile: 50, features: [ukey2]}, spare: {sip: 10}}
        users:
          {nora@x.test: {role: admin, until: 2026-12-31}, both@x.test: {role: admin},
           mona@x.test: {role: admin}, kate@x.test: {role: concierge}, nils@x.test: {name: Nils, sip: 1},
           ella@x.test: {role: admin, until: 2026-10-31}, paul@x.test: {role: admin, from: 2027-01-01},
           vera@x.test: {}}
        groups:
          attic: {}
          tower: {reminder: {before: 14, repeat: weekly}, licenses: {main: {sip: 10}, spare: {sip: 1}},
                  users: {tom@x.test: {role: admin}, xena@x.test: {sip: 1}}}
      south:
        licenses: {main: {sip: 300, mobile: 100, features: [ukey2]}}
        users: {sam@x.test: {role: admin}, both@x.test: {role: admin}, vera@x.test: {}, wim@x.test: {}}
        groups: {annex: {}}
"""

# Input files of the commands. In those for standard input, {me} is the actor and {home} its group.
FILES = {
    "users.yaml": "allot: 1\nusers: {new@x.test: {}, nils@x.test: {name: Nilsson}}\n",
    "own-license.yaml": "allot: 1\nlicenses: {main: {sip: 90}}\n",
    "own-kind.yaml": "allot: 1\nkind: dealer\n", "own-restriction.yaml": "allot: 1\nrestriction: shared\n",
    "own-suspension.yaml": "allot: 1\nsuspended: true\nusers: {new@x.test: {}}\n",
    "own-reminder.yaml": "allot: 1\nreminder: {before: 7, repeat: daily}\n",
    "unchanged.yaml": "allot: 1\nkind: site\nrestriction: reserved\nlicenses: {spare: {sip: 10}}\ngroups: {attic: {}}\n",
    "below.yaml": "allot: 1\ngroups: {tower: {licenses: {main: {sip: 9}}}, new: {licenses: {main: {sip: 1}}}}\n",
    "catalog.yaml": "allot: 1\ncatalog: {features: [face-id]}\n",
    "known-catalog.yaml": "allot: 1\ncatalog: {counted: {camera: {}}}\nusers: {new@x.test: {}}\n",
    "too-much.yaml": "allot: 1\nusers: {new@x.test: {sip: 5000}}\n",
    "broken.yaml": "allot: 1\nusers: [\n", "unknown.yaml": "allot: 1\nlicenses: {main: {lift: 1}}\n",
    "inside.txt": "user add /region/north new@x.test\ngroup add /region/north/new\n",
    "then-itself.txt": "user add /region/north new@x.test\ngroup set /region/north --kind dealer\n",
    "refused.txt": "user add /region/north new@x.test\nuser add /region/north newer@x.test --sip 5000\n",
    "leave.txt": "user remove {home} {me}\nuser add {home} new@x.test\n",
    "step-down.txt": "user set {home} {me} --role concierge\nuser add {home} new@x.test\n",
    "as.txt": "user add /region/north new@x.test --as boss@x.test\n", "db.txt": "group list --db other.db\n",
    "batch.txt": "batch inside.txt\n", "state.txt": "state\n", "catalog.txt": "catalog list\n",
    "mail.yaml": "mail: {from: allot@x.test, transport: 'maildir:mail'}\n", "remind.txt": "remind\n",
    "broken.mustache": "{{#licenses}}\n",
}

# The actors in the order of the columns of the table, each with its e-mail and its home group.
ACTORS = [
    ("nobody named", "boss@x.test", "/"), ("admin of /", "boss@x.test", "/"),
    ("admin of the parent", "rita@x.test", "/region"), ("admin of the group", "nora@x.test", "/region/north"),
    ("admin of the child", "tom@x.test", "/region/north/tower"), ("of the sibling", "sam@x.test", "/region/south"),
    ("admin of two groups", "both@x.test", "/region/north"), ("concierge", "kate@x.test", "/region/north"),
    ("concierge of /", "dora@x.test", "/"), ("concierge of the parent, admin", "mona@x.test", "/region/north"),
    ("user", "nils@x.test", "/region/north"), ("unknown", "zoe@x.test", "/region/north"),
    ("admin no more", "ella@x.test", "/region/north"), ("admin not yet", "paul@x.test", "/region/north"),
]

# The exit statuses of each command, derived by hand from the specification: no actor, admin of / | admins of the
# parent, the group, its child, its sibling, two groups | concierges of the group, of /, of the parent | user, unknown, no
# more, not yet. Then the commands that have these exit statuses; `< FILE` is standard input.
TABLE = """
# Shown, or changed by nobody: all visible groups.
00 00000 000 4444  group list; group list -r; group tree; license list; license list -r --expiring 30; user list;
  state; state -r; state --at 2026-10-01; state --at 2027-06-01 -r; license list --at 2026-10-01 -r;
   batch < state.txt; log; log show 2; log --max 1; log --after 0 --json-lines; state --as-of 2; state -r --as-of 9999-12-31;
   report; report --at 2026-10-01 --depth 1; entitlements; entitlements --at 2026-10-01; metrics; metrics --depth 0 --at 2026-10-01
00 00440 000 4444  group list /region/north -r; group tree /region/north --depth 1; group show /region/north;
  license show /region/north main; user list /region/north -r; state /region/north; state /region/north -r --depth 1;
  state /region/north --why sip; state --at 2026-10-01 /region/north; user list --at 2027-06-01 /region/north;
  license show --at 2027-06-01 /region/north main; import unchanged.yaml --into /region/north;
  log /region/north; state /region/north --as-of 2;
  diff unchanged.yaml --into /region/north; export /region/north; export /region/north -o out.yaml;
  report /region/north; report /region/north -o page.html; entitlements /region/north; metrics /region/north;
  metrics /region/north --depth 9 -o north.prom
00 00040 000 4444  group list /region/north/tower; license show /region/north/tower main;
  state /region/north/tower --timeline
00 04400 400 4444  group list /region/south; group show /region/south; license show /region/south main;
  user list /region/south; user show wim@x.test; state /region/south --why ukey2; state --user wim@x.test;
  export /region/south; report /region/south; entitlements /region/south; metrics /region/south
00 04444 400 4444  group tree /region; group show /region
00 44444 404 4444  group list /; group show /; license list /; license show / main; user list /;
  user show boss@x.test; state / --timeline; export; report /; entitlements /; metrics /; log show 1; log /; state --as-of 1
00 00400 000 4444  user show vera@x.test
# The entitlement of the actor itself, and commands for everyone.
00 00000 000 0400  user show {me}; state --user {me}; state --at 2027-06-01 --user {me}
00 00440 000 0444  user show nils@x.test; state --user nils@x.test
00 00000 000 0000  catalog list; batch < catalog.txt; __complete fish 'allot group show /region/'; completion bash; help
# In /region/north, its child, its sibling, its parent and /: for their administrators and those of groups above.
00 00440 550 4444  group add /region/north/new; group add /region/north/new/one -p --kind flat;
  group add /region/north/tower --if-not-exists; group add /region/north/new --if-revision 2;
  group set /region/north --remind-before 14 --remind-repeat once --remind-users;
  group set /region/north --no-reminder; group move /region/north/tower /region/north/attic;
  group remove /region/north/attic; license add /region/north/attic main --sip 1 --restriction shared;
  user add /region/north new@x.test; user add /region/north new@x.test --role admin;
  user add /region/north new@x.test --sip max; user set /region/north nils@x.test --sip +1;
  user add /region/north wim@x.test --sip 1; user add /region/north nils@x.test --if-not-exists;
  user set /region/north nils@x.test --name Nilsson --sip 2; user set /region/north nils@x.test --role admin;
  user set /region/north nora@x.test --role user; user set /region/north ella@x.test --until none;
  user set /region/north nils@x.test --label badge=7 -m why; user set /region/north nils@x.test --language uk;
  group add /region/north/new --label floor=2;
  user remove /region/north nils@x.test; user remove --all nils@x.test;
  license renew /region/north --ends 2026-12-31 --until 2027-12-31 --with-users;
  user move nils@x.test /region/north /region/north/attic; user move xena@x.test /region/north/tower /region/north;
  user rename nils@x.test new@x.test; import users.yaml --into /region/north;
  import - --into /region/north < users.yaml; import own-reminder.yaml --into /region/north;
  import below.yaml --into /region/north; import users.yaml --into /region/north --prune;
  import known-catalog.yaml --into /region/north; batch inside.txt; batch < inside.txt
00 00040 550 4444  group add /region/north/tower/new; group set /region/north/tower --remind-users;
  user add /region/north/tower new@x.test --role concierge; user set /region/north/tower tom@x.test --role user;
  user remove /region/north/tower xena@x.test
00 04400 455 4444  group add /region/south/new; group set /region/south --no-reminder;
  user add /region/south new@x.test; user set /region/south wim@x.test --name Wim;
  user remove /region/south wim@x.test; user remove --all wim@x.test; import users.yaml --into /region/south
00 04444 455 4444  group add /region/new; group add /region/new/one -p; user add /region new@x.test;
  user set /region rita@x.test --role user
00 44444 454 4444  group add /new; group add /new/one -p; group set / --kind company; group set / --no-reminder;
  group set / --label a=1; group set / --language uk;
  group move /region/north /depot; group move /depot /region/north; group move /region/north /;
  license add / extra --sip 1; user add / new@x.test --role admin; user set / boss@x.test --role user;
  user remove / boss@x.test; user remove --all boss@x.test; user move nils@x.test /region/north /;
  user rename boss@x.test new@x.test; import users.yaml; import catalog.yaml
# The same groups themselves, which are granted from above.
00 05445 555 4444  group set /region/north --kind dealer; group set /region/north --restriction shared;
  group set /region/north --label a=1; group set /region/north --language uk;
  license set /region/north main --label a=1 -m why;
  group set /region/north --suspend; group set /region/north --resume; group rename /region/north new;
  group remove /region/north -r; license add /region/north extra --sip 1; license set /region/north main --sip 95;
  license set /region/north main --sip -5; license set /region/north main --sip max; rebalance /region/north --need sip=5;
  license remove /region/north spare; license rename /region/north spare new; import own-license.yaml --into /region/north;
  import own-kind.yaml --into /region/north; import own-suspension.yaml --into /region/north;
  import own-restriction.yaml --into /region/north; import own-license.yaml --into /region/north --prune;
  batch < then-itself.txt
00 00540 550 4444  group set /region/north/tower --kind flat; group set /region/north/tower --label a=1;
  group set /region/north/tower --restriction none;
  group set /region/north/tower --suspend; group set /region/north/tower --kind flat --no-reminder;
  group rename /region/north/tower spire; group remove /region/north/tower -r;
  license add /region/north/tower extra --sip 1; license add /region/north/tower main --sip 1 --if-not-exists;
  license set /region/north/tower main --sip 5; license remove /region/north/tower spare;
  license rename /region/north/tower spare new;
  license set /region/north/tower main --sip max; rebalance /region/north/tower --need sip=5;
  license transfer /region/north/tower main /region/north/tower spare --sip 1;
  license remove /region/north/tower main
00 04455 455 4444  group set /region/south --suspend; group remove /region/south -r;
  license add /region/south extra --sip 1
00 54444 455 4444  group set /region --kind dealer
# From one group into another; a user who is in several.
00 04440 455 4444  group move /region/north/tower /region/south; group move /region/south/annex /region/north;
  user move nils@x.test /region/north /region/south; user move wim@x.test /region/south /region/north
00 04445 455 4444  group move /region/north /region/south;
  license transfer /region/north main /region/south main --sip 5
00 00400 555 4444  user remove --all vera@x.test; user rename vera@x.test new@x.test
00 00000 555 4444  user remove --all {me}; user rename {me} new@x.test
44 40444 554 4444  user rename nils@x.test wim@x.test
# Data of the company; a batch whose first line removes the rights of the actor; differences.
00 55555 555 5555  catalog add lift --counted --requires camera; catalog add face-id --feature; catalog remove camera;
  check; backup copy.db; init --if-not-exists; log prune --before 2020-01-01; remind; remind --low 10; remind --history;
  remind --send --config mail.yaml; template list; template show user; template set admin --subject Ends;
  template reset user
00 55555 555 4444  undo; undo 2
00 55445 555 4444  import catalog.yaml --into /region/north
05 55555 555 5555  init --db other.db
04 44444 555 4444  batch < leave.txt
05 55555 555 4444  batch < step-down.txt
11 11441 551 4444  diff users.yaml --into /region/north
11 15445 555 4444  diff own-license.yaml --into /region/north
11 44444 454 4444  diff users.yaml
# Refused by the rules, if authorized.
99 99449 559 4444  import users.yaml --into /region/north --prune --max-removals 3;
  diff users.yaml --into /region/north --prune --max-removals 1%
33 33443 553 4444  user add /region/north new@x.test --sip 5000; user set /region/north nils@x.test --sip -2;
  user add /region/north new@x.test --sip max --at-least sip=5000; user set /region/north nils@x.test --sip 5000;
  import too-much.yaml --into /region/north; diff too-much.yaml --into /region/north; batch < refused.txt
33 33543 553 4444  license add /region/north/tower extra --sip 5000; rebalance /region/north/tower --need sip=5000;
  license add /region/north/tower extra --sip 1 --mobile 2
33 35445 555 4444  license add /region/north extra --sip 5000; license set /region/north main --sip 0 --mobile 0
33 44444 454 4444  license remove / main
# Existing already, not empty or in use, if authorized.
44 44444 554 4444  group add /region/north/tower; group move /region/north/tower /region/north;
  user add /region/north nils@x.test; user set /region/north nils@x.test --no-feature ukey2;
  user move nils@x.test /region/north /region/north; user rename nils@x.test xena@x.test;
  user rename nils@x.test nils@x.test; group add /region/north/new --if-revision 1;
  import users.yaml --into /region/north --if-revision 3
44 44544 554 4444  group rename /region/north/tower attic; group remove /region/north/tower;
  license add /region/north/tower main --sip 1; license add /region/north/tower extra --sip 1 --restriction shared
44 45445 555 4444  group rename /region/north south
44 44444 454 4444  undo 1
44 44444 455 4444  user move vera@x.test /region/north /region/south
44 55555 555 5555  catalog add sip --counted; catalog remove ukey2; backup users.yaml; init;
  template reset user --if-revision 1
# Missing for every actor; malformed; an invalid file or store.
44 44444 444 4444  group add /region/north/new/one; group set /region/nowhere --kind dealer;
  group move /region/north/tower /region/nowhere; group remove /region/north/nowhere -r; group show /region/nowhere;
  license add /region/north/tower extra --count lift=1; license add /region/nowhere main --sip 1;
  license set /region/north/tower nothing --sip 5; license set /region/north/tower main --no-feature warp;
  license transfer /region/north/tower main /region/north/tower nothing --sip 1; rebalance /region/north/tower --need lift=1;
  license remove /region/north/tower nothing; license rename /region/north/tower nothing new;
  license renew /region/nowhere --until 2027-12-31; license renew /region/north/tower nothing --until 2027-12-31;
  license renew /region/north/tower --ends 2026-12-31 --until 2027-12-31; license show /region/north nothing;
  user add /region/north new@x.test --count lift=1; user add /region/nowhere new@x.test;
  user set /region/north wim@x.test --name Wim; user remove /region/north wim@x.test; user remove --all new@x.test;
  user move wim@x.test /region/north /region/north/attic; user show new@x.test; state /region/north --why lift;
  state /region/nowhere; find x /region/nowhere; report /region/nowhere; entitlements /region/nowhere; metrics /region/nowhere;
  catalog add lift --counted --requires stairs; catalog remove lift;
  import users.yaml --into /region/nowhere; export /region/nowhere; undo 9; log show 9; log /region/nowhere;
  state --as-of 9; state --as-of 1999-12-31; template show boss; template set boss --no-html; template reset boss
22 22222 222 2222  group add /region/north/new --restriction open; group set / --restriction shared;
  group move /region/north /region/north/tower; group move / /region; group rename / new; group remove / -r;
  license add /region/north extra --sip 01; license set /region/north main --sip +01; user add /region/north new;
  license transfer /region/north main /region/north main --sip 1; license transfer /region/north main /region/south main;
  license transfer /region/north main /region/south main --sip max; user add /region/north new@x.test --at-least sip=1;
  rebalance /region/north; rebalance /region/north --need sip=0; rebalance /region/north --need sip; user add /region/north new@x.test --role boss;
  group list --at 2026-10-01; user add --at 2026-10-01 /region/north new@x.test; catalog add lift; batch < as.txt;
  batch < db.txt; batch < batch.txt; restore postgresql:///x; remind --low 101; remind --send --history; remind --send --if-revision 2;
  template set admin; batch < remind.txt; edit /region/north; license renew /region/north;
  undo --max-removals 101%; license rename /region/north main a/b
66 66666 666 6666  shell --print-key new@x.test missing.pub; import broken.yaml --into /region/north; import broken.yaml --into /region/nowhere;
  import unknown.yaml --into /region/north; import own-restriction.yaml; import missing.yaml;
  diff broken.yaml --into /region/north; batch missing.txt; remind --send; remind --send --config broken.yaml;
  template set admin --body missing.txt; template set admin --html broken.mustache
77 77777 777 7777  init --db .; init --db no-such-folder/other.db; group list --db other.db;
  user add --db other.db /region/north new@x.test; check --db other.db
"""

# Commands that never change the store; every other one has --dry-run.
READS = {"group list", "group tree", "group show", "license list", "license show", "user list", "user show", "state",
         "find", "rebalance", "report", "entitlements", "metrics", "catalog list", "log", "log show", "shell", "diff", "export", "check", "template list", "template show",
         "__complete", "completion", "help"}

# The listed groups of each actor without a named group: the topmost of its scope, with -r all groups below too.
LISTED = [
    ("boss", "group tree --depth 0", ["/"]), ("mona", "group tree --depth 0", ["/region"]),
    ("both", "group tree --depth 0", ["/region/north", "/region/south"]), ("tom", "group list -r", ["/region/north/tower"]),
    ("nora", "group list -r", ["/region/north", "/region/north/attic", "/region/north/tower"]),
    ("sam", "group list", ["/region/south/annex"]), ("sam", "group list -r", ["/region/south", "/region/south/annex"]),
]

# The completions of each actor, without a trailing slash.
COMPLETIONS = [
    ("nora", "group show /", ["/region"]), ("nora", "group show /d", []), ("nora", "state /region/", ["/region/north"]),
    ("nora", "state /region/north/", ["/region/north/attic", "/region/north/tower"]), ("nils", "state /", []),
    ("both", "state /region/", ["/region/north", "/region/south"]), ("tom", "state /region/south/", []),
    ("tom", "state /region/north/", ["/region/north/tower"]), ("nora", "license show /region/south ", []),
    ("nora", "license show /region/north ", ["main", "spare"]), ("nora", "user show w", []), ("zoe", "user show ", []),
    ("tom", "user show ", ["tom@x.test", "xena@x.test"]),
]


class Folder:
    """A folder with the files, and a store that is created once and copied for each command."""

    def __init__(self, name: str):
        self.path = pathlib.Path(name)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
        self.environment |= {"ALLOT_TODAY": "2026-11-24", "ALLOT_DB": "store.db", "HOME": name}
        for file, text in FILES.items():
            (self.path / file).write_text(text)
        self.run(["init", "-q"])
        self.run(["import", "-q", "-"], HIERARCHY)
        storage.copy(ALLOT, self.path / "store.db", self.path / PREPARED)
        self.prepared = self.store()

    def run(self, words: list[str], text: str = "", **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([ALLOT, *words], env=self.environment | environment, cwd=self.path, capture_output=True,
                              text=True, input=text, timeout=PATIENCE)

    def read(self, command: str) -> object:
        return json.loads(self.run([*command.split(), "--json"]).stdout)

    def store(self) -> bytes:
        return storage.read(ALLOT, self.path / "store.db")

    def renew(self) -> None:
        """The store as prepared, without files of earlier commands."""
        for file in self.path.iterdir():
            if file.name not in (*FILES, "store.db", PREPARED):
                file.unlink()
        if self.store() != self.prepared:
            storage.copy(ALLOT, self.path / PREPARED, self.path / "store.db")


def read_table() -> list[tuple[str, list[int]]]:
    """Each command with its exit statuses."""
    rows = []
    for line in re.sub(";\n +", "; ", TABLE).strip().splitlines():
        if not line.startswith("#"):
            *groups, commands = line.split(maxsplit=4)
            statuses = [int(digit) for digit in "".join(groups)]
            assert len(statuses) == len(ACTORS), line
            rows += [(command, statuses) for command in commands.split("; ")]
    return rows


def names_in_help(folder: Folder, *command: str) -> list[str]:
    """The commands, or the subcommands of a command, in the usage."""
    usage = folder.run([*command, "-h"]).stdout
    listed = usage.partition("\nCommands:\n")[2].partition("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines()] + ([""] if "[COMMAND]" in usage else [])


def find_names(folder: Folder) -> set[str]:
    names = {"__complete"}
    for command in names_in_help(folder):
        names |= {f"{command} {verb}".strip() for verb in names_in_help(folder, command)} or {command}
    return names


def name_of(command: str, names: set[str]) -> str:
    """The command without its arguments, with its subcommand if any."""
    with_verb = " ".join(command.split()[:2])
    return with_verb if with_verb in names else command.split()[0]


def check_cell(folder: Folder, command: str, column: int, expected: int, by_option: bool, may_write: bool) -> None:
    """A command that may write is run with --dry-run first, with the actor named in the other way."""
    actor, email, home = ACTORS[column]
    line, _, file = command.partition(" < ")
    words = [word.format(me=email, home=home) for word in shlex.split(line)]
    text = FILES.get(file, "").replace("{me}", email).replace("{home}", home)

    def run(words: list[str], by_option: bool) -> None:
        named = ["--as", email] if by_option and column > 0 else []
        environment = {"ALLOT_AS": email} if not by_option and column > 0 else {}
        done = folder.run([*named, *words], text, **environment)
        called = f"{' '.join(words)}{file and ' < ' + file}, {actor} ({'--as' if by_option else 'ALLOT_AS'})"
        if done.returncode != expected:
            FAULTS.append(f"{called}: {done.returncode}, not {expected}: {done.stderr.strip()[:300]}")
        is_kept = done.returncode != 0 or not may_write or words[-1] == "--dry-run"
        if is_kept and folder.store() != folder.prepared:
            FAULTS.append(f"{called}: {done.returncode}, but the store has changed")
        folder.renew()

    if may_write:
        run([*words, "--dry-run"], not by_option)
    run(words, by_option)


def check_table(folder: Folder) -> None:
    rows, names = read_table(), find_names(folder)
    known = {name_of(command, names) for command, _ in rows}
    FAULTS.extend(f"{name}: not in the table" for name in sorted(names - known))
    FAULTS.extend(f"{name}: in the table, but not a command" for name in sorted(known - names))
    for number, (command, statuses) in enumerate(rows):
        for column, expected in enumerate(statuses):
            may_write = name_of(command, names) not in READS
            check_cell(folder, command, column, expected, (number + column) % 2 == 0, may_write)


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        FAULTS.append(f"{what}: {found}, not {wanted}")


def check_lists(folder: Folder) -> None:
    for name, command, wanted in LISTED:
        shown = folder.read(f"--as {name}@x.test {command}")
        expect(f"{command}, as {name}", [each["path"] for each in shown], wanted)


def check_completions(folder: Folder) -> None:
    """Completion sees the same groups as the command, whichever way the actor is named."""
    for name, line, wanted in COMPLETIONS:
        email = f"{name}@x.test"
        for done in (folder.run(["--as", email, "__complete", "fish", f"allot {line}"]),
                     folder.run(["__complete", "fish", f"allot {line}"], ALLOT_AS=email),
                     folder.run(["__complete", "fish", f"allot --as {email} {line}"])):
            expect(f"the status of {shlex.join(done.args[1:])}, as {email}", done.returncode, 0)
            offered = {line.split("\t")[0].rstrip("/") for line in done.stdout.splitlines()[1:]}
            expect(f"{shlex.join(done.args[1:])}, as {email}", sorted(offered), wanted)


def check_actors(folder: Folder) -> None:
    """An actor is an e-mail; the option takes precedence over the variable, and case is ignored."""
    for command in ("group list", "catalog list", "check", "user add / new@x.test", "--db other.db check"):
        for wrong in ("bob", "a b@x.test", "boss@x.test,", "boss@x@example"):
            expect(f"--as {wrong!r} {command}", folder.run(["--as", wrong, *command.split()]).returncode, 2)
            expect(f"ALLOT_AS={wrong!r} {command}", folder.run(command.split(), ALLOT_AS=wrong).returncode, 2)
        expect(f"--as '' {command}", folder.run(["--as", "", *command.split()]).returncode, 2)
    shown = folder.run(["group", "show", "/region/north"], ALLOT_AS="NORA@x.Test")
    expect("an e-mail in capital letters", shown.returncode, 0)
    shown = folder.run(["--as", "tom@x.test", "group", "show", "/region/north"], ALLOT_AS="nora@x.test")
    expect("--as beside ALLOT_AS", shown.returncode, 4)


def check_days(folder: Folder) -> None:
    """Rights depend on today, not on --at."""
    for name, today, status in (("ella", "2026-10-31", 0), ("ella", "2026-11-01", 4), ("paul", "2026-12-31", 4),
                                ("paul", "2027-01-01", 0), ("nora", "2026-12-31", 0), ("nora", "2027-01-01", 4)):
        for at in ("2026-10-01", "2026-11-24", "2027-06-01", "0001-01-01", "9999-12-31"):
            for command in ("state", "user list /region/north", "license list -r", "license show /region/north main"):
                done = folder.run(["--as", f"{name}@x.test", *command.split(), "--at", at], ALLOT_TODAY=today)
                expect(f"{command} --at {at}, as {name} on {today}", done.returncode, status)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(name)
        for check in (check_table, check_lists, check_completions, check_actors, check_days):
            check(folder)
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
