"""A real interactive bash that sources `allot completion bash` completes without a guess; support/completion_cases.py."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from completion_cases import run
from interactive_shell import Bash, BashWithPackage

if not shutil.which("bash"):
    sys.exit(77)
run([Bash, BashWithPackage], has_descriptions=False)
