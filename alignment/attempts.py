"""What if two writers wait for each other in a circle, or one takes away what another points to? One of them tries again."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection

P = ParamSpec("P")
Result = TypeVar("Result")
ATTEMPTS = 3
DEADLOCK, SERIALIZATION, GONE = "40P01", "40001", "23503"
PAUSE_SECONDS = 0.05
"""Long enough for the other writer to take what was let go, before the same is asked for again."""


def again_after_deadlock(write: Callable[P, Result]) -> Callable[P, Result]:
    """Around a service that is one transaction: up to three attempts, where it was ended for another's sake.

    So it is where what it found was gone before it was through, as an undo takes it out: it looks again.

    Within a larger transaction there is one attempt: what was done before it is gone too, so only the outermost may
    try again.
    """

    @wraps(write)
    def attempted(*args: P.args, **kwargs: P.kwargs) -> Result:
        left = 0 if connection.in_atomic_block else ATTEMPTS - 1
        while True:
            try:
                return write(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                if not left or getattr(error.__cause__, "pgcode", None) not in (DEADLOCK, SERIALIZATION, GONE):
                    raise
                left -= 1
                time.sleep(PAUSE_SECONDS)

    return attempted
