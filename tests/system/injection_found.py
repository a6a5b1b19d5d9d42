"""Faults found by injection stay fixed: mails are sent completely, folders are synced, a lack of memory is reported."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import injection  # noqa: E402
from injection_stores import Point  # noqa: E402


def is_of_mail(point: Point) -> bool:
    """The steps that pass a mail to a program: the mail file, the message pipe, and the start of the program."""
    return not point.is_own() and (point.file.startswith(("/memfd:", "pipe:")) or point.call in ("memfd_create", "pipe2")
                                   or not point.at.startswith("1:"))


FOUND = {
    "a program is given a part of a mail for all of it": ("remind-sendmail", is_of_mail),
    "a mail that is given up in the middle is ended as if it were whole": (
        "remind-smtp", lambda point: point.at.startswith("1:") and point.call == "poll"
        and not point.fault.startswith("kill")),
    "a lack of memory ends the program by a signal": ("export", lambda point: point.fault == "ENOMEM"),
    "a folder of an export that is not synced goes unsaid": ("export", lambda point: point.file == "."),
    "a folder of a store that is not synced goes unsaid": ("init", lambda point: point.file == "."),
    "a folder of a copy that is not synced goes unsaid": ("backup", lambda point: point.file == "."),
    "a lock that is not let go is told as a write that failed": (
        "point-write", lambda point: point.call == "fcntl" and "store.db" in point.file),
    "an unknown login ends a command": ("point-write", lambda point: point.file == "/etc/passwd"),
}
# A file is synced before it gets its name, and its folder afterwards: (scenario, the renaming call).
NAMING = {"init": "link", "backup": "link", "export": "rename"}


def find_fault_in_order(points: list[Point], naming: str) -> str | None:
    calls = [(p.call, p.file) for p in points if p.fault == "EIO"]
    at = next(i for i, (call, file) in enumerate(calls) if call == naming)
    made = calls[at][1].split(" -> ")[0].removeprefix("./")
    if not any(call == "fsync" and file.removeprefix("./") == made for call, file in calls[:at]):
        return f"{made} is not synced before its {naming}"
    if ("fsync", ".") not in calls[at:]:
        return f"the folder is not synced after the {naming}"
    return None


def main() -> int:
    worker = injection.Worker(pathlib.Path(sys.argv[1]))
    faults, tried = [], 0
    try:
        points = {name: worker.find_points(name) for name in {name for name, _ in FOUND.values()}}
    except PermissionError as failure:
        print(f"skipped: {failure}")
        return 77
    for name, naming in NAMING.items():
        if fault := find_fault_in_order(points[name], naming):
            faults.append(f"{name}: {fault}")
    for found, (name, is_one) in FOUND.items():
        chosen = [point for point in points[name] if is_one(point)]
        if not chosen:
            faults.append(f"{found}: there is no such point any more")
        for point in chosen:
            tried += 1
            faults += [f"{found}: {' '.join(point)}: {text}" for text in worker.try_point(point)[1] if text != "not reached"]
    print("\n".join(faults) or f"{tried} points hold")
    return 1 if faults else 0


sys.exit(main())
