"""Which targets were agreed? Those of the KPIs in force, in the period that runs, with the value that pages tell by now."""

from __future__ import annotations

from datetime import datetime

from kpis.agreed.reading import Kpi, current, find_kpi, kpis_in_force, target_of, values_in_many
from kpis.forecasts.target import Target


def agreed_target(key: str, now: datetime) -> Target:
    """Of one KPI; `Refused` (404) where none of that key is in force."""
    return _targets([find_kpi(key, now)], now)[0]


def agreed_targets(now: datetime) -> list[Target]:
    """Of all."""
    return _targets(kpis_in_force(now), now)


def _targets(kpis: list[Kpi], now: datetime) -> list[Target]:
    periods = [current(kpi, now) for kpi in kpis]
    asked = [(kpi.measure, [period]) for kpi, period in zip(kpis, periods, strict=True)]
    values = values_in_many(asked, now=now, user=None)
    return [
        target_of(kpi, period, found[period.name].value.value)
        for kpi, period, found in zip(kpis, periods, values, strict=True)
    ]
