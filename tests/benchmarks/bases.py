"""The bases that are measured: one database a size, made once from the population and kept until its code or the schema changes.

`python -m tests.benchmarks.bases SIZE` fills the database of DATABASE_URL; it is run as a process of its own, which has its own memory.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor

from alignment.embedded.home import ROOT
from alignment.embedded.schema import migration_files

CODE = Path(__file__).parent / "population"
NOTE = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %(name)s"
LEFT_OUT = ("DATABASE_URL", "REPLICA_URL", "ALIGNMENT_NOW")


def name_of(leads: int) -> str:
    """`b10k`, `b1m`."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if leads >= unit and leads % unit == 0:
            return f"b{leads // unit}{letter}"
    return f"b{leads}"


def stamp() -> str:
    """What a base was made from: the population's code and the migrations."""
    digest = hashlib.sha256()
    for file in (*sorted(CODE.glob("*.py")), *migration_files()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Cluster:
    """The PostgreSQL that holds the bases, by where it listens."""

    sockets: Path

    def url(self, name: str) -> str:
        return f"postgres://alignment@/{name}?host={self.sockets}"

    @contextmanager
    def administration(self) -> Iterator[cursor]:
        """A cursor outside of every base, in which each statement stands alone."""
        with closing(psycopg2.connect(host=str(self.sockets), user="alignment", dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as found:
                yield found

    def ensure(self, leads: int, *, as_is: bool = False) -> str:
        """Have the base of so many leads, made first where it is not there as it is to be; what it was made from.

        `as_is`: one that is there is taken, whatever made it.
        """
        name, draft, wanted = name_of(leads), f"draft_{name_of(leads)}", stamp()
        with self.administration() as cursor:
            cursor.execute(NOTE, {"name": name})
            there = cursor.fetchone()
            if there is not None and (as_is or there[0] == wanted):
                return there[0] or "unknown"
            for old in (draft, name):
                self.drop(old)
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
        command = [sys.executable, "-m", "tests.benchmarks.bases", str(leads)]
        subprocess.run(command, cwd=ROOT, check=True, env=variables(self.url(draft)))
        with self.administration() as cursor:
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(draft), sql.Literal(wanted)))
            cursor.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
        return wanted

    def drop(self, name: str) -> None:
        with self.administration() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def copy(self, leads: int) -> Iterator[str]:
        """The URL of a copy that may be written to; gone afterwards."""
        name = f"copy_{name_of(leads)}"
        self.drop(name)
        with self.administration() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(name_of(leads))
                )
            )
        try:
            yield self.url(name)
        finally:
            self.drop(name)


def variables(url: str) -> dict[str, str]:
    """The environment of a process that works on this base."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return {**kept, "DATABASE_URL": url, "DEMO": "0", "DJANGO_SETTINGS_MODULE": "alignment.settings"}


def set_up() -> None:
    """Django on the base of DATABASE_URL; for this process it is the moment at which the population ends."""
    import django

    django.setup()
    from django.conf import settings

    from tests.benchmarks.population.building import END

    settings.ALIGNMENT_NOW = END


def main() -> int:
    """Migrate, fill, and let the product derive what it keeps."""
    leads, began = int(sys.argv[1]), time.perf_counter()

    def said(what: str) -> None:
        clock = f"{time.strftime('%H:%M:%S')} {name_of(leads)} +{time.perf_counter() - began:.0f} s"
        print(f"{clock} {what}", file=sys.stderr, flush=True)  # noqa: T201

    set_up()
    from django.core.management import call_command
    from django.db import connection

    from kpis.recompute import recompute_everything
    from tests.benchmarks.population.building import END, build

    call_command("migrate", verbosity=0)
    said("The schema is there")
    build(leads, said=said)
    recompute_everything(now=END)
    said("Everything is derived")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    said("Everything is tidy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
