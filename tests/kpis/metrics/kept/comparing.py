"""Is what is kept what is true now? Kept values beside `evaluate`, and facts beside those of a rebuild."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from kpis.metrics.declaring import Computed
from kpis.metrics.evaluating import evaluate, in_period
from kpis.metrics.kept.basis import ground
from kpis.metrics.kept.models import CUTS
from kpis.metrics.kept.reading import begun_on, read_many
from kpis.metrics.periods import Grain

FACTS = """
SELECT m.key, f.kind, f.subject_id, f.day, f.waits_until, f.source_id, f.campaign_id, f.owner_id, f.team_id,
       sum(f.lines), sum(f.unknown), sum(f.total)
FROM kpis_keptfact f JOIN kpis_keptmetric m ON m.id = f.metric_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
VALUES = """
SELECT m.key, v.grain, v.first_day, v.cut, v.group_id, v.lines, v.unknown, v.total
FROM kpis_keptvalue v JOIN kpis_keptmetric m ON m.id = v.metric_id WHERE v.lines <> 0 OR v.total <> 0
"""


def kept_rows(*, computed: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is kept, as sorted rows without what says when."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in (("facts", FACTS), ("values", VALUES)):
            cursor.execute(statement)
            found[name] = sorted(cursor.fetchall(), key=repr)
    return found


def differences(now: datetime, *, computed: bool) -> list[str]:
    """Where what is kept differs from what `evaluate` says, for every metric, period and cut, in words."""
    there = ground(now)
    since = begun_on()
    if since is None:
        return []
    today = now.astimezone(there.params.zone).date()
    keys = [key for key, metric in there.metrics.items() if computed or not isinstance(metric, Computed)]
    found = []
    for grain in Grain:
        for cut in CUTS if grain in (Grain.WEEK, Grain.MONTH) else ("",):
            wanted = [key for key in keys if grain is not Grain.DAY or not isinstance(there.metrics[key], Computed)]
            found += _of_grain(now, grain, cut, wanted, since, today)
    return found


def _of_grain(now: datetime, grain: Grain, cut: str, keys: list[str], since: date, today: date) -> list[str]:
    there = ground(now)
    kept = read_many(keys, grain, since, date.fromordinal(today.toordinal() + 1), cut or None, now=now)
    by_period: dict[Any, dict[Any, dict[str, Any]]] = {}
    for key, values in kept.items():
        for value in values:
            by_period.setdefault(value.period, {}).setdefault((value.group,) if cut else (), {})[key] = value
    found = []
    for period, groups in by_period.items():
        params = in_period(replace(there.params, as_of=now, by=(cut,) if cut else ()), period)
        live = evaluate(keys, params, None)
        for group in {*groups, *live}:
            for key in keys:
                ours, theirs = groups.get(group, {}).get(key), live.get(group, {}).get(key)
                mine = ours.value if ours else _zero(there.metrics[key])
                true = theirs.value if theirs else _zero(there.metrics[key])
                if mine != true:
                    found.append(f"{key} in {period} of {cut}={group}: kept {mine}, true {true}")
    return found


def _zero(metric: Any) -> Any:
    from kpis.metrics.declaring import Summed

    return 0 if isinstance(metric, Summed) else getattr(metric, "otherwise", None)
