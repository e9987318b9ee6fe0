"""What in Python itself holds up an import: looking for garbage among rows that all go soon, and threads that wait for each other."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

SELDOM = (20_000, 20, 100)
"""A batch holds tens of thousands of things, none of which goes in circles: to look at them again and again took a third of the time."""
TURN_SECONDS = 0.0005
"""Who reads lets go of the interpreter soon when who writes has its answer from the database, ten times as soon as by default."""


@contextmanager
def unhurried() -> Iterator[None]:
    """Inside, garbage is looked for seldom, and threads take shorter turns."""
    threshold, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(*SELDOM)
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(turn)


class Turns:
    """Who has the interpreter: whoever writes, or, while that one waits for the database for long, whoever reads.

    Were both at it together, each answer of the database would find the interpreter taken.
    """

    def __init__(self) -> None:
        self._free = Event()
        self._free.set()

    def wait(self) -> None:
        """The reader waits until the writer does."""
        self._free.wait()

    def end(self) -> None:
        """Nobody writes any more."""
        self._free.set()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Inside, the reader stands still, except while the writer is `idle`."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    @contextmanager
    def idle(self) -> Iterator[None]:
        """Inside, the writer waits for the database. Nothing where nobody writes."""
        was = self._free.is_set()
        self._free.set()
        try:
            yield
        finally:
            if not was:
                self._free.clear()
