"""ansible-doc describes exactly the options of the modules of the Ansible collection, and their examples are tasks."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ansible_site import COLLECTIONS, FAULTS, Site, expect, require_ansible  # noqa: E402

MODULES = ("allot_store", "allot_group", "allot_license", "allot_user", "allot_hierarchy")


def describe(options: dict) -> dict:
    """The options of a module or its documentation, as far as both have them."""
    described = {}
    for name, option in options.items():
        kept = {key: option[key] for key in ("type", "default", "choices", "aliases", "elements") if option.get(key) not in (None, [])}
        inner = option.get("suboptions") or option.get("options") or {}
        described[name] = kept | {"required": bool(option.get("required")), "options": describe(inner)}
    return described


SPECIFICATIONS = """
import importlib, json, sys
import ansible.module_utils.basic as basic
specifications = {}
class Stub:
    def __init__(self, argument_spec, **_):
        specifications[name] = argument_spec
        raise KeyboardInterrupt
basic.AnsibleModule = Stub
for name in sys.argv[1:]:
    try:
        importlib.import_module("ansible_collections.allot.allot.plugins.modules." + name).main()
    except KeyboardInterrupt:
        pass
print(json.dumps(specifications))
"""


def check_documentation(site: Site) -> None:
    names = [f"allot.allot.{module}" for module in MODULES]
    printed = subprocess.run(["ansible-doc", "-t", "module", "-j", *names], env=site.environment, cwd=site.folder,
                             capture_output=True, text=True)
    documented = json.loads(printed.stdout)
    interpreter = pathlib.Path(shutil.which("ansible-playbook")).read_text().splitlines()[0].removeprefix("#!").split()
    done = subprocess.run([*interpreter, "-c", SPECIFICATIONS, *MODULES], env=site.environment | {"PYTHONPATH": str(COLLECTIONS)},
                          cwd=site.folder, capture_output=True, text=True)
    specified = json.loads(done.stdout or "{}")
    tasks = ""
    for module, name in zip(MODULES, names):
        expect(f"the options of {module} {done.stderr}", describe(documented[name]["doc"]["options"]), describe(specified[module]))
        expect(f"what {module} returns", {"rc", "error", "revision"} <= set(documented[name]["return"]), True)
        tasks += "".join(f"    {line}\n" for line in documented[name]["examples"].splitlines())
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
