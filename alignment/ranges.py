"""How is everything looked through by two processors? In ranges of ids, by two connections that take turns with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

AT_ONCE = 2


def in_ranges(work: Callable[[int, int], object], *, last: int, size: int) -> None:
    """Have [first, end) worked on for every id up to `last`, `size` ids at a time. Each range is by itself: none may need another.

    Within a transaction one after the other: another connection would not see what it did.
    """
    ranges = [(first, min(first + size, last + 1)) for first in range(1, last + 1, size)]
    if connection.in_atomic_block or len(ranges) < AT_ONCE:
        _each(work, ranges)
        return

    def beside(some: Sequence[tuple[int, int]]) -> None:
        try:
            _each(work, some)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(beside, [ranges[nth::AT_ONCE] for nth in range(AT_ONCE)]))


def _each(work: Callable[[int, int], object], ranges: Sequence[tuple[int, int]]) -> None:
    for first, end in ranges:
        work(first, end)
