"""On terminals of 80, 100 and 200 columns no line is wider than the terminal, and no answer is cut, in any script."""

import csv
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from on_terminal import run_on_terminal, width_of  # noqa: E402

ALLOT = os.path.abspath(sys.argv[1])
FAULTS = []

HIERARCHY = """allot: 1
restriction: reserved
licenses:
  2026: {sip: 400, mobile: 300, features: [ukey2], until: 2026-12-31}
  2027: {sip: 600, mobile: 500, features: [ukey2], from: 2027-01-01, until: 2027-12-31}
users: {boss@x.example: {name: Licence desk, role: admin}}
groups:
  Südwind GmbH Niederlassung Alter Markt:
    kind: Vertriebspartner
    restriction: reserved
    licenses: {contract 7 of the framework agreement: {sip: 50, mobile: 40, features: [ukey2], from: 2027-01-01}}
    groups: {Haus 1: {groups: {Wohnung 10: {}, Wohnung 2: {}}}}
  Київська область:
    kind: дилер
    restriction: reserved
    licenses: {договір: {sip: 90, mobile: 60, features: [ukey2], until: 2026-11-30}, новий: {type: trial, sip: 20}}
    users: {Анна.Кузнєцова@приклад.example: {name: Анна Кузнєцова, role: admin, sip: 2, mobile: 1}}
    groups: {вулиця Хрещатик: {kind: будинок, groups: {квартира 1: {users: {o@x.example: {sip: 1, mobile: 1}}}}}}
  شركة الرياض للاتصالات:
    kind: موزع
    restriction: shared
    licenses: {عقد: {sip: 30, mobile: 20}}
    users: {sara@riyadh.example: {name: سارة القحطاني, sip: 3, until: 2026-12-01}}
  北京智能家居有限公司朝阳分公司:
    kind: 经销商
    suspended: true
    restriction: reserved
    licenses: {年度合同: {sip: 70, mobile: 70, features: [ukey2], from: 2026-06-01, until: 2027-05-31}}
    groups: {三号楼: {groups: {十二号公寓: {users: {li@beijing.example: {name: 李娜, sip: 5, mobile: 5}}}}}}
"""

# A command, and the columns of its tsv records that the table has to show.
LISTS = [
    (["license", "list", "-r"], ["name", "sip", "until", "status"]),
    (["license", "list", "-r", "--expiring", "60"], ["name", "until"]),
    (["user", "list", "-r"], ["email", "sip", "mobile"]),
    (["group", "list", "-r"], ["kind", "licenses"]),
    (["state", "-r"], ["sip.used", "sip.available", "mobile.used"]),
    (["state", "-r", "--sort", "-sip.used"], ["path", "sip.used", "sip.available"]),
    (["group", "tree"], ["kind"]),
]
OTHERS = [["log"], ["log", "show", "2"], ["state", "/"], ["state", "/", "--timeline"], ["state", "/", "--why", "sip"],
          ["state", "/北京智能家居有限公司朝阳分公司/三号楼", "--why", "ukey2"], ["group", "tree", "--fold-leaves"],
          ["user", "show", "li@beijing.example"], ["find", "а"], ["find", "公"], ["remind"], ["remind", "--low", "90"],
          ["catalog", "list"], ["template", "list"], ["check"], ["state", "/Київська область", "--timeline"]]


def show(words: list[str], columns: int, environment: dict[str, str]) -> str:
    """What a command shows on a terminal."""
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", run_on_terminal([ALLOT, *words], environment, columns)[1])


def parts_of(value: str) -> list[str]:
    """The parts of a value that are not broken into several lines."""
    return [part[:16] if part.isascii() else part[:5] for part in re.split(r"[\s,/@-]+", value) if part]


def check_width(words: list[str], columns: int, shown: str) -> None:
    for line in shown.split("\n"):
        if width_of(line) > columns:
            FAULTS.append(f"{words} at {columns} columns: a line has {width_of(line)}:\n{line}")
    if "…" in shown:
        FAULTS.append(f"{words} at {columns} columns: a text is cut:\n{shown}")


def records(words: list[str], columns: list[str], environment: dict[str, str]) -> list[dict[str, str]]:
    command = [ALLOT, *words, "--format", "csv", "--columns", ",".join(columns)]
    if words[:2] == ["group", "tree"]:
        command = [ALLOT, "group", "list", "-r", "--format", "csv", "--columns", ",".join(columns)]
    text = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def check_answers(words: list[str], columns: int, shown: str, wanted: list[dict[str, str]]) -> None:
    """Every value of the records is in the table, whole."""
    for record in wanted:
        for key, value in record.items():
            if key == "status" and value == "pending":
                continue  # the table says from when
            if any(part not in shown for part in parts_of(value)):
                FAULTS.append(f"{words} at {columns} columns: {key} {value!r} is not shown:\n{shown}")


def check_empty(environment: dict[str, str]) -> None:
    for words, note in ((["license", "list", "-r", "--match", "x*"], "no license"), (["find", "zzz"], "nothing contains"),
                        (["group", "list", "--kind", "none such"], "no group"), (["user", "list", "/"], ""),
                        (["user", "list", "--role", "concierge"], "no user; -r also lists those of the groups below"),
                        (["license", "list", "--status", "expired"], "no license; -r also lists")):
        shown = show(words, 80, environment)
        if note not in shown:
            FAULTS.append(f"{words}: an empty list does not say so:\n{shown}")
        quiet = subprocess.run([ALLOT, *words], env=environment, capture_output=True, text=True, check=True)
        if quiet.stderr:
            FAULTS.append(f"{words}: says so to a file: {quiet.stderr}")


def check_report(environment: dict[str, str]) -> None:
    """The page is not printed on a terminal."""
    shown = show(["report"], 80, environment)
    if "-o report.html" not in shown or "<html" in shown:
        FAULTS.append(f"report on a terminal: {shown[:300]}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        clock = {k: v for k, v in os.environ.items() if k in ("LD_PRELOAD", "LATER_CLOCK")}  # on_date.py
        environment = clock | {"ALLOT_DB": f"{folder}/store.db", "HOME": folder, "PATH": os.environ["PATH"],
                               "TERM": "xterm", "ALLOT_TODAY": "2026-11-24", "ALLOT_PAGER": "cat"}
        with open(f"{folder}/all.yaml", "w", encoding="utf-8") as file:
            file.write(HIERARCHY)
        for words in (["init"], ["import", f"{folder}/all.yaml"]):
            subprocess.run([ALLOT, *words, "-q"], env=environment, check=True)
        for columns in (80, 100, 200):
            for words, keys in LISTS:
                shown = show(words, columns, environment)
                check_width(words, columns, shown)
                check_answers(words, columns, shown, records(words, keys, environment))
            for words in OTHERS:
                shown = show(words, columns, environment)
                if not shown.strip():
                    FAULTS.append(f"{words} shows nothing")
                check_width(words, columns, shown)
        check_empty(environment)
        check_report(environment)
    print("\n".join(FAULTS[:20]))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
