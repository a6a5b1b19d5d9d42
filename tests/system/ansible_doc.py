"""ansible-doc describes exactly the options of the modules of the Ansible collection, and their examples use these."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ansible_site import COLLECTIONS, FAULTS, MODULES, Site, expect, require_ansible  # noqa: E402

# What all modules return, with the same words.
SHARED = ("rc", "error", "revision", "created", "updated", "removed", "notes", "effects")
# What Ansible itself adds to results.
ADDED = {"changed", "failed", "msg", "diff", "invocation", "warnings", "deprecations"}
# For each module a task that changes something, and one that fails.
STEPS = [
    ("allot_store", {"counts": {"sip": 10}}, True),
    ("allot_group", {"path": "/north"}, True),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"sip": 1}}, True),
    ("allot_user", {"group": "/north", "email": "ann@north.example"}, True),
    ("allot_hierarchy", {"hierarchy": {"groups": {"south": {}}}}, True),
]
FAILURES = [
    ("allot_store", {"db": "/none/allot.db"}, 7),
    ("allot_group", {"path": "/none/a"}, 4),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"sip": 11}}, 3),
    ("allot_user", {"group": "/none", "email": "ann@north.example"}, 4),
    ("allot_hierarchy", {"hierarchy": ""}, 6),
]


def describe(options: dict) -> dict:
    """The options of a module or its documentation, as far as both have them."""
    described = {}
    for name, option in options.items():
        kept = {key: option[key] for key in ("type", "default", "choices", "aliases", "elements") if option.get(key) not in (None, [])}
        inner = option.get("suboptions") or option.get("options") or {}
        described[name] = kept | {"required": bool(option.get("required")), "options": describe(inner)}
    return described


SPECIFICATIONS = """
import importlib, json, sys, yaml
import ansible.module_utils.basic as basic
specifications, examples = {}, {}
class Stub:
    def __init__(self, argument_spec, **_):
        specifications[name] = argument_spec
        raise KeyboardInterrupt
basic.AnsibleModule = Stub
for name in sys.argv[1:]:
    module = importlib.import_module("ansible_collections.allot.allot.plugins.modules." + name)
    examples[name] = yaml.safe_load(module.EXAMPLES)
    try:
        module.main()
    except KeyboardInterrupt:
        pass
print(json.dumps([specifications, examples], default=str))
"""


def find_unknown(stated: dict, options: dict) -> list[str]:
    """The stated options that are not documented, and those in options of options."""
    known = {name: option for key, option in options.items() for name in (key, *option.get("aliases", []))}
    unknown = [name for name in stated if name not in known]
    for name, value in stated.items():
        inner = known.get(name, {}).get("suboptions")
        if inner and isinstance(value, dict):
            unknown += [f"{name}.{each}" for each in find_unknown(value, inner)]
    return unknown


def check_examples(module: str, tasks: list[dict], documented: dict) -> None:
    """Each example is a task of a module of the collection with options that are documented; some are of this module."""
    used = set()
    for task in tasks:
        for key in task:
            if key.startswith("allot"):
                name = key.removeprefix("allot.allot.")
                used.add(name)
                unknown = find_unknown(task[key], documented[name]["doc"]["options"]) if name in documented else [key]
                expect(f"unknown in the example \"{task.get('name')}\" of {module}", unknown, [])
    expect(f"the examples of {module}", module in used, True)


def check_returned(site: Site, documented: dict) -> None:
    """Modules return what is documented, when it is; what several return is described alike, apart from when."""
    steps = STEPS + [(module, parameters, False) for module, parameters, _ in STEPS] + FAILURES
    for (module, _, wanted), result in zip(steps, site.run("what is returned", steps, "--diff")):
        when = ["always", "success", "changed"] if wanted is True else ["always", "failure" if wanted else "success"]
        names = [name for name, entry in documented[module]["return"].items() if entry["returned"] in when]
        came = [name for name in result if name not in ADDED and not name.startswith("_ansible")]
        expect(f"what {module} returns ({when[-1]})", sorted(came), sorted(names))
    first = documented[MODULES[0]]["return"]
    for module in MODULES:
        for name in SHARED:
            entries = [dict(each.get(name, {}), returned="") for each in (documented[module]["return"], first)]
            expect(f"{name} of {module}", *entries)


def check_documentation(site: Site) -> None:
    documented = site.read_documentation()
    interpreter = pathlib.Path(shutil.which("ansible-playbook")).read_text().splitlines()[0].removeprefix("#!").split()
    done = subprocess.run([*interpreter, "-c", SPECIFICATIONS, *MODULES], env=site.environment | {"PYTHONPATH": str(COLLECTIONS)},
                          cwd=site.folder, capture_output=True, text=True)
    specified, examples = json.loads(done.stdout or "[{}, {}]")
    tasks = ""
    for module in MODULES:
        options = describe(documented[module]["doc"]["options"])
        expect(f"the options of {module} {done.stderr}", options, describe(specified[module]))
        check_examples(module, examples[module], documented)
        tasks += "".join(f"    {line}\n" for line in documented[module]["examples"].splitlines())
    check_returned(site, documented)
    (site.folder / "documented.yml").write_text(f"- hosts: one\n  tasks:\n{tasks}")
    checked = subprocess.run(["ansible-playbook", "--syntax-check", "documented.yml"], env=site.environment, cwd=site.folder,
                             capture_output=True, text=True)
    expect("the documented tasks", checked.returncode or checked.stderr, "")


def main() -> int:
    require_ansible()
    with tempfile.TemporaryDirectory(prefix="allot-") as folder:
        check_documentation(Site(pathlib.Path(folder), f"{folder}/allot.db"))
    print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
