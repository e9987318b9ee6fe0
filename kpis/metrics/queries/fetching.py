"""How are rows read that hold millions of values each, those of every cut beside each other? A few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

ROWS = 20


@contextmanager
def a_few_rows_at_a_time() -> Iterator[CursorWrapper]:
    """In a transaction; the plan is that of what is read whole. Outside of one, everything at once."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            yield cursor
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = ROWS
        yield cursor
