"""A real interactive fish with `allot completion fish` completes without a guess; support/completion_cases.py."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from completion_cases import run
from interactive_shell import Fish

if not shutil.which("fish"):
    sys.exit(77)
run([Fish])
