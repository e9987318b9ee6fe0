"""Which things about people happen one at a time? Advisory locks, each held to the end of its transaction."""

from __future__ import annotations

from django.db import connection

SETTING_UP = 7_101
KEEPING_AN_OPERATOR = 7_102


def take_lock(number: int) -> None:
    """Wait until nobody else holds this lock; it is let go when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%(number)s)", {"number": number})
