"""The metrics are OpenMetrics and Prometheus text at once, whatever names contain; the units and rules of the example."""

import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import storage  # noqa: E402

sys.path.append("/usr/lib/python3/dist-packages")  # the packages of Debian, for another Python

ALLOT = storage.program(sys.argv[1])
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/prometheus"
RULES = EXAMPLE / "allot.rules.yml"
ALERTS = pathlib.Path(__file__).resolve().parents[1] / "support/alerts.test.yml"
FAULTS: list[str] = []

# A group of each name, with a licence of that name.
NAMES = ['say "hi"', "back\\slash", "ends with \\", 'a\\"b', "\\n", "{a=\"b\"} 1", "# EOF", "# TYPE allot_limit counter", "Липова",
         "桂花", "ورد", "👩‍🔧", "a,b", "=", "x" * 255, "é" * 127, "no\u00a0break", "%s{}"]


def expect(what: str, found: object, expected: object) -> None:
    if found != expected:
        FAULTS.append(f"{what}: {found!r}, not {expected!r}")


class Store:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def run(self, *words: str, stdin: bytes = b"", **more: str) -> bytes:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ALLOT_") or k == "ALLOT_TEST_SERVER"}
        environment |= {"ALLOT_TODAY": "2026-11-24", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **more}
        done = subprocess.run([ALLOT, "--db", "allot.db", *words], env=environment, cwd=self.folder, input=stdin,
                              capture_output=True, timeout=120)
        if done.returncode != 0:
            FAULTS.append(f"{' '.join(words)}: {done.returncode} {done.stderr.decode()}")
        return done.stdout


def make_store(folder: pathlib.Path) -> Store:
    store = Store(folder)
    store.run("init", "--sip", "1000", "--mobile", "500", "--feature", "ukey2", "--until", "2027-12-31")
    store.run("group", "add", "/deep/deeper", "-p")
    for name in NAMES:
        store.run("group", "add", "--", f"/{name}")
        store.run("license", "add", f"/{name}", name, "--sip", "7")
        store.run("user", "add", f"/{name}", "bob@x.example", "--sip", "2")
    store.run("group", "set", f"/{NAMES[0]}", "--suspend")
    return store


def promtool(*words: str, text: bytes = b"") -> None:
    done = subprocess.run(["promtool", *words], input=text, capture_output=True, timeout=60)
    # Where all is well, commands on rules say what they found.
    shown = "" if words[1] == "rules" and done.returncode == 0 else (done.stdout + done.stderr).decode()
    expect(f"promtool {' '.join(words)}", (done.returncode, shown), (0, ""))


def samples_of(text: str) -> dict[tuple, float]:
    """The samples as the parser of OpenMetrics and that of the format of Prometheus read them, which must be equal."""
    from prometheus_client import openmetrics, parser  # noqa: PLC0415
    import prometheus_client.openmetrics.parser  # noqa: F401, PLC0415
    both = []
    for parse in (openmetrics.parser.text_string_to_metric_families, parser.text_string_to_metric_families):
        found = {}
        for family in parse(text):
            expect(f"the type of {family.name}", family.type, "gauge")
            for sample in family.samples:
                key = (sample.name, *sorted(sample.labels.items()))
                expect(f"another {key}", key in found, False)
                found[key] = sample.value
        both.append(found)
    expect("what the two parsers read", both[0], both[1])
    return both[0]


def number(value: int | None) -> float:
    return math.inf if value is None else float(value)


def compare_with_state(store: Store, samples: dict[tuple, float], *words: str) -> None:
    """The figures are those of `state -r`, of no other group."""
    expected = {}
    states = json.loads(store.run("state", "-r", "--json", *words))
    for state in states:
        group = ("group", state["group"])
        for name, figures in state["counts"].items():
            for figure in ("limit", "used", "remaining", "available"):
                expected[f"allot_{figure}", group, ("resource", name)] = number(figures[figure])
            expected["allot_blocked", group, ("resource", name)] = float(bool(figures["blocked_by"]))
        for name, feature in state["features"].items():
            expected["allot_feature_enabled", ("feature", name), group] = float(feature["enabled"])
    ends = "allot_license_end_timestamp_seconds"
    groups = {state["group"] for state in states}
    for license in json.loads(store.run("license", "list", "-r", "--json", *[w for w in words if "depth" not in w])):
        if license["group"] in groups and license["status"] != "out-of-force":
            end = subprocess.run(["date", "-ud", f"{license['ends']} + 1 day", "+%s"], capture_output=True, text=True).stdout
            key = ends, ("group", license["group"]), ("license", license["name"])
            expected[key] = float(end) if license["ends"] else math.inf
    totals = {key: value for key, value in samples.items() if len(key) == 1}
    expect("the figures", {key: value for key, value in samples.items() if len(key) > 1}, expected)
    expect("the totals", sorted(key for key, in totals),
           ["allot_groups", "allot_licenses", "allot_memberships", "allot_revision"])


def check_text(store: Store) -> None:
    for words in ([], ["--depth=0"], ["--depth=9"], ["--at=2028-06-01"], ["--at=2028-06-01", "--depth=2"]):
        text = store.run("metrics", *words)
        promtool("check", "metrics", text=text)
        depth = [] if any("depth" in word for word in words) else ["--depth=1"]
        compare_with_state(store, samples_of(text.decode()), *words, *depth)
    whole = samples_of(store.run("metrics").decode())
    expect("the number of groups", whole["allot_groups",], 3.0 + len(NAMES))
    expect("that of licences", whole["allot_licenses",], 1.0 + len(NAMES))
    expect("that of memberships", whole["allot_memberships",], float(len(NAMES)))
    part = samples_of(store.run("metrics", "/deep").decode())
    expect("the numbers of a part", [part[f"allot_{each}",] for each in ("groups", "licenses", "memberships")], [2.0, 0.0, 0.0])
    store.run("user", "add", f"/{NAMES[1]}", "ann@x.example", "--role", "admin")
    store.run("user", "add", "/deep", "ann@x.example", "--role", "concierge")
    text = store.run("metrics", "--as", "ann@x.example")
    promtool("check", "metrics", text=text)
    seen = samples_of(text.decode())
    expect("the groups of an actor", {dict(key[1:]).get("group") for key in seen if len(key) > 1},
           {f"/{NAMES[1]}", "/deep", "/deep/deeper"})
    expect("the number of its groups", seen["allot_groups",], 3.0)


def check_units(store: Store) -> None:
    """systemd accepts the units, and the command of the service writes a file that others can read."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for unit in ("allot-metrics.service", "allot-metrics.timer"):
            text, count = re.subn(r"^ExecStart=\S+", f"ExecStart={ALLOT}", (EXAMPLE / unit).read_text(), flags=re.M)
            expect(f"the programs of {unit}", count, int(unit.endswith(".service")))
            (folder / unit).write_text(text)
        if shutil.which("systemd-analyze"):
            units = [str(folder / unit) for unit in ("allot-metrics.service", "allot-metrics.timer")]
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=120)
            expect("systemd-analyze verify", (done.returncode, done.stderr.strip()), (0, ""))
    service = (EXAMPLE / "allot-metrics.service").read_text()
    words = re.search(r"^ExecStart=(.*)$", service, re.M)[1].split()[1:]
    file = pathlib.Path(words[words.index("-o") + 1])
    folders = re.search(r"^ReadWritePaths=(.*)$", service, re.M)[1].split()
    expect("the folder of the file is writable", str(file.parent) in folders, True)
    expect("what the collector reads", file.suffix, ".prom")
    umask = int(re.search(r"^UMask=(.*)$", service, re.M)[1], 8)
    out = store.folder / file.name
    out.write_text("old")
    out.chmod(0o600)
    (store.folder / "config.yaml").write_text("db: unused.db\n")
    words[words.index("-o") + 1], words[words.index("--config") + 1] = str(out), "config.yaml"
    before = os.umask(umask)
    store.run(*words)
    os.umask(before)
    expect("the mode of the file", oct(out.stat().st_mode & 0o777), "0o644")
    expect("the text of the service", out.read_bytes(), store.run("metrics"))


def check_rules(store: Store) -> None:
    """The alerts fire as they should, on metrics that there are."""
    promtool("check", "rules", str(RULES))
    promtool("test", "rules", str(ALERTS))
    rules = RULES.read_text()
    alerts = set(re.findall(r"alert: (\w+)", rules))
    expect("the tested alerts", set(re.findall(r"alertname: (\w+)", ALERTS.read_text())), alerts)
    expect("the number of alerts", len(alerts) >= 4, True)
    used = set(re.findall(r"\ballot_\w+", rules))
    written = {key[0] for key in samples_of(store.run("metrics").decode())}
    expect("the metrics of the rules", (len(used) >= 5, used - written), (True, set()))


def main() -> int:
    missing = [] if shutil.which("promtool") else ["prometheus"]
    try:
        import prometheus_client  # noqa: F401, PLC0415
    except ImportError:
        missing.append("python3-prometheus-client")
    if missing:
        print(f"skipped: {' and '.join(missing)} not installed; tools/install-packages test installs it")
        return 77
    with tempfile.TemporaryDirectory() as name:
        store = make_store(pathlib.Path(name))
        check_text(store)
        check_units(store)
        check_rules(store)
    if not FAULTS and not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze, of the package systemd, is not there; the metrics and the rules were tried")
        return 77
    print("\n".join(FAULTS) or f"the metrics of {len(NAMES)} names are valid in both formats")
    return 1 if FAULTS else 0


sys.exit(main())
