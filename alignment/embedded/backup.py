"""How is everything that matters kept in one file, and brought back?

The database, the uploads and the secret key; what is in the broker or collected from the code
can be made again. A backup may be made while the product runs, a restore not.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from alignment.embedded.archive import DUMP, SECRET, UPLOADS, unpack_archive, write_archive
from alignment.embedded.environment import Environment, embedded_database_url, read_environment
from alignment.embedded.home import Home, Refusal
from alignment.embedded.lease import borrowed_servers
from alignment.embedded.locks import OwnerLock, take_alive_lock
from alignment.embedded.postgres import Postgres
from alignment.embedded.processes import Family
from alignment.embedded.programs import Programs, find_programs
from alignment.embedded.restoring import finish_restore, replaced_copy, restored_copy
from alignment.embedded.schema import migration_names


def make_backup() -> int:
    """Write one file into the home's backups, and print its path."""
    environment, home = _embedded()
    name = f"alignment-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.tar"
    target = home.backups / name
    with borrowed_servers(environment):
        dump = home.backups / f".{name}.dump"
        try:
            _dump(environment, home, dump)
            files = {DUMP: dump, SECRET: home.secret_file, **_uploads(home)}
            write_archive(target, files, made_at=datetime.now(UTC).isoformat(), migrations=migration_names())
        finally:
            dump.unlink(missing_ok=True)
    print(target)
    return 0


def restore_backup(arguments: Sequence[str]) -> int:
    """Put a backup in the place of what is there; what was there is kept aside once."""
    if not arguments or not arguments[0]:
        raise Refusal("Say which file to restore: make restore FILE=…")
    source = Path(arguments[0]).expanduser().absolute()
    environment, home = _embedded()
    home.prepare()
    owner = OwnerLock(home, "restore")
    owner.take()
    try:
        with take_alive_lock(home) as alive:
            finish_restore(home)
            _build_copy(environment, home, source, Family(alive.fileno()))
            shutil.rmtree(replaced_copy(home), ignore_errors=True)
            finish_restore(home)
    finally:
        owner.release()
    print(f"Restored {source}. What was there before is kept in {replaced_copy(home)} until the next restore.")
    return 0


def _embedded() -> tuple[Environment, Home]:
    environment = read_environment(os.environ)
    if not environment.embedded_database:
        raise Refusal("DATABASE_URL names a real database: back it up and restore it with its own tools.")
    return environment, Home(environment.home)


def _uploads(home: Home) -> dict[str, Path]:
    files = sorted(file for file in home.uploads.rglob("*") if file.is_file() and not file.is_symlink())
    return {f"{UPLOADS}/{file.relative_to(home.uploads).as_posix()}": file for file in files}


def _dump(environment: Environment, home: Home, target: Path) -> None:
    programs = find_programs(home, environment.pg_bin)
    url = embedded_database_url(home)
    _run(programs.postgres / "pg_dump", "--format=custom", "--no-owner", f"--file={target}", f"--dbname={url}")
    target.chmod(0o600)


def _build_copy(environment: Environment, home: Home, source: Path, family: Family) -> None:
    """Build a whole home aside, and name it `restored` when it is complete."""
    draft = Home(home.path / "restoring")
    shutil.rmtree(draft.path, ignore_errors=True)
    draft.path.mkdir()
    try:
        manifest = unpack_archive(source, draft.path)
        if newer := set(manifest.migrations) - set(migration_names()):
            raise Refusal(f"{source} was made by a newer version, with {', '.join(sorted(newer))}: update first.")
        draft.prepare()
        _fill_database(environment, draft, find_programs(home, environment.pg_bin), family)
        os.sync()
        draft.path.rename(restored_copy(home))
    finally:
        shutil.rmtree(draft.sockets, ignore_errors=True)
        shutil.rmtree(draft.path, ignore_errors=True)


def _fill_database(environment: Environment, draft: Home, programs: Programs, family: Family) -> None:
    print("Restoring the database …", file=sys.stderr, flush=True)
    draft.hand_over(draft.sockets)
    try:
        Postgres(draft, programs.postgres).start(family)
        url = embedded_database_url(draft)
        flags = ("--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={url}")
        _run(programs.postgres / "pg_restore", *flags, str(draft.path / DUMP))
        _run(programs.postgres / "vacuumdb", "--analyze-only", "--quiet", f"--dbname={url}")
    finally:
        family.stop()


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"{program.name} failed: {done.stderr.strip()}")
