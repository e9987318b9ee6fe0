"""Who counts? One at a time: what is read and written between two marks is of one state."""

from __future__ import annotations

from django.db import connection

LOCK = "SELECT pg_advisory_xact_lock(hashtext('kpis_kept'))"
TRY = "SELECT pg_try_advisory_xact_lock(hashtext(%(name)s))"


def lock() -> None:
    """Nobody else changes facts or their values until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def try_lock(name: str = "kpis_kept") -> bool:
    """The same, unless somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute(TRY, {"name": name})
        return bool(cursor.fetchone()[0])
