#!/usr/bin/python
"""The module allot_user."""

from __future__ import annotations

DOCUMENTATION = r"""
module: allot_user
short_description: Manage the membership of a user in a group of allot
description:
  - Adds a user to a group, changes what the user has there, and removes the user from the group or from all groups.
  - A user cannot be renamed or moved by a task. Use C(allot user rename) and C(allot user move); a task for the old group
    and one for the new group move a user as well, but in two changes.
options:
  group:
    description: The group, such as C(/north/tower-a). It may be left out with I(all_groups).
    type: str
    aliases: [path]
  email:
    description: The e-mail of the user. ASCII letters are compared without case.
    type: str
    required: true
  state:
    description: Whether the user is in the group.
    type: str
    choices: [present, absent]
    default: present
  all_groups:
    description: With I(state=absent), whether the user is removed from every group that the actor administers.
    type: bool
    default: false
  name:
    description: The name of the user in this group. A new membership has the name of another one unless it is stated.
    type: str
  role:
    description: The role; a new membership has C(user) unless another is stated.
    type: str
    choices: [user, concierge, admin]
  language:
    description: The language of mails about this membership, such as C(uk), or C(none) for that of the group.
    type: str
  features:
    description: Exactly the features of the membership; an empty list means none.
    type: list
    elements: str
  all_features:
    description:
      - Whether the membership has every feature of its group instead of a list; a new one has, unless I(features) is stated.
    type: bool
    default: false
extends_documentation_fragment: [allot.allot.common, allot.allot.common.labels, allot.allot.common.grant]
seealso:
  - module: allot.allot.allot_group
"""

EXAMPLES = r"""
- name: The administrator of a dealer
  allot.allot.allot_user:
    group: /north
    email: ann@north.example
    name: Ann Lee
    role: admin

- name: Residents, each with what the inventory says
  allot.allot.allot_user:
    group: "{{ item.flat }}"
    email: "{{ item.email }}"
    counts: {sip: "{{ item.sip | default(1) }}", mobile: 1}
    until: "{{ item.until | default('none') }}"
  loop: "{{ residents }}"

- name: Remove somebody who left from all groups
  allot.allot.allot_user:
    email: bob@x.example
    state: absent
    all_groups: true
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
user:
  description: The membership after the task; null if there is none.
  returned: success
  type: dict
  sample: {email: bob@x.example, name: Bob, role: user, labels: {}, counts: {sip: 1, mobile: 1}, features: null, from: null,
           until: null}
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
    COMMON, GRANT, LABELS, STATE, Allot, Edit, Item, command, ensure, list_change, make_path, plan_item, run_module, show)

SHOWN = ("email", "name", "role", "labels", "language", "counts", "features", "from", "until")
# A new membership gets the name of another one, which is not known here.
DEFAULTS = {"name": None, "role": "user", "labels": {}, "language": None, "counts": {}, "features": None, "from": None, "until": None}


def find_memberships(allot: Allot, email: str) -> list[dict]:
    user = allot.find(["user", "show", "--", email])
    return [] if user is None else user["memberships"]


def find_membership(allot: Allot, group: str, email: str) -> dict | None:
    for each in find_memberships(allot, email):
        if each["group"] == group:
            return show(each, SHOWN)
    return None


def state_membership(params: dict, before: dict | None) -> Edit:
    edit = Edit(before, DEFAULTS | {"email": params["email"]})
    edit.set("name", params["name"], f"--name={params['name']}")
    edit.set("role", params["role"], f"--role={params['role']}")
    edit.set_labels(params["labels"], params["purge_labels"])
    edit.set_or_clear("language", params["language"])
    edit.set_grant(params)
    edit.set_features(params["features"])
    if params["all_features"]:
        edit.clear("features", "--all-features")
    return edit


def remove_everywhere(allot: Allot, email: str) -> dict:
    """Removes the user from all groups; the memberships are in the place of the one membership."""
    def list_changes(item: Item, before: list[dict], after: None) -> list[dict]:
        return [change for each in before for change in list_change(
            item._replace(path=each["group"]), show(each, SHOWN), after)]

    result = ensure(allot, Item("membership", "/", email, "/"), lambda: find_memberships(allot, email) or None,
                    lambda before: ([command("user remove", ["--all"], email)] if before else [], None), list_changes)
    return result | {"user": None}


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, argument_spec=COMMON | STATE | LABELS | GRANT | {
        "group": {"type": "str", "aliases": ["path"]},
        "email": {"type": "str", "required": True},
        "all_groups": {"type": "bool", "default": False},
        "name": {"type": "str"},
        "role": {"type": "str", "choices": ["user", "concierge", "admin"]},
        "language": {"type": "str"},
        "all_features": {"type": "bool", "default": False},
    })
    params = module.params | {"group": make_path(module.params["group"] or "")}
    email = params["email"]
    if params["all_groups"] and (params["state"] != "absent" or params["group"]):
        module.fail_json(msg="all_groups is for state=absent without a group")
    if params["all_features"] and params["features"] is not None:
        module.fail_json(msg="features and all_features contradict each other")
    if params["all_groups"]:
        run_module(module, lambda allot: remove_everywhere(allot, email))
    if module.params["group"] is None:
        module.fail_json(msg="group is missing; all_groups=true with state=absent removes a user from all groups")
    item = Item("membership", params["group"], email, params["group"])
    run_module(module, lambda allot: ensure(allot, item, lambda: find_membership(allot, params["group"], email),
                                            lambda before: plan_item("user", (params["group"], email), params, before,
                                                                     state_membership)))


if __name__ == "__main__":
    main()
