"""How much of a worker's time does a job of the timetable take that looks at everything? One part in ten, or what it takes once an hour.

Such a job costs what exists: in a large company it takes longer than the time until it is due again. What took long is left out until it
would be due at that share; what took a moment comes whenever the timetable says. Should the cache forget, it is done once more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter

from django.core.cache import cache

SHARE = 10
MOMENT = 1.0
AT_MOST = 3600
"""Seconds after which it is done again, however long it took."""


def paced(job: Callable[[], None]) -> Callable[[], None]:
    """The job, that rarely."""
    key = f"paced:{job.__module__}.{job.__name__}"

    @wraps(job)
    def run() -> None:
        if cache.get(key) is not None:
            return
        began = perf_counter()
        try:
            job()
        finally:
            took = perf_counter() - began
            if took > MOMENT:
                cache.set(key, 1, min(int((SHARE - 1) * took), AT_MOST))

    return run
