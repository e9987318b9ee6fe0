"""From which instant is what is written next known? Told to the database, whose triggers keep what fields held before it.

Called by every service that changes fields of leads or companies, with the `now` it was given; without it the triggers take
the database's own clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from leads.funnel.turns import USE_FUNNEL

KNOWN_FROM = "SELECT set_config('alignment.moment', %(moment)s, true)"


def known_from(moment: datetime) -> None:
    """Until the transaction ends, or another moment is told. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_FROM, {"moment": moment.isoformat()})


def begin_recording(moment: datetime) -> None:
    """`known_from`, and `use_funnel`, in one go."""
    with connection.cursor() as cursor:
        cursor.execute(f"{KNOWN_FROM}; {USE_FUNNEL}", {"moment": moment.isoformat()})


@contextmanager
def moved_by_definitions() -> Iterator[None]:
    """Stages that change inside are the work of the qualification job: no lead waits to be judged for it. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL alignment.judging = 'on'")
        yield
        cursor.execute("SET LOCAL alignment.judging = 'off'")
