"""Does somebody else have to wait while a test holds something?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import OperationalError, connection, transaction


def has_to_wait(write: Callable[[], object]) -> bool:
    """Whether this writer, on a connection of its own, waits for the transaction that is open here; what it wrote is taken back."""

    def run() -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                write()
                transaction.set_rollback(True)
        except OperationalError as error:
            return "lock timeout" in str(error)
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=60)
