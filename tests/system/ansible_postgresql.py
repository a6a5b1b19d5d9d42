"""The modules of the Ansible collection with a store in a PostgreSQL database, which a URL names."""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ansible_site import ALLOT, FAULTS, Site, expect, require_ansible  # noqa: E402
from postgresql import PROGRAMS, Cluster  # noqa: E402

STEPS = [
    ("allot_store", {"counts": {"sip": 1000}, "features": ["ukey2"], "until": "2027-12-31"}, True),
    ("allot_group", {"path": "/north", "labels": {"contract": "K-77"}, "suspended": True,
                     "reminder": {"before": 30, "repeat": "weekly"}}, True),
    ("allot_license", {"group": "/north", "name": "main", "counts": {"sip": 400}, "features": ["ukey2"],
                       "until": "2026-12-31"}, True),
    ("allot_user", {"group": "/north", "email": "ann@north.example", "name": "Zażółć", "counts": {"sip": 1}}, True),
    ("allot_hierarchy", {"path": "/north", "hierarchy": {"groups": {"a": {"groups": {"b": {}}}}}}, True),
]


def check_server(folder: pathlib.Path) -> None:
    with Cluster(folder / "c") as cluster:
        cluster.sql("CREATE DATABASE allot TEMPLATE template0 ENCODING 'UTF8'")
        db = cluster.url("allot")
        site = Site(folder, db)
        steps = [(module, parameters | {"db": db}, wanted) for module, parameters, wanted in STEPS]
        site.environment["ALLOT_DB"] = str(folder / "absent.db")
        planned = site.run("check mode on an empty database", steps[:2], "--check")
        expect("the warning", [each.startswith("not checked: ") for each in planned[1].get("warnings", [])], [True])
        site.run("a server", steps + [(module, parameters, False) for module, parameters, _ in steps])
        site.environment["ALLOT_DB"] = db
        expect("check on a server", site.allot("check").partition(" on ")[0], "whole and valid")
        expect("the groups", [each["path"] for each in site.read("group", "list", "/", "-r")],
               ["/", "/north", "/north/a", "/north/a/b"])
        expect("the user", site.read("user", "list", "/north")[0]["name"], "Zażółć")


def main() -> int:
    require_ansible()
    helper = pathlib.Path(ALLOT).parents[1] / "libexec/allot/allot-postgresql"
    if not (PROGRAMS / "initdb").exists() or not helper.exists():
        print("skipped: postgresql-15 is not installed, or allot-postgresql is not built")
        return 77
    with tempfile.TemporaryDirectory(prefix="allot-", dir="/tmp") as name:
        os.chmod(name, 0o755)
        try:
            check_server(pathlib.Path(name))
        finally:
            print("\n".join(FAULTS))
    return 1 if FAULTS else 0


sys.exit(main())
