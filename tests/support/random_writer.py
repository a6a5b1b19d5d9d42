"""Random writes into a store, for tests of what follows it."""

import pathlib
import random
import subprocess
import threading

GROUPS = [f"/{a}{b}" for a in ("a", "b", "c") for b in ("", "/x", "/y", "/x/p", "/y/q")]
EMAILS = ["ann@x.example", "Bob@x.example", "bob@X.example", "олена@приклад.example"]
NAMES = ["main", "two", "Ї \"3\"", "-x"]
EXCHANGES = [  # batches whose net changes exchange names
    "group rename /a t\ngroup rename /b a\ngroup rename /t b\n",
    "group rename /a t\ngroup add /a\ngroup move /t/x /a\n",
    "group move /a/x /b\ngroup rename /b t\ngroup move /t/x/p /a\n",
    "license rename /a main t\nlicense rename /a two main\nlicense rename /a t two\n",
    "user rename ann@x.example t@x.example\nuser rename bob@x.example ann@x.example\nuser rename t@x.example bob@x.example\n",
    "group remove -r /c\ngroup add /c --kind site\ngroup move /a/y /c\n",
]


class Writer:
    """Writes at random until it is stopped; many writes are refused, which changes nothing."""

    def __init__(self, allot: str, folder: pathlib.Path, environment: dict, seed: int, groups: int) -> None:
        """`groups` is the number of groups of the file that is imported now and then."""
        self.allot, self.folder, self.environment = allot, folder, environment
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.fault = None
        large = "".join(f"      n{i}: {{kind: {'k' * 200}, users: {{u{i}@large.example: {{}}}}}}\n" for i in range(groups))
        (folder / "large.yaml").write_text(f"allot: 1\ngroups:\n  large:\n    groups:\n{large}")
        (folder / "mail.txt").write_text("Dear {{name}},\n")
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        try:
            while not self.stopping.is_set():
                words, text = self.command()
                done = subprocess.run([self.allot, *words, "-q"], env=self.environment, cwd=self.folder,
                                      capture_output=True, text=True, input=text)
                if done.returncode not in (0, 2, 3, 4):
                    raise RuntimeError(f"{words}: {done.returncode} {done.stderr[:300]}")
        except Exception as fault:  # shown by `stop`
            self.fault = fault

    def stop(self) -> Exception | None:
        """Waits for the last write and returns what stopped the writer before, if anything did."""
        self.stopping.set()
        self.thread.join()
        return self.fault

    def grant(self) -> list[str]:
        r = self.random
        return r.choice([["--sip", str(r.randrange(9))], ["--sip", "3", "--mobile", str(r.randrange(4))], ["--feature", "ukey2"],
                         ["--until", f"20{r.randrange(27, 30)}-12-31"], ["--from", "2026-02-01"], ["--count", "lift=2"],
                         ["--label", f"k{r.randrange(3)}=V {r.randrange(3)}"]])

    def language(self, *others: str) -> list[str]:
        """A language in half of the cases."""
        return self.random.choice([[], ["--language", self.random.choice(["uk", "de", *others])]])

    def command(self) -> tuple[list[str], str]:
        r = self.random
        path, other = r.choice(GROUPS), r.choice([*GROUPS, "/"])
        email, name = r.choice(EMAILS), r.choice(NAMES)
        kinds = {
            20: lambda: ["group", "add", "-p", path, "--kind", r.choice(["dealer", "site"]), *self.language()],
            12: lambda: ["group", "set", path, *r.choice([["--suspend"], ["--resume"], ["--restriction", "none"], ["--no-reminder"],
                         ["--remind-before", r.choice(["30", "60,30"]), "--remind-repeat", "weekly"],
                         ["--remind-low", "20"], ["--restriction", "reserved"], self.language("none"), self.grant()])],
            6: lambda: ["group", "move", path, other],
            5: lambda: ["group", "rename", path, r.choice("xyabcpq")],
            4: lambda: ["group", "remove", "-r", path],
            21: lambda: ["license", "add", path, f"--type={r.choice(['plus', 'trial'])}", *self.grant(), "--", name],
            13: lambda: ["license", "set", path, *self.grant(), "--", name],
            3: lambda: ["license", "remove", path, "--", name],
            2: lambda: ["license", "rename", path, "--", name, r.choice(NAMES)],
            22: lambda: ["user", "add", other, email, "--name", r.choice(["", "Ann \"A\" Lee"]), "--role", r.choice(["user", "admin"]),
                         *self.grant(), *self.language(), "-m", r.choice(["why", "two\nlines", "чому"])],
            14: lambda: ["user", "set", other, email, *r.choice([["--no-features"], ["--all-features"], self.language("none"),
                                                                  self.grant()])],
            7: lambda: ["user", "remove", other, email],
            8: lambda: ["user", "move", email, other, path],
            1: lambda: ["user", "rename", email, r.choice(EMAILS)],
            9: lambda: r.choice([["catalog", "add", "lift", "--counted", "--requires", "sip"], ["catalog", "add", "door", "--feature"],
                                 ["catalog", "remove", r.choice(["lift", "door"])]]),
            10: lambda: ["template", *r.choice([["set", "user", "--subject", f"S {r.randrange(9)}", "--body", "mail.txt"],
                                                ["reset", "user"]]), *self.language()],
            11: lambda: r.choice([["import", "large.yaml"], ["group", "remove", "-r", "/large"]]),
            16: lambda: ["undo"],
        }
        if r.random() < 0.08:
            return ["batch"], r.choice(EXCHANGES)
        return r.choices(list(kinds.values()), weights=[min(kind, 12) for kind in kinds])[0](), ""
