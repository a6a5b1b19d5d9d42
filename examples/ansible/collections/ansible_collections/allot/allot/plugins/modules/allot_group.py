#!/usr/bin/python
"""The module allot_group."""

from __future__ import annotations

DOCUMENTATION = r"""
module: allot_group
short_description: Manage a group of allot
description:
  - Adds, changes and removes a group of the tree in which allot keeps licences, such as a dealer, a site or a building.
  - A group cannot be moved or renamed by a task, as a task does not know which group it was before. Use
    C(allot group move) and C(allot group rename); otherwise the task adds a second group.
options:
  path:
    description: The group, such as C(/north/tower-a).
    type: str
    required: true
  state:
    description: Whether the group exists.
    type: str
    choices: [present, absent]
    default: present
  parents:
    description: Whether missing groups above it are added, without a kind and with the restriction C(none).
    type: bool
    default: false
  kind:
    description: The kind of the group, a text such as C(dealer); an empty text removes it.
    type: str
  language:
    description:
      - The language of mails about the group and those below it, such as C(uk), or C(none) for that of the group above or of
        the configuration.
    type: str
  restriction:
    description:
      - C(none) has no limit of its own, C(reserved) sets the licences of the group aside in the group above, C(shared) makes
        them a ceiling.
      - Unless it is stated, a new group has C(none), and becomes C(reserved) with its first licence.
    type: str
    choices: [none, reserved, shared]
  suspended:
    description: Whether everything in the group and below it is blocked.
    type: bool
  reminder:
    description: The reminder by mail that a licence of the group ends.
    type: dict
    suboptions:
      state:
        description: Whether the group has a reminder.
        type: str
        choices: [present, absent]
        default: present
      before:
        description:
          - How many days before the last day of a licence the reminder begins; of several, each begins a window of its own.
          - A new reminder needs I(before) and I(repeat), or I(low). With an empty list there is only the warning of I(low).
        type: list
        elements: int
      repeat:
        description: How often the reminder is repeated.
        type: str
        choices: [once, daily, weekly, 30-days]
      users:
        description: Whether users whose access ends are reminded too.
        type: bool
      low:
        description: The percentage of a limit from which on a mail warns that little is available; 0 for no warning.
        type: int
  recursive:
    description:
      - With I(state=absent), whether a group with groups, licences or users is removed with all of them. Otherwise the task
        fails for such a group.
    type: bool
    default: false
  max_removals:
    description:
      - With I(state=absent), the most groups, licences and users that may be removed together, a number or a percentage such
        as C(5%). The task fails with I(rc=9) if it would remove more.
    type: str
extends_documentation_fragment: [allot.allot.common, allot.allot.common.labels]
seealso:
  - module: allot.allot.allot_hierarchy
"""

EXAMPLES = r"""
- name: A dealer, with a reminder from 30 days before a licence ends
  allot.allot.allot_group:
    path: /north
    kind: dealer
    labels: {contract: K-77}
    reminder: {before: 30, repeat: weekly}
    message: signed by Lee

- name: Wait for a store that others use, up to ten times
  allot.allot.allot_group:
    path: /north
    suspended: true
  register: result
  until: result.rc | default(0) != 75
  retries: 10
  delay: 5

- name: Remove a dealer with everything in it, if that is little
  allot.allot.allot_group:
    path: /north
    state: absent
    recursive: true
    max_removals: 20
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
group:
  description: The group after the task; null if there is none.
  returned: success
  type: dict
  sample: {path: /north, kind: dealer, labels: {}, restriction: none, suspended: false, reminder: null}
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
    COMMON, LABELS, MAX_REMOVALS, STATE, Allot, Edit, Item, command, ensure, limit_removals, make_path, make_usage_error,
    run_module, show)

SHOWN = ("path", "kind", "labels", "language", "restriction", "suspended", "reminder")


def find_group(allot: Allot, path: str) -> dict | None:
    group = allot.find(["group", "show", "--", path])
    return None if group is None else show(group, SHOWN)


def plan_removal(params: dict, before: dict | None) -> tuple[list[list[str]], None]:
    if before is None:
        return [], None
    options = ["--recursive"] if params["recursive"] else []
    return [command("group remove", options + limit_removals(params), params["path"])], None


def set_reminder(edit: Edit, reminder: dict | None) -> bool:
    """States the reminder; whether the present one has to be removed before it is set."""
    present = edit.after["reminder"]
    if reminder is None:
        return False
    if reminder["state"] == "absent":
        if present is not None:
            edit.after["reminder"] = None
            edit.options.append("--no-reminder")
        return False
    named = {key: reminder[key] for key in ("repeat", "users") if reminder[key] is not None}
    if reminder["before"] is not None:  # as allot prints it: a number, or a descending list
        days = sorted(set(reminder["before"]), reverse=True)
        named["before"] = days[0] if len(days) == 1 else days or None
        if not days:
            named = {"repeat": None, "users": False} | named
    if reminder["low"] is not None:
        named["low"] = reminder["low"] or None
    if present is None:
        times = [named.get("before"), named.get("repeat")]
        if times == [None, None] and not reminder["low"] and (reminder["low"] == 0 or reminder["before"] == []):
            return False
        if times.count(None) == 1 or (times == [None, None] and reminder["low"] is None):
            raise make_usage_error("a new reminder needs before and repeat, or low")
    wanted = (present or {"before": None, "repeat": None, "users": False, "low": None}) | named
    if wanted == present:
        return False
    edit.after["reminder"] = wanted if wanted["before"] or wanted.get("low") else None
    # There is no option that spares the users again, nor one that only keeps the warning.
    is_replaced = present is not None and any(present[key] and not wanted[key] for key in ("users", "before"))
    kept = {} if is_replaced or present is None else present
    options = []
    for key in ("before", "repeat", "low"):
        value = wanted.get(key)
        if value is not None and value != kept.get(key):
            options.append(f"--remind-{key}={','.join(map(str, value)) if isinstance(value, list) else value}")
    if wanted.get("low") is None and kept.get("low") is not None:
        options.append("--no-remind-low")
    if wanted["users"] and not kept.get("users"):
        options.append("--remind-users")
    edit.options += options
    return is_replaced


def plan_group(params: dict, before: dict | None) -> tuple[list[list[str]], dict]:
    defaults = {"path": params["path"], "kind": None, "labels": {}, "language": None, "restriction": "none", "suspended": False,
                "reminder": None}
    edit = Edit(before, defaults)
    if params["kind"] != "" or edit.after["kind"] is not None:
        edit.set("kind", params["kind"], f"--kind={params['kind']}")
    edit.after["kind"] = edit.after["kind"] or None
    edit.set_labels(params["labels"], params["purge_labels"])
    edit.set_or_clear("language", params["language"])
    edit.set("restriction", params["restriction"], f"--restriction={params['restriction']}")
    commands = []
    if before is None:
        options = ["--parents"] if params["parents"] else []
        commands.append(command("group add", options + edit.options, params["path"]))
        edit.options = []
    edit.set("suspended", params["suspended"], "--suspend" if params["suspended"] else "--resume")
    if set_reminder(edit, params["reminder"]):
        commands.append(command("group set", ["--no-reminder"], params["path"]))
    if edit.options:
        commands.append(command("group set", edit.options, params["path"]))
    return commands, edit.after


def main() -> None:
    reminder = STATE | {
        "before": {"type": "list", "elements": "int"},
        "repeat": {"type": "str", "choices": ["once", "daily", "weekly", "30-days"]},
        "users": {"type": "bool"},
        "low": {"type": "int"},
    }
    module = AnsibleModule(supports_check_mode=True, argument_spec=COMMON | STATE | LABELS | MAX_REMOVALS | {
        "path": {"type": "str", "required": True},
        "parents": {"type": "bool", "default": False},
        "kind": {"type": "str"},
        "language": {"type": "str"},
        "restriction": {"type": "str", "choices": ["none", "reserved", "shared"]},
        "suspended": {"type": "bool"},
        "reminder": {"type": "dict", "options": reminder},
        "recursive": {"type": "bool", "default": False},
    })
    params = module.params | {"path": make_path(module.params["path"])}
    plan = plan_removal if params["state"] == "absent" else plan_group
    item = Item("group", params["path"], None, params["path"].rpartition("/")[0] or "/")
    run_module(module, lambda allot: ensure(allot, item, lambda: find_group(allot, params["path"]),
                                            lambda before: plan(params, before)))


if __name__ == "__main__":
    main()
