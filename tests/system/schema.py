"""What schemas/hierarchy.schema.json accepts is what `allot import` accepts, for each of these reminders and languages;
the files of examples/ are valid by it."""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

ALLOT = pathlib.Path(sys.argv[1]).resolve()
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "schemas/hierarchy.schema.json"

ACCEPTED = [
    "reminder: {before: 14, repeat: weekly}",
    "reminder: {before: [60, 30, 7], repeat: once, low: 10}",
    "reminder: {before: 14, repeat: weekly, low: null, users: true}",
    "reminder: {before: 14, repeat: weekly, users: null}",
    "reminder: {low: 5}",
    "reminder: {low: 100, users: false}",
    "reminder: {before: null, repeat: null, low: 5}",
    "reminder: {before: null, repeat: null, low: 5, users: false}",
    "reminder: {before: null, low: 5}",
    "reminder: {repeat: , low: 5}",
    "reminder:",
    "language: uk",
    "language: 'uk'",
    "language: haw",
    "language: no",
    "language: null",
    "language:",
    "users: {bob@x.example: {language: no}}",
]
REFUSED = [
    "reminder: {}",
    "reminder: {low: null}",
    "reminder: {before: null, repeat: null}",
    "reminder: {before: 14}",
    "reminder: {before: 14, repeat: null}",
    "reminder: {before: 14, repeat: null, low: 5}",
    "reminder: {before: null, repeat: weekly}",
    "reminder: {before: null, repeat: weekly, low: 5}",
    "reminder: {repeat: weekly, low: 5}",
    "reminder: {before: null, repeat: null, low: 5, users: true}",
    "reminder: {low: 5, users: true}",
    "reminder: {before: [], repeat: once}",
    "reminder: {before: [7, 7], repeat: once}",
    "reminder: {before: 0, repeat: once}",
    "reminder: {before: 14, repeat: yearly}",
    "reminder: {low: 0}",
    "reminder: {low: 101}",
    "language: true",
    "language: 'UK'",
    "language: ''",
    "language: english",
    "language: 7",
    "language: [uk]",
    "users: {bob@x.example: {language: true}}",
]


def with_text_days(value: object) -> object:
    """The days of YAML are texts in JSON."""
    if isinstance(value, dict):
        return {key: with_text_days(each) for key, each in value.items()}
    if isinstance(value, list):
        return [with_text_days(each) for each in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def main() -> int:
    try:
        import jsonschema  # noqa: PLC0415
        import yaml  # noqa: PLC0415
    except ImportError:
        print("skipped: python3-jsonschema or python3-yaml is not installed; tools/install-packages test installs them")
        return 77
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ALLOT_TODAY": "2026-11-24", "HOME": folder, "LC_ALL": "C.UTF-8"}

        def allot(*words: str, stdin: str = "") -> int:
            return subprocess.run([ALLOT, "--db", f"{folder}/allot.db", *words], env=environment, input=stdin.encode(),
                                  capture_output=True, timeout=60).returncode

        if allot("init", "-q") != 0:
            faults.append("init failed")
        for status, cases in ((0, ACCEPTED), (6, REFUSED)):
            for case in cases:
                text = f"allot: 1\ngroups:\n  a:\n    {case}\n"
                found = allot("import", "-", "--dry-run", stdin=text)
                if found != status:
                    faults.append(f"import of {case}: {found}, not {status}")
                if validator.is_valid(with_text_days(yaml.safe_load(text))) != (status == 0):
                    faults.append(f"the schema on {case}: not {'valid' if status == 0 else 'refused'}")
    examples = sorted((ROOT / "examples").glob("*.yaml"))
    for example in examples:
        faults += [f"{example.name}: {error.message}" for error in validator.iter_errors(with_text_days(
            yaml.safe_load(example.read_text())))]
    print("\n".join(faults) or f"{len(ACCEPTED)} values accepted, {len(REFUSED)} refused, {len(examples)} examples valid")
    return 1 if faults or not examples else 0


sys.exit(main())
