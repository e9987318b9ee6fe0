"""How does a question over whole logs stay fast, and how long may it take? What the planner is told within one transaction.

The planner cannot know how many rows fit a pattern, or come out of a window; it guesses next to none and joins row by row, or
compiles for longer than the statement runs. Measured: 120 leads 0.8 s as planned, 0.1 s so; a million leads minutes, and a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HASHED = "SET LOCAL enable_nestloop = off; SET LOCAL jit = off"
AS_PLANNED = "SET LOCAL enable_nestloop = DEFAULT; SET LOCAL jit = DEFAULT"
ROOMY, AS_ROOMY_AS_EVER = "SET LOCAL work_mem = '128MB'", "SET LOCAL work_mem = DEFAULT"
GROWN = """
SELECT relname FROM pg_class WHERE relname = ANY(%(tables)s) AND relnamespace = 'public'::regnamespace
  AND pg_relation_size(oid) > 2 * 8192 * greatest(relpages, 64)
"""
STOPPED, NEVER_STOPPED = "SET LOCAL statement_timeout = %(milliseconds)s", "SET LOCAL statement_timeout = DEFAULT"


@contextmanager
def hashed_joins(*, roomy: bool = False) -> Iterator[None]:
    """Statements inside join by hash or merge wherever they can; `roomy`: over every lead, in memory. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"{HASHED}; {ROOMY}" if roomy else HASHED)
        yield
        cursor.execute(f"{AS_PLANNED}; {AS_ROOMY_AS_EVER}" if roomy else AS_PLANNED)


@contextmanager
def stopped_after(milliseconds: int) -> Iterator[None]:
    """Statements inside are stopped after so long. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(STOPPED, {"milliseconds": milliseconds})
        yield
        cursor.execute(NEVER_STOPPED)


def learn(*tables: str) -> None:
    """Look at those of these tables that have doubled since the planner last heard of them. It takes what it knows nothing of for full of
    the same few leads, and reads all of it for some of them: whoever fills an empty table calls this now and then."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, {"tables": list(tables)})
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
