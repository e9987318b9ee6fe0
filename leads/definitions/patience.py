"""How long does a page wait for an answer about a definition? Whoever asks on a page asks within it; `TooSlow` is told, not waited out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from django.db import OperationalError, transaction
from psycopg2.errors import QueryCanceled

from alignment.plans import stopped_after

PATIENCE = timedelta(seconds=5)
"""How long a page waits, whatever it asks."""

ASIDE = timedelta(seconds=2)
"""How long a page waits for what stands beside the point."""


class TooSlow(Exception):
    """The database was told to stop, or there was no time left to ask it."""


@dataclass(frozen=True)
class Deadline:
    """One for several questions: what the first ones take, the others do not have. `ends` is of the machine's own clock."""

    ends: float = field(default_factory=lambda: monotonic() + PATIENCE.total_seconds())

    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self.ends - monotonic()))


@contextmanager
def patient(patience: timedelta) -> Iterator[None]:
    """Statements inside are stopped after so long; the caller's transaction goes on."""
    if not patience:
        raise TooSlow
    try:
        with transaction.atomic(), stopped_after(max(1, int(patience.total_seconds() * 1000))):
            yield
    except OperationalError as problem:
        if isinstance(problem.__cause__, QueryCanceled):
            raise TooSlow from problem
        raise
