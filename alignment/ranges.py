"""How is everything looked through by two processors? By two connections, with a job each, or with ranges of ids in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import connection

AT_ONCE = 2
Found = TypeVar("Found")


def in_ranges(work: Callable[[int, int], object], *, last: int, size: int) -> None:
    """Have [first, end) worked on for every id up to `last`, `size` ids at a time. Each range is by itself: none may need another."""
    ranges = [(first, min(first + size, last + 1)) for first in range(1, last + 1, size)]
    beside([partial(_each, work, ranges[nth::AT_ONCE]) for nth in range(min(AT_ONCE, len(ranges)))])


def beside(jobs: Sequence[Callable[[], Found]]) -> list[Found]:
    """What each of these jobs gives, done at once by connections of their own. None may need what another writes.

    Within a transaction one after the other: another connection would not see what it did.
    """
    if connection.in_atomic_block or len(jobs) < AT_ONCE:
        return [job() for job in jobs]

    def by_itself(job: Callable[[], Found]) -> Found:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(by_itself, jobs))


def _each(work: Callable[[int, int], object], ranges: Sequence[tuple[int, int]]) -> None:
    for first, end in ranges:
        work(first, end)
