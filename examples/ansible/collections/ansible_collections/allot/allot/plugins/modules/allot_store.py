#!/usr/bin/python
"""The module allot_store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: allot_store
short_description: Create a store of allot
description:
  - Creates the store, a file or the tables in a PostgreSQL database, unless there is one. A store that exists is not changed,
    and never removed.
  - With counts or features, the company, which is the group C(/), begins with the licence C(main), which limits it. Change that
    later with M(allot.allot.allot_license).
options:
  counts:
    description: Counts of the licence C(main) of a new store, by the names of their resources, such as C(sip).
    type: dict
  features:
    description: Features of the licence C(main) of a new store.
    type: list
    elements: str
  from:
    description: The first day of the licence C(main) of a new store, C(YYYY-MM-DD).
    type: str
  until:
    description: The last day of the licence C(main) of a new store, C(YYYY-MM-DD).
    type: str
extends_documentation_fragment: allot.allot.common
"""

EXAMPLES = r"""
- name: A store in a file that belongs to the user allot
  allot.allot.allot_store:
    db: /var/lib/allot/allot.db
    counts: {sip: 1000, mobile: 800}
    features: [ukey2]
    until: 2027-12-31
  become: true
  become_user: allot

- name: A store in a database, as its owner, whose password is in a file
  allot.allot.allot_store:
    db: postgresql://olga@db.example/allot
  environment:
    PGPASSFILE: /etc/allot/pgpass
"""

RETURN = r"""
rc:
  description: The exit status of allot, by which a failed task can be distinguished; 75 if the store stayed locked.
  returned: always
  type: int
  sample: 0
error:
  description:
    - What allot printed as the error, with C(code) and C(message), C(violations) of a refused change, and C(problems) of a
      file that is not valid, with their lines and columns.
  returned: failure
  type: dict
revision:
  description: The newest revision; if the task changed something, that of its entry for C(allot log show) and C(allot undo).
  returned: success
  type: int
created:
  description: How many groups, licences, memberships, catalogue entries and templates were created.
  returned: success
  type: dict
updated:
  description: How many of them were changed.
  returned: success
  type: dict
removed:
  description: How many of them were removed.
  returned: success
  type: dict
notes:
  description: Side effects of the change, in sentences.
  returned: success
  type: list
  elements: str
effects:
  description: What the change blocks, or no longer blocks, in how many groups and on which days; see allot(1), Writes.
  returned: success
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.allot.allot.plugins.module_utils.allot import (  # noqa: E402
    COMMON, GRANT, Allot, Edit, make_result, run_module)


def create_store(allot: Allot, params: dict) -> dict:
    edit = Edit(None, {"counts": {}, "from": None, "until": None})
    edit.set_grant(params)
    features = [f"--feature={each}" for each in params["features"] or []]
    outcome = allot.write([["init", "--if-not-exists", *edit.options, *features]])
    company = {"what": "group", "path": "/", "name": None, "before": None, "after": {"path": "/"}}
    return {"changed": False, "rc": 0} | make_result(allot, outcome, lambda: [company])


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, argument_spec=COMMON | GRANT)
    run_module(module, lambda allot: create_store(allot, module.params))


if __name__ == "__main__":
    main()
