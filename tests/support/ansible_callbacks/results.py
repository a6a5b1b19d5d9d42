"""A callback plugin of Ansible that prints each result of a task as a line of JSON, for tests/system/ansible.py."""

from __future__ import annotations

import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: stdout
short_description: results as lines of JSON
description: Each result of a task is printed as a line of JSON.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "results"

    def write(self, event: str, result) -> None:
        line = {"event": event, "task": result.task_name, "host": result._host.name, "result": result._result}
        print(json.dumps(line, default=str), flush=True)

    def v2_runner_on_ok(self, result) -> None:
        self.write("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False) -> None:
        self.write("failed", result)

    def v2_runner_on_unreachable(self, result) -> None:
        self.write("unreachable", result)

    def v2_runner_retry(self, result) -> None:
        self.write("retry", result)
