"""A real interactive zsh with `allot completion zsh` completes without a guess; support/completion_cases.py."""

import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from completion_cases import run
from interactive_shell import Zsh

if not shutil.which("zsh"):
    sys.exit(77)
run([Zsh], closes_quotes=False)
