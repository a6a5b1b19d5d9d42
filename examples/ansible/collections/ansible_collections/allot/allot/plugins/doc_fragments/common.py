"""The options that all or several modules have."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  db:
    description:
      - The store. A file on the managed host, or the URL of a PostgreSQL database without a password,
        such as C(postgresql://olga@db.example/allot).
      - Without it, allot uses the environment variable C(ALLOT_DB), then C(db) of its configuration file, then C(allot.db)
        in the folder of the task.
    type: str
  config:
    description:
      - The configuration file of allot on the managed host.
    type: path
  actor:
    description:
      - The e-mail of the administrator as whom the task acts. It sees and changes only what this administrator may.
      - Without it, allot uses the environment variable C(ALLOT_AS); without either, the task has full rights.
      - An empty text is an error, so that a variable without a value gives no rights.
    type: str
    aliases: [as]
  message:
    description:
      - The reason for the change, which C(allot log) shows. The configuration of allot can require one.
    type: str
  wait:
    description:
      - How many seconds to wait for a store that others have locked. Without it, allot waits 10 seconds.
      - After that time the task fails with I(rc=75) and can be repeated with C(until).
    type: int
  executable:
    description:
      - The program allot on the managed host, a path or a name that is searched in C(PATH) and C(/usr/local/bin).
    type: path
    default: allot
requirements:
  - allot 0.9.0 on the managed host, for a PostgreSQL database with the package allot-postgresql
  - Python 3.9 on the managed host
notes:
  - A task states what is to be; what it does not name is not changed.
  - In check mode allot itself checks the change, with C(--dry-run), and the task fails if the change would be refused. If the
    store or the group does not exist yet, because an earlier task makes it, the task says C(changed) with a warning; with
    I(state=absent) it says C(ok), as there is nothing to remove.
author:
  - allot authors (@allot)
attributes:
  check_mode:
    description: Says what would change, and whether it would be refused, and saves nothing.
    support: full
  diff_mode:
    description: Shows each changed item before and after.
    support: full
"""

    LABELS = r"""
options:
  labels:
    description: Labels by their keys. A label that is null is removed; others are kept.
    type: dict
  purge_labels:
    description: Whether labels that I(labels) does not name are removed.
    type: bool
    default: false
"""

    GRANT = r"""
options:
  counts:
    description: Counts by the names of their resources, such as C(sip). Those that are not named are kept, and are 0 at first.
    type: dict
  from:
    description: The first day, C(YYYY-MM-DD), or C(none) for an open one.
    type: str
  until:
    description: The last day, C(YYYY-MM-DD), or C(none) for an open one.
    type: str
"""
