#!/usr/bin/env python3
"""Django's commands, run in the project's own environment and with servers that are there.

Works with any Python 3.11: it makes `.venv` where that is missing and goes on in it. Standard
output belongs to the command alone.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"


def enter_environment() -> None:
    """Go on inside `.venv`, made or renewed if need be."""
    inside = Path(sys.prefix) == VENV
    if not inside or not _is_ready():
        set_up = [sys.executable, str(ROOT / "alignment" / "embedded" / "bootstrap.py")]
        if subprocess.run(set_up, stdout=sys.stderr, check=False).returncode:
            sys.exit(1)
    if not inside:
        python = str(VENV / "bin" / "python")
        os.execv(python, [python, *sys.argv])  # noqa: S606 - no shell is wanted


def _is_ready() -> bool:
    from alignment.embedded.bootstrap import is_ready

    return is_ready(dev=False)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    enter_environment()
    from alignment.embedded.commands import run_command

    sys.exit(run_command(sys.argv))
