"""From which instant is what is written next known? Told to the database, whose triggers keep what fields held before it.

Called by every service that changes fields of leads or companies, with the `now` it was given; without it the triggers take
the database's own clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from alignment.prepared import Call
from leads.funnel.stage_sets import StageSet, stage_set_after
from leads.funnel.turns import USE_FUNNEL

KNOWN_FROM = "SELECT set_config('alignment.moment', %(moment)s, true)"


def known_from(moment: datetime) -> None:
    """Until the transaction ends, or another moment is told. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_FROM, {"moment": moment.isoformat()})


def begin_recording(moment: datetime) -> StageSet:
    """`known_from`, `use_funnel` and `stage_set`, in one go."""
    return stage_set_after(Call(KNOWN_FROM, {"moment": moment.isoformat()}), Call(USE_FUNNEL, {}))


@contextmanager
def moved_by_definitions() -> Iterator[None]:
    """Stages that change inside are the work of the qualification job: no lead waits to be judged for it. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL alignment.judging = 'on'")
        yield
        cursor.execute("SET LOCAL alignment.judging = 'off'")
