"""`edit` on a terminal, with ed and with scripts as editors: faults are shown and edited again, and no text is lost."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402
from dialogue import Dialogue  # noqa: E402

ALLOT = storage.program(sys.argv[1])
FAULTS: list[str] = []
ASK = "save these changes? [y]es, [n]o, [e]dit again: "
AGAIN = "edit again? [y]es, [n]o: "

TREE = """allot: 1
restriction: reserved
licenses: {main: {sip: 100}}
users: {boss@x.example: {role: admin}}
groups:
  north:
    licenses: {main: {sip: 50}}
    users: {nora@x.example: {role: admin}, nils@x.example: {sip: 1}}
    groups: {tower: {users: {tom@x.example: {sip: 1}, tina@x.example: {}}}, yard: {}}
  south: {users: {sam@x.example: {}}}
"""


def check(what: str, is_true: bool, shown: str = "") -> None:
    if not is_true:
        FAULTS.append(f"{what}:\n{shown}")


class World:
    """A store, a folder for temporary files and editors."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.temporary = folder / "temporary files"
        self.temporary.mkdir()
        clock = {k: v for k, v in os.environ.items() if k in ("LD_PRELOAD", "LATER_CLOCK")}  # on_date.py
        self.environment = clock | {"ALLOT_DB": str(folder / "store.db"), "HOME": str(folder), "TERM": "dumb",
                                    "PATH": os.environ["PATH"], "ALLOT_TODAY": "2026-11-24",
                                    "TMPDIR": str(self.temporary)}
        self.run("init", "-q")
        (folder / "tree.yaml").write_text(TREE)
        self.run("import", str(folder / "tree.yaml"), "-q")

    def run(self, *words: str, status: int = 0, **variables: str) -> str:
        done = subprocess.run([ALLOT, *words], env=self.environment | variables, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        check(f"{words}: {done.returncode}, not {status}", done.returncode == status, done.stderr)
        return done.stdout + done.stderr

    def editor(self, script: str) -> str:
        """An editor that runs a script with the file as $1."""
        name = self.folder / "my editor"
        name.write_text(f"#!/bin/sh\nset -e\n{script}\n")
        name.chmod(0o755)
        return f"'{name}'"

    def edit(self, *words: str, editor: str) -> Dialogue:
        return Dialogue([ALLOT, "edit", *words], self.environment | {"EDITOR": editor})

    def revision(self) -> int:
        return int(self.run("log", "--max", "1", "--format", "tsv").split("\t")[0])

    def kept(self, shown: str) -> pathlib.Path:
        """The file that the message names; nothing else is left."""
        found = re.search(r'the text is kept in "?([^"\n]+)"?', shown)
        if not found or not os.path.isfile(found[1]):
            raise AssertionError(f"no file with the text is named:\n{shown}")
        file = pathlib.Path(found[1])
        check("its mode is 0600", file.stat().st_mode & 0o777 == 0o600, shown)
        check("its folder is private", file.parent.stat().st_mode & 0o777 == 0o700, shown)
        return file

    def discard(self, file: pathlib.Path) -> None:
        shutil.rmtree(file.parent, ignore_errors=True)
        self.check_tidy("kept")

    def check_tidy(self, what: str) -> None:
        left = list(self.temporary.iterdir())
        check(f"{what}: nothing is left", not left, str(left))
        for each in left:
            shutil.rmtree(each)

    def finish(self, what: str, dialogue: Dialogue, status: int) -> str:
        came, shown = dialogue.finish()
        check(f"{what}: exit status {came}, not {status}", came == status, shown)
        return shown


def check_ed(world: World) -> None:
    """ed: a fault, which is corrected, then the change."""
    dialogue = world.edit("/north", editor="ed")
    dialogue.send("g/nils/s/sip: 1/sipp: 2/")
    dialogue.send("/nils/p")
    dialogue.expect("sipp: 2}\n")
    dialogue.send("wq")
    dialogue.expect('unknown key "sipp"')
    dialogue.expect(AGAIN)
    dialogue.send("y")
    dialogue.send(",p")
    dialogue.expect("#allot: lines that begin so are removed again\n")
    dialogue.expect('#allot: column 30: unknown key "sipp" in a user; did you mean "sip"?\n  nils@x.example: {name: "", sipp: 2}\n')
    dialogue.send("g/nils/s/sipp: 2/sip: 2/")
    dialogue.send("wq")
    dialogue.expect("~ /north user nils@x.example: sip 1 -> 2\n")
    dialogue.expect("0 to create, 1 to update, 0 to remove\n")
    dialogue.expect(ASK)
    dialogue.send("perhaps")
    dialogue.expect(ASK)
    dialogue.send("yes")
    dialogue.expect("revision 3\n")
    world.finish("ed", dialogue, 0)
    world.check_tidy("ed")
    check("it is saved", '"sip": 2' in world.run("user", "show", "nils@x.example", "--json"))
    check("it is in the log", "edit /north" in world.run("log", "--max", "1"))
    dialogue = world.edit("/north", editor="ed")
    dialogue.expect("\n")
    dialogue.send("q")
    shown = world.finish("ed without a change", dialogue, 0)
    check("no change is said", shown.endswith("nothing to change\n"), shown)
    world.check_tidy("ed without a change")


def check_answers(world: World) -> None:
    """No, again, the end of the input, and a signal."""
    before = world.revision()
    rename = world.editor("sed -i 's/nils@x/niels@x/' \"$1\"; stat -c '%a %n' \"$1\" \"$(dirname \"$1\")\"")
    dialogue = world.edit("/north", editor=rename)
    dialogue.expect("600 ")
    dialogue.expect("700 ")
    dialogue.expect("+ /north user niels@x.example: user, sip 2\n- /north user nils@x.example: user, sip 2\n")
    dialogue.expect(ASK)
    dialogue.send("n")
    shown = world.finish("no", dialogue, 0)
    check("no says so", shown.endswith("nothing is saved\n"), shown)
    world.check_tidy("no")
    once = world.editor("grep -q niels \"$1\" && sed -i 's/niels@x/nelly@x/' \"$1\" || sed -i 's/nils@x/niels@x/' \"$1\"")
    dialogue = world.edit("/north", editor=once)
    dialogue.expect(ASK)
    dialogue.send("e")
    dialogue.expect("+ /north user nelly@x.example")
    dialogue.expect(ASK)
    dialogue.press(b"\x04")
    shown = world.finish("the end of the input", dialogue, 6)
    file = world.kept(shown)
    check("the text is whole", "nelly@x.example" in file.read_text(), file.read_text())
    world.run("diff", str(file), "--into", "/north", "--prune", status=1)
    world.discard(file)
    dialogue = world.edit("/north", editor=rename)
    dialogue.expect(ASK)
    dialogue.press(b"\x03")
    shown = world.finish("Ctrl-C", dialogue, -2)
    file = world.kept(shown)
    check("the text is whole", "niels@x.example" in file.read_text(), file.read_text())
    world.discard(file)
    check("nothing was saved", world.revision() == before)


def check_changed(world: World) -> None:
    """The store changes while the editor runs, and while the question waits."""
    change = world.editor(f"'{ALLOT}' group add /east -q; sed -i 's/sip: 2/sip: 3/' \"$1\"")
    shown = world.finish("changed meanwhile", world.edit("/north", editor=change), 4)
    check("it says why", "the store is at revision 4, not 3" in shown, shown)
    file = world.kept(shown)
    check("the text is whole", "sip: 3" in file.read_text(), file.read_text())
    world.run("import", str(file), "--into", "/north", "--prune", "-q")
    world.discard(file)
    dialogue = world.edit("/north", editor="sed -i 's/sip: 3/sip: 4/'")
    dialogue.expect(ASK)
    world.run("group", "remove", "/east", "-q")
    dialogue.send("y")
    world.discard(world.kept(world.finish("changed before the answer", dialogue, 4)))
    dialogue = world.edit("/north", "--if-revision", "5", editor="sed -i 's/sip: 3/sip: 4/'")
    world.finish("another revision", dialogue, 4)
    world.check_tidy("another revision")
    # What the actor does not see does not count.
    change = world.editor(f"'{ALLOT}' --as boss@x.example group add /east -q; sed -i 's/sip: 3/sip: 4/' \"$1\"")
    dialogue = world.edit("/north", "--as", "nora@x.example", editor=change)
    dialogue.expect(ASK)
    dialogue.send("y")
    shown = world.finish("another part changed", dialogue, 0)
    world.check_tidy("another part changed")


def check_refused(world: World) -> None:
    """A rule, a right and the ceiling are in the way; the text is kept."""
    before = world.revision()
    for what, words, script, status, said in (
            ("refused", [], "s/sip: 4/sip: 5000/", 3, "refused: /north has 50 sip"),
            ("denied", ["--as", "nora@x.example"], "s/sip: 50/sip: 49/", 5, "may not change /north itself"),
            ("too many", ["--max-removals", "1"], "/tom@/d; /tina@/d", 9, "2 memberships would be removed"),
            ("not valid", [], "s/^allot: 1/allot: 2/", 6, "hierarchy.yaml:1:8: ")):
        dialogue = world.edit("/north", *words, editor=f"sed -i '{script}'")
        dialogue.expect(said)
        dialogue.expect(AGAIN)
        dialogue.send("n")
        file = world.kept(world.finish(what, dialogue, status))
        world.discard(file)
    (world.folder / "config.yaml").write_text("max-removals: 10%\n")
    dialogue = world.edit("/", "--config", str(world.folder / "config.yaml"), editor="sed -i '/^groups:/,$d'")
    dialogue.expect("would be removed; at most 10% of")
    dialogue.expect(AGAIN)
    dialogue.send("n")
    world.discard(world.kept(world.finish("the ceiling of the configuration", dialogue, 9)))
    # The second time the file has the refusal as a comment.
    second = world.editor("if grep '^#allot: refused' \"$1\"; then sed -i 's/5000/5/' \"$1\"; else sed -i 's/sip: 4/sip: 5000/' \"$1\"; fi")
    dialogue = world.edit("/north", editor=second)
    dialogue.expect(AGAIN)
    dialogue.send("y")
    dialogue.expect("#allot: refused: /north has 50 sip")
    dialogue.expect("sip 4 -> 5\n")
    dialogue.expect(ASK)
    dialogue.send("n")
    world.finish("corrected", dialogue, 0)
    check("nothing was saved", world.revision() == before)


def check_editors(world: World) -> None:
    """Which editor runs, and what happens if it fails."""
    before = world.revision()
    shown = world.finish("an editor that fails", world.edit("/north", editor="false"), 6)
    check("it says so", 'the editor "false" failed with exit status 1; nothing is saved' in shown, shown)
    world.check_tidy("an editor that fails")
    failing = world.editor("sed -i 's/sip: 4/sip: 5/' \"$1\"; exit 3")
    world.discard(world.kept(world.finish("an editor that fails later", world.edit("/north", editor=failing), 6)))
    removing = world.editor("rm \"$1\"")
    shown = world.finish("an editor that removes the file", world.edit("/north", editor=removing), 6)
    for each in world.temporary.iterdir():
        shutil.rmtree(each)
    dialogue = Dialogue([ALLOT, "edit", "/north"], world.environment | {"VISUAL": "sed -i s/tina/tilda/", "EDITOR": "false"})
    dialogue.expect("tilda@x.example")
    dialogue.expect(ASK)
    dialogue.send("n")
    world.finish("VISUAL comes first", dialogue, 0)
    dialogue = world.edit("/north", "-n", editor="sed -i s/tina/tilda/")
    shown = world.finish("a dry run", dialogue, 0)
    check("it does not ask", ASK not in shown and "nothing is saved: this was a dry run" in shown, shown)
    dialogue = world.edit("/north", "--json", editor="sed -i s/tina/tilda/")
    dialogue.expect("+ /north/tower user tilda@x.example")
    dialogue.expect(ASK)
    dialogue.send("n")
    world.finish("as JSON", dialogue, 0)
    (world.folder / "none").mkdir()
    bare = world.environment | {"PATH": str(world.folder / "none")}
    if not storage.SERVER:
        shown = world.finish("no editor", Dialogue([ALLOT, "edit", "/north"], bare), 2)
        check("it says so", "there is no editor" in shown, shown)
    world.finish("no such group", world.edit("/nowhere", editor="ed"), 4)
    world.finish("not visible", world.edit("/south", "--as", "nora@x.example", editor="ed"), 4)
    shown = world.run("edit", "/north", status=2, EDITOR="true")
    check("it needs a terminal", "edit needs a terminal" in shown, shown)
    shown = world.run("shell", "--as", "nora@x.example", status=2, SSH_ORIGINAL_COMMAND="edit /north")
    check("not in a shell", "edit cannot be given here" in shown, shown)
    (world.folder / "lines").write_text("edit /north\n")
    shown = world.run("batch", str(world.folder / "lines"), status=2)
    check("not in a batch", "edit cannot stand in a batch" in shown, shown)
    world.check_tidy("editors")
    check("nothing was saved", world.revision() == before)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        world = World(pathlib.Path(folder))
        for part in (check_ed, check_answers, check_changed, check_refused, check_editors):
            try:
                part(world)
            except AssertionError as error:
                FAULTS.append(f"{part.__name__}: {error}")
        world.run("check")
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
