"""Does nobody else do this at the moment? Told by a lock of the session, which ends with it.

A killed process holds up what its last statement holds up: where the database looks whether its clients are there
(`client_connection_check_interval`, as the embedded one does), that is seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TRY = "SELECT pg_try_advisory_lock(hashtext(%(what)s))"
LET_GO = "SELECT pg_advisory_unlock(hashtext(%(what)s))"


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Whether nobody else does it; nobody begins to inside."""
    with connection.cursor() as cursor:
        cursor.execute(TRY, {"what": what})
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute(LET_GO, {"what": what})
