"""The door out of the append-only logs: open for the length of one transaction's work, and only for `leads.privacy`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def open_logs() -> Iterator[None]:
    """Within one transaction, rows of the logs may be changed and deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL alignment.removal = 'on'")
        yield
        cursor.execute("SET LOCAL alignment.removal = 'off'")
