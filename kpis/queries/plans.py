"""How does a chain of CTEs over whole logs stay fast? The planner knows little of what comes out of a window or a range, and
then joins row by row, or compiles for longer than the statement runs. Measured on 120 leads: 0.8 s as planned, 0.1 s so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

HASHED = "SET LOCAL enable_nestloop = off; SET LOCAL jit = off"
AS_PLANNED = "SET LOCAL enable_nestloop = DEFAULT; SET LOCAL jit = DEFAULT"


@contextmanager
def hashed_joins() -> Iterator[None]:
    """Statements inside join by hash or merge wherever they can. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(HASHED)
        yield
        cursor.execute(AS_PLANNED)
