#!/usr/bin/python
"""The module allot_license."""

from __future__ import annotations

DOCUMENTATION = r"""
module: allot_license
short_description: Manage a licence of a group of allot
description:
  - Adds, changes and removes a licence, which gives a group counts and features for a period.
  - A group whose restriction is C(none) becomes C(reserved) with its first licence; to make it C(shared), state that with
    M(allot.allot.allot_group) before.
  - A licence cannot be renamed by a task, nor can counts be moved from one to another in one change. Use
    C(allot license rename) and C(allot license transfer), or M(allot.allot.allot_hierarchy) for changes that are valid only
    together.
options:
  group:
    description: The group, such as C(/north).
    type: str
    required: true
    aliases: [path]
  name:
    description: The name of the licence, which is unique in its group.
    type: str
    required: true
  state:
    description: Whether the licence exists.
    type: str
    choices: [present, absent]
    default: present
  type:
    description: The type, a text; a new licence has C(plus) unless another is stated.
    type: str
  features:
    description: Exactly the features of the licence; an empty list removes all.
    type: list
    elements: str
extends_documentation_fragment: [allot.allot.common, allot.allot.common.labels, allot.allot.common.grant]
seealso:
  - module: allot.allot.allot_group
"""

EXAMPLES = r"""
- name: The licence of a dealer
  allot.allot.allot_license:
    group: /north
    name: main
    counts: {sip: 400, mobile: 300}
    features: [ukey2]
    until: 2027-12-31

- name: Renew it, and keep all else
  allot.allot.allot_license:
    group: /north
    name: main
    until: 2028-12-31

- name: Find out who would be blocked without it
  allot.allot.allot_license:
    group: /north
    name: main
    state: absent
  check_mode: true
  register: result
  failed_when: >-
    result is failed
    or result.effects | default([]) | selectattr('change', 'equalto', 'blocked') | list
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
license:
  description: The licence after the task; null if there is none.
  returned: success
  type: dict
  sample: {name: main, type: plus, labels: {}, counts: {sip: 400, mobile: 300}, features: [ukey2], from: null,
           until: "2027-12-31"}
revision:
  description: The newest revision; if the task changed something, that of its entry for C(allot log show) and C(allot undo).
  returned: changed
  type: int
created:
  description: How many groups, licences, memberships, catalogue entries and templates were created.
  returned: changed
  type: dict
updated:
  description: How many of them were changed.
  returned: changed
  type: dict
removed:
  description: How many of them were removed.
  returned: changed
  type: dict
notes:
  description: Side effects of the change, in sentences.
  returned: changed
  type: list
  elements: str
effects:
  description: What the change blocks, or no longer blocks, in how many groups and on which days; see allot(1), Writes.
  returned: changed
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.allot.allot.plugins.module_utils.allot import (  # noqa: E402
    COMMON, GRANT, LABELS, STATE, Allot, Edit, Item, ensure, make_path, plan_item, run_module, show)

SHOWN = ("name", "type", "labels", "counts", "features", "from", "until")
DEFAULTS = {"type": "plus", "labels": {}, "counts": {}, "features": [], "from": None, "until": None}


def find_license(allot: Allot, group: str, name: str) -> dict | None:
    for each in allot.find(["license", "list", "--", group]) or []:
        if each["name"] == name:
            return show(each, SHOWN)
    return None


def state_license(params: dict, before: dict | None) -> Edit:
    edit = Edit(before, DEFAULTS | {"name": params["name"]})
    edit.set("type", params["type"], f"--type={params['type']}")
    edit.set_labels(params["labels"], params["purge_labels"])
    edit.set_grant(params)
    edit.set_features(params["features"])
    return edit


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, argument_spec=COMMON | STATE | LABELS | GRANT | {
        "group": {"type": "str", "required": True, "aliases": ["path"]},
        "name": {"type": "str", "required": True},
        "type": {"type": "str"},
    })
    params = module.params | {"group": make_path(module.params["group"])}
    key = (params["group"], params["name"])
    item = Item("license", *key, params["group"])
    run_module(module, lambda allot: ensure(allot, item, lambda: find_license(allot, *key),
                                            lambda before: plan_item("license", key, params, before, state_license)))


if __name__ == "__main__":
    main()
