"""What every shell completes, in a store with names of every kind."""

import os
import re
import subprocess
import sys
import tempfile

from interactive_shell import Shell

ODD = "it's \"q\" $HOME \\ `x` !y *"

STORE = r"""
license add / company-main --sip 10 --feature ukey2
license add / second --type trial --until 2027-12-31
catalog add lift --counted
group add "/South Wing" --kind distributor --label contract=K-77 --label floor=2
group add "/South Wing/floor 1"
group add "/South Wing/floor 2" --kind "night shelter"
group add /north --kind site --restriction shared
user add /north margaret@x.example --name 'Margaret "M" O\Hara'
user add /north bob.o@north.example --role admin
user add /north zoe@a.example
user add /north zoe@b.example
user add "/South Wing" lena@x.example
user add "/South Wing" margaret@x.example
group add /north/10:30=x
group add /Größe
group add /Größe/дім
group add /نسيم
group add "/北京 (old)"
group add "/北京 [new]"
group add /nested
group add /nested/one
group add /Mixed1
group add /mixed2
group add /-dash
group add /crowd
group add /crowd/many
""" + f"group add '/{ODD.replace(chr(39), chr(39) + chr(92) + chr(39) + chr(39))}'\n" + "".join(
    f"user add /crowd admin{i}@a{i}.example\n" for i in range(210)) + "".join(
    f"user add /crowd zoe{i}@z.example\n" for i in range(30)) + "".join(
    f"group add /crowd/many/Dealer-{i:03}\n" for i in range(210)) + "group add /crowd/many/Other\n"

# A line, and the words that the program gets when it was completed and entered.
COMPLETED = (
    ("exp", ["export"]),
    ("ent", ["entitlements"]),
    ("entitlements /no", ["entitlements", "/north"]),
    ("metrics --dep", ["metrics", "--depth"]),
    ("group ren", ["group", "rename"]),
    ("group set /north --susp", ["group", "set", "/north", "--suspend"]),
    ("state /no", ["state", "/north"]),
    ("state no", ["state", "north"]),
    ("state /South", ["state", "/South Wing"]),
    ("state /South\\ Wing/floor\\ 1", ["state", "/South Wing/floor 1"]),
    ("state /nested/", ["state", "/nested/one"]),
    # Without regard to case, in every script; the stored spelling is inserted.
    ("state /NORTH", ["state", "/north"]),
    ("state /south\\ wing/FLOOR\\ 2", ["state", "/South Wing/floor 2"]),
    ("state /GRÖ", ["state", "/Größe"]),
    ("state /grösse", ["state", "/grösse"]),
    ("state /GRÖSSE", ["state", "/GRÖSSE"]),
    ("state /größe/Д", ["state", "/Größe/дім"]),
    ("state /ن", ["state", "/نسيم"]),
    ("user show BOB", ["user", "show", "bob.o@north.example"]),
    # Names with quotes, spaces, backslashes and other characters that a shell interprets.
    ("state /it", ["state", "/" + ODD]),
    ("state '/it", ["state", "/" + ODD]),
    ('state "/it', ["state", "/" + ODD]),
    ("state '/grö", ["state", "/Größe"]),
    ("state /北京\\ \\(", ["state", "/北京 (old)"]),
    ("state /北京", ["state", "/北京 "]),
    ("state /north/10", ["state", "/north/10:30=x"]),
    ("state /north/10:3", ["state", "/north/10:30=x"]),
    ("state /north/10:30=", ["state", "/north/10:30=x"]),
    # Users: of the named group, or all.
    ("user set /north m", ["user", "set", "/north", "margaret@x.example"]),
    ("user remove /north l", ["user", "remove", "/north", "l"]),
    ("user remove --all l", ["user", "remove", "--all", "lena@x.example"]),
    ("user show zo", ["user", "show", "zoe"]),
    ("user show zoe@b", ["user", "show", "zoe@b.example"]),
    ("user show bob.o@", ["user", "show", "bob.o@north.example"]),
    ("user show 'bob.o@nor", ["user", "show", "bob.o@north.example"]),
    ("user rename le", ["user", "rename", "lena@x.example"]),
    ("user move lena@x.example ", ["user", "move", "lena@x.example", "/South Wing"]),
    ("state --user le", ["state", "--user", "lena@x.example"]),
    # Values.
    ("state --format=j", ["state", "--format=json"]),
    ("--format=j", ["--format=json"]),
    ("state / --format js", ["state", "/", "--format", "json"]),
    ("state / --why mob", ["state", "/", "--why", "mobile"]),
    ("catalog add x --counted --requires mo", ["catalog", "add", "x", "--counted", "--requires", "mobile"]),
    ("user set /north zoe@a.example --feature uk", ["user", "set", "/north", "zoe@a.example", "--feature", "ukey2"]),
    ("license add / x --count li", ["license", "add", "/", "x", "--count", "lift="]),
    ("license set / comp", ["license", "set", "/", "company-main"]),
    ("license rename / comp", ["license", "rename", "/", "company-main"]),
    ("license renew / comp", ["license", "renew", "/", "company-main"]),
    ("license rename / company-main comp", ["license", "rename", "/", "company-main", "comp"]),
    ("license add / comp", ["license", "add", "/", "comp"]),
    ("template show us", ["template", "show", "user"]),
    ("user add /north a@x.example --role conc", ["user", "add", "/north", "a@x.example", "--role", "concierge"]),
    ("group add /x --kind ni", ["group", "add", "/x", "--kind", "night shelter"]),
    ("group add /x --kind b", ["group", "add", "/x", "--kind", "b"]),
    ("group set '/South Wing' --no-label con", ["group", "set", "/South Wing", "--no-label", "contract"]),
    ("group set '/South Wing' --label fl", ["group", "set", "/South Wing", "--label", "floor="]),
    ("group set /north --language u", ["group", "set", "/north", "--language", "uk"]),
    ("group set /north --label fl", ["group", "set", "/north", "--label", "fl"]),
    ("state -r --sort sip.av", ["state", "-r", "--sort", "sip.available"]),
    ("state -r --sort -sip.h", ["state", "-r", "--sort", "-sip.held"]),
    ("state -r --columns path,sip.h", ["state", "-r", "--columns", "path,sip.held"]),
    ("license list --sort nat", ["license", "list", "--sort", "natural"]),
    ("user list --status pe", ["user", "list", "--status", "pending"]),
    ("user list --format c", ["user", "list", "--format", "csv"]),
    ("log show 1", ["log", "show", "1"]),
    ("help hi", ["help", "hierarchy"]),
    ("help user mo", ["help", "user", "move"]),
    ("--as bob.o@north.example state /", ["--as", "bob.o@north.example", "state", "/north"]),
    ("import fi", ["import", "file.yaml"]),
    ("--config=fi", ["--config=file.yaml"]),
    # Nothing is inserted that candidates left out of a cut list do not share, but what all share is.
    ("user remove /crowd ", ["user", "remove", "/crowd"]),
    ("user remove /crowd a", ["user", "remove", "/crowd", "admin"]),
    ("user show ", ["user", "show"]),
    ("state /crowd/many/", ["state", "/crowd/many/"]),
    ("state /crowd/many/D", ["state", "/crowd/many/Dealer-"]),
    # Nor is the typed text replaced by less.
    ("state /miX", ["state", "/miX"]),
)

# A line, words that the shell lists, and words that it does not list.
LISTED = (
    ("catalog ", ("list", "add", "remove"), ("state",)),
    ("template reset ", ("admin", "user"), ()),
    ("user remove /north ", ("bob.o@north", "margaret@x"), ("lena", "admin1")),
    ("user set /north zoe@", ("a.example", "b.example"), ()),
    ("state /", ("/north", "/nested", "/crowd"), ("/north/", "/nested/", "/crowd/")),
    ("state /mix", ("/Mixed1", "/mixed2"), ()),
    ("undo ", ("1", "2"), ("3",)),
    ("state / --as-of ", ("1", "2"), ("3",)),
    ("log --after ", ("1", "2"), ("3",)),
    ("group list --if-revision ", ("1", "2"), ("3",)),
    ("group add /x --kind ", ("distributor", "site", "night"), ("apartment",)),
    ("user list --columns group,", ("group,email", "group,role", "group,until"), ("group,group", "natural", "sip.used")),
    ("group list --sort ", ("natural", "kind", "sip.used"), ("sip.held", "email")),
    ("help ", ("hierarchy", "postgresql", "rules", "export"), ("__complete",)),
    ("user remove /crowd ", ("admin0@a0.example", "only the first 200"), ("zoe1@",)),
    ("user show ", ("admin0@a0.example", "only the first 200"), ()),
    ("state /crowd/many/", ("Dealer-000", "only the first 200"), ("Other",)),
    ("--as bob.o@north.example user show ", ("margaret@x",), ("lena", "admin1", "only the first")),
)

# A line, and a description beside a word.
DESCRIBED = (
    ("exp", "", ""),
    ("user ", "rename", "Change the e-mail of a user"),
    ("group set /north --", "--suspend", "Block the group and all groups below it"),
    ("state /n", "/north", "site, shared"),
    ("user remove /north ", "margaret@x.example", 'Margaret "M" O\\Hara'),
    ("user remove /north ", "bob.o@north.example", "admin"),
    ("license show / ", "second", "trial, ..2027-12-31"),
    ("undo ", "2", "batch -q"),
    ("state / --why ", "mobile", "counted, requires sip"),
    ("template show ", "admin", "to administrators"),
)


def is_listed(word: str, shown: str) -> bool:
    return re.search(rf"(^|[\s@(/]){re.escape(word)}", shown.replace("\\", "")) is not None


def make_store(folder: str, allot: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_")}
    environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": folder}
    for words, text in ((["init"], None), (["batch", "-q"], STORE)):
        subprocess.run([allot, *words], input=text, text=True, check=True, cwd=folder, env=environment,
                       capture_output=True)
    with open(folder + "/file.yaml", "w", encoding="ascii") as file:
        file.write("allot: 1\n")


def check_shell(shell: Shell, has_descriptions: bool, closes_quotes: bool) -> list[str]:
    """The faults of a shell. zsh leaves a quote open where a slash and another name may follow."""
    faults = []
    for line, wanted in COMPLETED:
        quote = line.split()[-1][0] if line.split() else ""
        then = quote if quote in "'\"" and not closes_quotes and "grö" in line else ""
        came = shell.words_of("allot " + line, then)
        if [word.rstrip("/ ") for word in came] != [word.rstrip("/ ") for word in wanted]:
            faults.append(f"{line!r} becomes {came!r}, not {wanted!r}")
    for line, words, others in LISTED:
        shown = shell.list_of("allot " + line)
        faults += [f"after {line!r} there is no {word!r}: {shown!r}" for word in words if not is_listed(word, shown)]
        after = shown.replace("allot " + line, "")
        faults += [f"after {line!r} there is {word!r}: {shown!r}" for word in others if is_listed(word, after)]
    for line, word, description in DESCRIBED if has_descriptions else ():
        shown = shell.list_of("allot " + line)
        if word and not re.search(rf"{re.escape(word)}\s+(-- |\().*{re.escape(description)}", shown):
            faults.append(f"after {line!r} {word!r} is not described as {description!r}: {shown!r}")
    return faults


def run(shells: list[type[Shell]], has_descriptions: bool = True, closes_quotes: bool = True) -> None:
    """Checks the program in argv[1] in `shells`, and exits."""
    allot = os.path.abspath(sys.argv[1])
    faults = []
    for kind in shells:
        with tempfile.TemporaryDirectory() as folder:
            make_store(folder, allot)
            shell = kind(folder, allot)
            faults += [f"{kind.__name__}: {fault}" for fault in check_shell(shell, has_descriptions, closes_quotes)]
            shell.close()
    print("\n".join(faults))
    sys.exit(1 if faults else 0)
