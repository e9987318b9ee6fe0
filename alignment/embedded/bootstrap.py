"""Is the virtual environment there and right, and if not, how does it come to be?

Run as a file by `manage.py` and the Makefile with any Python, before anything is installed:
`python3 alignment/embedded/bootstrap.py [--dev]`. Packages are exactly those of the locked
requirements, by hash. Where nothing changed, it only compares a stamp.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".requirements"
OLDEST = (3, 11)


class SetUpFailed(Exception):
    """The environment cannot be made; the message is a sentence for a person."""


def requirements_of(*, dev: bool) -> Path:
    """The locked file to install: the tools for tests and lint are only there where asked for."""
    return ROOT / ("requirements-dev.txt" if dev else "requirements.txt")


def wanted_stamp(*, dev: bool) -> str:
    """What the stamp reads when everything is right; the place counts, since scripts name it."""
    digest = hashlib.sha256(requirements_of(dev=dev).read_bytes()).hexdigest()
    return f"{'dev' if dev else 'run'} {digest} {ROOT}"


def is_ready(*, dev: bool) -> bool:
    """Whether the environment holds what is asked for; the one for tests holds everything."""
    if not PYTHON.exists() or not STAMP.exists():
        return False
    stamp = STAMP.read_text()
    return stamp == wanted_stamp(dev=True) or (not dev and stamp == wanted_stamp(dev=False))


def ensure_environment(*, dev: bool) -> None:
    """Make the environment or bring it up to date; several callers at once take turns."""
    if is_ready(dev=dev):
        return
    if sys.version_info < OLDEST:
        raise SetUpFailed(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    VENV.mkdir(exist_ok=True)
    with (VENV / ".set-up").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        dev = dev or (STAMP.exists() and STAMP.read_text().startswith("dev"))
        if not is_ready(dev=dev):
            STAMP.unlink(missing_ok=True)
            _install(dev=dev)
            STAMP.write_text(wanted_stamp(dev=dev))


def _install(*, dev: bool) -> None:
    print("Setting up .venv (once, and when requirements change) …", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        _make_venv()
    _install_uv()
    requirements = str(requirements_of(dev=dev))
    _run(
        str(PYTHON),
        "-m",
        "uv",
        "pip",
        "sync",
        "--quiet",
        "--compile-bytecode",
        "--python",
        str(PYTHON),
        "--require-hashes",
        requirements,
    )


def _make_venv() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        raise SetUpFailed("Python's venv and pip are missing; on Debian: apt-get install python3-venv.") from error


def _install_uv() -> None:
    """Install uv first, by the same locked hash: it brings the rest in a tenth of pip's time."""
    pinned = re.search(r"^uv==.*(?:\n {4}.*)*", requirements_of(dev=False).read_text(), re.MULTILINE)
    if pinned is None:
        raise SetUpFailed("requirements.txt does not name uv, which installs the rest.")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lines:
        lines.write(pinned[0] + "\n")
        lines.flush()
        _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lines.name)


def _run(*command: str) -> None:
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, stdout=sys.stderr, check=False)
    if done.returncode:
        raise SetUpFailed(f"Packages could not be installed: {' '.join(command[1:4])} ended with {done.returncode}.")


if __name__ == "__main__":
    try:
        ensure_environment(dev="--dev" in sys.argv[1:])
    except SetUpFailed as error:
        sys.exit(f"error: {error}")
