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
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname LIKE 'leads\\_%%' AND relpages < %(large)s
  AND pg_relation_size(oid) > %(times)s * current_setting('block_size')::bigint * greatest(relpages, 1)
"""
LARGE, TIMES = 1_000, 4
"""Up to so many pages tables are analysed as soon as they are so many times what was noted of them."""
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


def note_growth() -> None:
    """Analyse the tables of leads that have outgrown what is noted of them: whoever fills empty tables calls this now and then.

    What a session plans once it plans anew when a table was analysed. Planned by empty tables, each foreign key would be looked up by
    reading all of one, until autovacuum comes by; large tables are left to that.
    """
    with connection.cursor() as cursor:
        cursor.execute(GROWN, {"large": LARGE, "times": TIMES})
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
