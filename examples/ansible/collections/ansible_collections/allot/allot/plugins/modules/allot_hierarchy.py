#!/usr/bin/python
"""The module allot_hierarchy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: allot_hierarchy
short_description: Make a group of allot and all below it what a hierarchy says
description:
  - Imports a hierarchy, the description of a group with its licences, its users and all groups below it, as one change
    that is saved completely or not at all. The order within it does not matter, and it may contain changes that are valid
    only together.
  - With I(prune), the group becomes equal to the hierarchy. Otherwise what the hierarchy does not name is not changed.
  - Moves and renames cannot be expressed. What was renamed in the hierarchy is created, and with I(prune) the old one is
    removed.
options:
  path:
    description: The group that the hierarchy describes. It must exist.
    type: str
    default: /
  hierarchy:
    description:
      - The hierarchy in the format of allot-hierarchy(5), as a mapping or as text. It excludes I(src).
      - Ansible reads a mapping by the rules of YAML 1.1. Put names and texts such as C(no), C(on), C(0123) or C(1.10)
        between quotes, or use the text of a file, which allot reads as it is.
      - C(allot) with the version of the format may be left out of a mapping.
    type: raw
  src:
    description:
      - Files with hierarchies on the managed host; several are one hierarchy. For files on the controller use I(hierarchy)
        with the lookup C(file).
    type: list
    elements: path
  prune:
    description:
      - Whether groups, licences and users that the hierarchy does not name are removed, and properties that it does not name
        are reset.
    type: bool
    default: false
  max_removals:
    description:
      - The most groups, licences and users that may be removed together, a number or a percentage such as C(5%). The task
        fails with I(rc=9) if it would remove more, as after a file was truncated. The configuration of allot may have one
        for I(prune).
    type: str
  if_revision:
    description:
      - Changes something only if this is still the newest revision, as a task in check mode returned it. Otherwise the task
        fails with I(rc=4).
    type: int
extends_documentation_fragment: allot.allot.common
seealso:
  - module: allot.allot.allot_group
"""

EXAMPLES = r"""
- name: The company, from a file beside the playbook
  allot.allot.allot_hierarchy:
    hierarchy: "{{ lookup('ansible.builtin.file', 'company.yaml') }}"

- name: A dealer, who becomes equal to what is here
  allot.allot.allot_hierarchy:
    path: /north
    prune: true
    max_removals: 5%
    hierarchy:
      kind: dealer
      licenses:
        main: {sip: 400, mobile: 300, features: [ukey2], until: 2027-12-31}
      users:
        ann@north.example: {name: Ann Lee, role: admin}
      groups:
        tower-a: {kind: building}

- name: Plan a change, and apply exactly what was reviewed
  allot.allot.allot_hierarchy:
    src: /srv/licences/company.yaml
    if_revision: "{{ reviewed_revision }}"
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
    COMMON, MAX_REMOVALS, Allot, AllotError, command, expect_later, limit_removals, make_result, run_module)
from ansible_collections.allot.allot.plugins.module_utils.hierarchy import write_hierarchy  # noqa: E402


def import_hierarchy(allot: Allot, params: dict) -> dict:
    text = None if params["hierarchy"] is None else write_hierarchy(params["hierarchy"])
    files = params["src"] if text is None else ["-"]
    options = [f"--into={params['path']}"]
    if params["prune"]:
        options.append("--prune")
    options += limit_removals(params)
    if params["if_revision"] is not None:
        options.append(f"--if-revision={params['if_revision']}")
    try:
        outcome = allot.write([command("import", options, *files)], text)
    except AllotError as error:
        if allot.may_be_made_later(error, params["path"]):
            return expect_later(allot, error)
        raise
    # diff exits with 1 where something would change.
    return make_result(allot, outcome, lambda: allot.run(command("diff", options, *files), text, (0, 1))["changes"])


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, required_one_of=[("hierarchy", "src")],
                           mutually_exclusive=[("hierarchy", "src")], argument_spec=COMMON | MAX_REMOVALS | {
                               "path": {"type": "str", "default": "/"},
                               "hierarchy": {"type": "raw"},
                               "src": {"type": "list", "elements": "path"},
                               "prune": {"type": "bool", "default": False},
                               "if_revision": {"type": "int"},
                           })
    run_module(module, lambda allot: import_hierarchy(allot, module.params))


if __name__ == "__main__":
    main()
