"""How are percentiles, stocks and the like kept right? The periods that are due are read anew, one at a time, in turns the latest one
and the one that has waited longest.

The only writer of the values of computed metrics. A period is replaced in one transaction, which takes it out of the queue; one
worker does this at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from alignment.plans import hashed_joins
from kpis import freshness
from kpis.metrics.declaring import Computed
from kpis.metrics.kept.basis import WHAT, Ground, ground, is_current
from kpis.metrics.kept.models import GRAINS, Cause
from kpis.metrics.kept.of_period import cuts_of, is_stock, read_period
from kpis.metrics.kept.queries import due, locks, numbers, values
from kpis.metrics.periods import Period, containing
from kpis.metrics.shared import remembering
from kpis.reports.held import every_value_at_hand
from leads.selectors.queries.size import has_leads

COMPUTED = "computed metrics"
PRESENT = "computed metrics of today"
SECONDS = 45.0
"""How long a run lasts at most, but for the period it is at."""

ANEW, ANEW_OF_MANY = timedelta(minutes=5), timedelta(minutes=20)
"""How old values of the present periods become, and those of a company of `MANY` leads: they change with the clock."""
MANY = 200_000


def work_off(*, now: datetime, seconds: float | None = SECONDS, clock: Callable[[], float] = monotonic) -> int:
    """Read the periods that are due anew, for so long; how many. None: until nothing waits."""
    there = ground(now)
    began, done = clock(), 0
    _note_present(there)
    while seconds is None or clock() - began < seconds:
        with transaction.atomic():
            if not locks.try_lock("kpis_kept_computed") or not is_current(there):
                return done
            waits = _next(there, longest=done % 2 == 1)
            if not waits:
                present = freshness.last(PRESENT)  # what changes by the clock stands as it did then
                freshness.note(COMPUTED, now if present is None else present.at)
                return done
            for one in waits:
                due.take(one)
            _replace_all(there, waits)
            done += len(waits)
    return done


def _next(there: Ground, *, longest: bool) -> Sequence[due.Due]:
    """A period that is due; with one that is not over all that are not: they share what stands now."""
    found = due.next_due(longest=longest)
    today = there.now.astimezone(there.params.zone).date()
    if found is None or containing(GRAINS[found.grain], found.first_day, there.params.zone).end_day <= today:
        return [] if found is None else [found]
    present = (due.of(grain, containing(name, today, there.params.zone).first_day) for grain, name in enumerate(GRAINS))
    return [found, *(one for one in present if one is not None and one.grain != found.grain)]


def anew() -> timedelta:
    """How old values of the present periods become in this company."""
    return ANEW_OF_MANY if has_leads(MANY) else ANEW


def _note_present(there: Ground) -> None:
    last = freshness.last(PRESENT)
    if not is_current(there) or (last is not None and there.now - last.at < anew()):
        return
    counted = freshness.last(WHAT)
    if counted is None or not counted.detail.get("since"):
        return
    computed = [metric for metric in there.metrics.values() if isinstance(metric, Computed)]
    ids = numbers.number_metrics(computed)
    today = there.now.astimezone(there.params.zone).date()
    due.note_span(list(ids.values()), today, today)
    freshness.note(PRESENT, there.now)


def _replace_all(there: Ground, waits: Sequence[due.Due]) -> None:
    """Put what is read of these periods in the place of what is kept of them. What is no metric any more is taken out."""
    computed = [metric for metric in there.metrics.values() if isinstance(metric, Computed)]
    ids = numbers.number_metrics(computed)
    asked = {one: tuple(metric for metric in computed if ids[metric.key] in set(one.metrics)) for one in waits}
    with remembering(), ExitStack() as stack:
        if any(is_stock(metric) and cuts_of(GRAINS[one.grain]) for one in waits for metric in asked[one]):
            stack.enter_context(hashed_joins())
            stack.enter_context(every_value_at_hand())
        for one, wanted in asked.items():
            period = containing(GRAINS[one.grain], one.first_day, there.params.zone)
            values.replace(
                one.metrics,
                one.grain,
                one.first_day,
                read_period(there, period, wanted, ids) if period.since <= there.now else {},
                closed={ids[metric.key] for metric in wanted if _is_closed(metric, period, there)},
                cause=None if one.cause == due.TIME else Cause(one.cause),
                now=there.now,
            )


def _is_closed(metric: Computed, period: Period, there: Ground) -> bool:
    return period.closes_at(metric.windowed, there.params.window_days) <= there.now
