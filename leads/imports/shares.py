"""How many rows go in together, so that nobody who clicks on a lead waits long? Asked by an import before each transaction.

Leads that were there before are held until a transaction ends: by it fewer rows go in next time if it took longer than somebody should
wait, more if it was done sooner. A lead that is made is nobody's yet, and what is appended to a lead holds nobody up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LONGEST_SECONDS = 0.03
"""What is aimed at: nobody notices, and a busy machine may take twice as long."""

FEWEST, FIRST = 50, 100
MOST_FASTER = 2.0


@dataclass
class Held:
    """Whether a transaction held leads that were there before."""

    leads: bool = False


class Share:
    """`rows` are the next ones; told what each transaction took."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.rows = min(most, FIRST)
        self._most, self._clock = most, clock

    @contextmanager
    def measured(self, rows: int) -> Iterator[Held]:
        """Around one transaction of so many rows."""
        held, began = Held(), self._clock()
        yield held
        seconds = max(self._clock() - began, 1e-6)
        if held.leads:
            faster = min(LONGEST_SECONDS / seconds, MOST_FASTER)
            self.rows = max(min(FEWEST, self._most), min(self._most, int(rows * faster)))
        else:
            self.rows = self._most
