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
  labels:
    description: Labels by their keys. A label that is null is removed; others that the membership has are kept.
    type: dict
  purge_labels:
    description: Whether labels that I(labels) does not name are removed.
    type: bool
    default: false
  language:
    description: The language of mails about this membership, such as C(uk), or C(none) for that of the group.
    type: str
  counts:
    description:
      - Counts by the names of their resources, such as C(sip). Those that are not named are kept, in a new
        membership 0.
    type: dict
  features:
    description: Exactly the features of the membership; an empty list means none.
    type: list
    elements: str
  all_features:
    description:
      - Whether the membership has every feature of its group instead of a list; a new one has, unless I(features) is stated.
    type: bool
    default: false
  from:
    description: The first day, C(YYYY-MM-DD), or C(none) for an open one.
    type: str
  until:
    description: The last day, C(YYYY-MM-DD), or C(none) for an open one.
    type: str
extends_documentation_fragment: allot.allot.common
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
  description: The exit status of allot, by which a failed task can be told from others; 75 if the store stayed locked.
  returned: always
  type: int
  sample: 0
error:
  description: What allot printed as the error, with C(code), C(message), and C(violations) of a refused change.
  returned: failure
  type: dict
user:
  description: The membership after the task; null if there is none.
  returned: success
  type: dict
  sample: {email: bob@x.example, name: Bob, role: user, labels: {}, counts: {sip: 1, mobile: 1}, features: null, from: null,
           until: null}
revision:
  description: The revision of the entry in the log, for C(allot log show) and C(allot undo).
  returned: changed
  type: int
created:
  description: How many groups, licences, memberships, catalogue entries and templates were created; also C(updated), C(removed).
  returned: changed
  type: dict
notes:
  description: Side effects of the change, in sentences.
  returned: changed
  type: list
effects:
  description: What the change blocks, or no longer blocks, in how many groups and on which days; see allot(1), Writes.
  returned: changed
  type: list
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.allot.allot.plugins.module_utils.allot import (  # noqa: E402
    COMMON, Allot, Edit, Item, command, ensure, list_change, make_path, run_module)

SHOWN = ("email", "name", "role", "labels", "language", "counts", "features", "from", "until")
# A new membership gets the name of another one, which is not known here.
DEFAULTS = {"name": None, "role": "user", "labels": {}, "language": None, "counts": {}, "features": None, "from": None, "until": None}


def show(membership: dict) -> dict:
    """The membership as in `diff`."""
    return {key: membership[key] for key in SHOWN if key in membership}


def find_memberships(allot: Allot, email: str) -> list[dict]:
    user = allot.find(["user", "show", "--", email])
    return [] if user is None else user["memberships"]


def find_membership(allot: Allot, group: str, email: str) -> dict | None:
    for each in find_memberships(allot, email):
        if each["group"] == group:
            return show(each)
    return None


def state_features(edit: Edit, params: dict) -> None:
    present = edit.after["features"]
    if params["all_features"]:
        edit.clear("features", "--all-features")
    elif params["features"] is not None and (present is None or set(present) != set(params["features"])):
        wanted = set(params["features"])
        edit.after["features"] = sorted(wanted)
        edit.options += [f"--feature={each}" for each in sorted(wanted - set(present or []))]
        dropped = [f"--no-feature={each}" for each in sorted(set(present or []) - wanted)]
        edit.options += dropped if wanted else ["--no-features"]


def plan_membership(params: dict, before: dict | None) -> tuple[list[list[str]], dict | None]:
    key = (params["group"], params["email"])
    if params["state"] == "absent":
        return ([] if before is None else [command("user remove", [], *key)]), None
    edit = Edit(before, DEFAULTS | {"email": params["email"]})
    edit.set("name", params["name"], f"--name={params['name']}")
    edit.set("role", params["role"], f"--role={params['role']}")
    edit.set_labels(params["labels"], params["purge_labels"])
    edit.set_or_clear("language", params["language"])
    edit.set_grant(params)
    state_features(edit, params)
    if before is None:
        return [command("user add", edit.options, *key)], edit.after
    return ([command("user set", edit.options, *key)] if edit.options else []), edit.after


def remove_everywhere(allot: Allot, email: str) -> dict:
    """Removes the user from all groups; the memberships are in the place of the one membership."""
    def list_changes(item: Item, before: list[dict], after: None) -> list[dict]:
        return [change for each in before for change in list_change(
            item._replace(path=each["group"]), show(each), after)]

    result = ensure(allot, Item("membership", "/", email, "/"), lambda: find_memberships(allot, email) or None,
                    lambda before: ([command("user remove", ["--all"], email)] if before else [], None), list_changes)
    return result | {"user": None}


def main() -> None:
    module = AnsibleModule(supports_check_mode=True, argument_spec=COMMON | {
        "group": {"type": "str", "aliases": ["path"]},
        "email": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "all_groups": {"type": "bool", "default": False},
        "name": {"type": "str"},
        "role": {"type": "str", "choices": ["user", "concierge", "admin"]},
        "labels": {"type": "dict"},
        "purge_labels": {"type": "bool", "default": False},
        "language": {"type": "str"},
        "counts": {"type": "dict"},
        "features": {"type": "list", "elements": "str"},
        "all_features": {"type": "bool", "default": False},
        "from": {"type": "str"},
        "until": {"type": "str"},
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
                                            lambda before: plan_membership(params, before)))


if __name__ == "__main__":
    main()
