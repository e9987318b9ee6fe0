"""How are percentiles, stocks and the like kept right? The periods that are due are read anew, one at a time, in turns the latest one
and the one that has waited longest.

The only writer of the values of computed metrics. A period is replaced in one transaction, which takes it out of the queue; one
worker does this at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from kpis import freshness
from kpis.metrics.computing import compute
from kpis.metrics.declaring import Computed, Value
from kpis.metrics.evaluating import in_period
from kpis.metrics.kept.basis import WHAT, Ground, ground, is_current
from kpis.metrics.kept.models import CUTS, GRAINS, Cause
from kpis.metrics.kept.queries import due, locks, numbers, values
from kpis.metrics.periods import Grain, Period, containing
from kpis.metrics.shared import remembering

COMPUTED = "computed metrics"
PRESENT = "computed metrics of today"
SECONDS = 45.0
"""How long a run lasts at most, but for the period it is at."""

ANEW = timedelta(minutes=5)
"""How old values of the present periods become: they change with the clock."""

Cell = tuple[int, int, int]
"""A metric, a cut and a group, as numbers."""


def work_off(*, now: datetime, seconds: float | None = SECONDS, clock: Callable[[], float] = monotonic) -> int:
    """Read the periods that are due anew, for so long; how many. None: until nothing waits."""
    there = ground(now)
    began, done = clock(), 0
    _note_present(there)
    while seconds is None or clock() - began < seconds:
        with transaction.atomic():
            if not locks.try_lock("kpis_kept_computed") or not is_current(there):
                return done
            waits = due.next_due(longest=done % 2 == 1)
            if waits is None:
                freshness.note(COMPUTED, now)
                return done
            due.take(waits)
            _replace(there, waits)
            done += 1
    return done


def _note_present(there: Ground) -> None:
    last = freshness.last(PRESENT)
    if not is_current(there) or (last is not None and there.now - last.at < ANEW):
        return
    counted = freshness.last(WHAT)
    if counted is None or not counted.detail.get("since"):
        return
    computed = [metric for metric in there.metrics.values() if isinstance(metric, Computed)]
    ids = numbers.number_metrics(computed)
    today = there.now.astimezone(there.params.zone).date()
    due.note_span(list(ids.values()), today, today)
    freshness.note(PRESENT, there.now)


def _replace(there: Ground, waits: due.Due) -> None:
    """Put what is read of a period in the place of what is kept of it. What is no metric any more is taken out."""
    computed = [metric for metric in there.metrics.values() if isinstance(metric, Computed)]
    ids = numbers.number_metrics(computed)
    wanted = tuple(metric for metric in computed if ids[metric.key] in set(waits.metrics))
    period = containing(GRAINS[waits.grain], waits.first_day, there.params.zone)
    found = read_period(there, period, wanted, ids) if period.since <= there.now else {}
    values.replace(
        waits.metrics,
        waits.grain,
        waits.first_day,
        found,
        closed={ids[metric.key] for metric in wanted if _is_closed(metric, period, there)},
        cause=None if waits.cause == due.TIME else Cause(waits.cause),
        now=there.now,
    )


def read_period(
    there: Ground, period: Period, metrics: tuple[Computed, ...], ids: Mapping[str, int]
) -> dict[Cell, Value]:
    """Each metric's value in that period, by every cut that is kept."""
    found: dict[Cell, Value] = {}
    with remembering():
        for cut, name in enumerate(CUTS):
            if name and period.grain not in (Grain.WEEK, Grain.MONTH):
                continue
            params = in_period(replace(there.params, as_of=there.now, by=(name,) if name else ()), period)
            read = {ids[metric.key]: compute(metric, params, None) for metric in metrics}
            if not name:
                missing = {ids[metric.key]: Value(metric.otherwise) for metric in metrics}
                found |= {(metric, 0, 0): of.get((), missing[metric]) for metric, of in read.items()}
                continue
            groups = numbers.number_groups(cut, {group[0] for of in read.values() for group in of})
            found |= {
                (metric, cut, groups[group[0]]): value for metric, of in read.items() for group, value in of.items()
            }
    return found


def _is_closed(metric: Computed, period: Period, there: Ground) -> bool:
    return period.closes_at(metric.windowed, there.params.window_days) <= there.now
