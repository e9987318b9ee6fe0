"""Which targets were agreed? Those of the KPIs in force, in the period that runs."""

from __future__ import annotations

from datetime import datetime

from kpis.agreed.reading import current, find_kpi, kpis_in_force, target_of
from kpis.forecasts.target import Target


def agreed_target(key: str, now: datetime) -> Target:
    """Of one KPI; `Refused` (404) where none of that key is in force."""
    kpi = find_kpi(key, now)
    return target_of(kpi, current(kpi, now))


def agreed_targets(now: datetime) -> list[Target]:
    """Of all."""
    return [target_of(kpi, current(kpi, now)) for kpi in kpis_in_force(now)]
