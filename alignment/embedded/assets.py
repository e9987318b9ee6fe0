"""Are the browser's files built from their sources, and if not, how are they?

Run by the Makefile: `python -m alignment.embedded.assets`. Node and npm come with the virtual
environment; packages are those of the committed lock file. Where nothing changed, it only
compares a stamp.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from alignment.embedded.bootstrap import VENV
from alignment.embedded.home import ROOT, Refusal
from alignment.embedded.schema import Stamp

UI = ROOT / "alignment" / "ui"
BUILT = UI / "static" / "ui" / "build"
MODULES = UI / "node_modules"
GENERATED = {BUILT, MODULES}
SOURCES = {".js", ".mjs", ".css", ".json", ".svg", ".woff2"}


def build_assets() -> None:
    """Install the packages and build, as far as either is out of date; several callers take turns."""
    if not (UI / "package.json").exists():
        return
    with (VENV / ".assets").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        packages = Stamp(MODULES / ".packages", _fingerprint([UI / "package.json", UI / "package-lock.json"]))
        if not packages.is_current():
            print("Installing the browser's packages …", file=sys.stderr, flush=True)
            shutil.rmtree(MODULES, ignore_errors=True)
            _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
            packages.write()
        build = Stamp(MODULES / ".build", _fingerprint(_sources()))
        if not (build.is_current() and BUILT.exists()):
            print("Building the browser's files …", file=sys.stderr, flush=True)
            _npm("run", "build", "--silent")
            build.write()


def _sources() -> Iterable[Path]:
    for folder, folders, names in os.walk(UI):
        place = Path(folder)
        folders[:] = sorted(name for name in folders if place / name not in GENERATED)
        yield from (place / name for name in sorted(names) if Path(name).suffix in SOURCES)


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        if file.exists():
            digest.update(f"{file.relative_to(UI)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _npm(*arguments: str) -> None:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(VENV / "bin" / "npm"), *arguments]
    done = subprocess.run(command, cwd=UI, env={**os.environ, "PATH": path}, stdout=sys.stderr, check=False)
    if done.returncode:
        raise Refusal(f"The browser's files could not be built: npm {arguments[0]} ended with {done.returncode}.")


if __name__ == "__main__":
    try:
        build_assets()
    except Refusal as refusal:
        sys.exit(f"error: {refusal}")
