"""Which indexes does nothing read? What the parts of a run read is added up; `python -m tests.benchmarks.unused` asks DATABASE_URL.

Indexes that hold a constraint are not asked about: they are there for what they refuse. Those of foreign keys are told apart: a deletion
of the row they point to reads them, which no part may do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace

import psycopg2

INDEXES = """
SELECT s.relname, s.indexrelname, s.idx_scan, pg_relation_size(s.indexrelid),
       EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = s.relid AND k.conkey[1] = i.indkey[0])
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE NOT i.indisunique AND s.schemaname = 'public'
"""
LEAST = 2**20
"""Bytes of an index that is worth a word."""


@dataclass(frozen=True)
class Index:
    """An index of a base, how often it was read, and how large it is."""

    table: str
    name: str
    scans: int
    size: int
    is_of_key: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.name}, {self.size / 2**20:,.1f} MB{' (foreign key)' if self.is_of_key else ''}"


def read(url: str) -> list[Index]:
    """All of them, as the base counts their scans."""
    with closing(psycopg2.connect(url)) as base, base.cursor() as cursor:
        cursor.execute(INDEXES)
        return [Index(*row) for row in cursor.fetchall()]


def added(indexes: Iterable[Index], seen: dict[str, Index]) -> None:
    """Add the scans of these to those seen in other bases; the largest size counts."""
    for one in indexes:
        before = seen.get(one.name, replace(one, scans=0))
        seen[one.name] = replace(one, scans=before.scans + one.scans, size=max(one.size, before.size))


def unused(seen: Iterable[Index]) -> list[Index]:
    """Those that were never read and are worth a word, the largest first."""
    return sorted((one for one in seen if not one.scans and one.size >= LEAST), key=lambda one: -one.size)


def main() -> int:
    """A line an index."""
    for one in unused(read(os.environ["DATABASE_URL"])):
        print(one)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
