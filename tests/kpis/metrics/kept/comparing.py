"""Is what is kept what is true now? Kept values beside `evaluate`, and facts beside those of a rebuild."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from alignment.clock import now
from kpis.metrics.declaring import Computed, Metric, Summed
from kpis.metrics.evaluating import evaluate, in_period
from kpis.metrics.kept import counting
from kpis.metrics.kept.basis import ground
from kpis.metrics.kept.models import CUTS
from kpis.metrics.kept.reading import begun_on, read_many
from kpis.metrics.periods import Grain, between, containing
from kpis.recompute import drain

FACTS = """
SELECT m.key, f.kind, f.subject_id, f.day, f.waits_until, f.source_id, f.campaign_id, f.owner_id, f.team_id,
       sum(f.lines), sum(f.unknown), sum(f.total)
FROM kpis_keptfact f JOIN kpis_keptmetric m ON m.id = f.metric_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
VALUES = """
SELECT m.key, v.grain, v.first_day, v.cut, v.group_id, v.lines, v.unknown, v.total
FROM kpis_keptvalue v JOIN kpis_keptmetric m ON m.id = v.metric_id WHERE v.lines <> 0 OR v.total <> 0
"""


def begin() -> None:
    """Metrics are kept from here on: by the next `drain`, too."""
    drain()
    counting.rebuild(now=now())


def kept_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is kept of counts and sums, as sorted rows without what says when."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in (("facts", FACTS), ("values", VALUES)):
            cursor.execute(statement)
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def differences(moment: datetime, *, computed: bool = False) -> list[str]:
    """Where what is kept differs from what `evaluate` says, for every metric, period and cut, in words.

    Of days only some are looked at.
    """
    there, since = ground(moment), begun_on()
    if since is None:
        return []
    today = moment.astimezone(there.params.zone).date()
    keys = [key for key, metric in there.metrics.items() if isinstance(metric, Computed) is computed]
    found: list[str] = []
    for grain in Grain:
        if not computed or grain is not Grain.DAY:
            for cut in CUTS if grain in (Grain.WEEK, Grain.MONTH) else ("",):
                found += _of_grain(moment, grain, cut, keys, since, today)
    return found


def _of_grain(moment: datetime, grain: Grain, cut: str, keys: list[str], since: date, today: date) -> list[str]:
    metrics = ground(moment).metrics
    ours: dict[Any, dict[str, Any]] = {}
    for key, values in read_many(keys, grain, since, today + timedelta(days=1), cut or None, now=moment).items():
        for value in values:
            ours.setdefault((value.period.name, *((value.group,) if cut else ())), {})[key] = value.value
    theirs = _live(moment, grain, cut, keys, since, today)
    places = theirs if grain is Grain.DAY else {*ours, *theirs}
    found = []
    for place in places:
        for key in keys:
            mine, true = (side.get(place, {}).get(key, _nothing(metrics[key])) for side in (ours, theirs))
            if mine != true:
                found.append(f"{key} in {place} of {cut}: kept {mine}, true {true}")
    return found


def _live(
    moment: datetime, grain: Grain, cut: str, keys: list[str], since: date, today: date
) -> dict[Any, dict[str, Any]]:
    params = replace(ground(moment).params, as_of=moment)
    by = (cut,) if cut else ()
    if grain in (Grain.WEEK, Grain.MONTH):
        first, last = containing(grain, since), containing(grain, today)
        asked = replace(params, start=first.since, end=last.until, by=(grain.value, *by))
        found = evaluate(keys, asked, None)
        return {group: {key: value.value for key, value in of.items()} for group, of in found.items()}
    periods = between(grain, since, today + timedelta(days=1))
    if grain is Grain.DAY:
        periods = periods[:: max(1, len(periods) // 5)]
    return {
        (period.name,): {
            key: value.value
            for key, value in evaluate(keys, in_period(replace(params, by=()), period), None)[()].items()
        }
        for period in periods
    }


def _nothing(metric: Metric) -> Decimal | None:
    """What a metric is where it has no line."""
    return Decimal(0) if isinstance(metric, Summed) else metric.otherwise if isinstance(metric, Computed) else None
