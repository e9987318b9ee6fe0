"""Which Chromium do the browser tests drive, and where does it come from?

Debian's, installed here where we may: `python -m tests.chromium`, run by `make test`. Where we
may not, the browser tests fail with the sentence that says how.
"""

import os
import shutil
import subprocess
import sys

HOW = "Chromium is missing: as root, `apt-get install chromium`, or set CHROMIUM to where it is."
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The program's path, if there is one."""
    asked = os.environ.get("CHROMIUM")
    return shutil.which(asked) if asked else shutil.which("chromium") or shutil.which("chromium-browser")


def install_chromium() -> None:
    """Install it by Debian's packages, quietly; says nothing where that is not for us to do."""
    if find_chromium() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Installing Chromium for the browser tests …", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get -qq update", "apt-get -qq install --yes --no-install-recommends chromium"):
        done = subprocess.run(command.split(), env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{command} failed:\n{done.stderr.strip()}", file=sys.stderr)


if __name__ == "__main__":
    install_chromium()
