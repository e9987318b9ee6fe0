"""Several people at the same instant: each with a connection and a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from alignment.refusals import Refused


def all_at_once(steps: Sequence[Callable[[], object]]) -> list[str]:
    """What became of each step, all begun when all are ready: "done", or the code of the refusal."""
    ready = Barrier(len(steps))

    def run(step: Callable[[], object]) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            ready.wait(timeout=30)
            step()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, step) for step in steps]]
