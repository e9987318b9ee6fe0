"""What in Python itself holds up an import: looking for garbage among rows that all go soon, and threads that wait for each other."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
