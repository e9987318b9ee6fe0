"""How does each KPI stand, slow answers included? Forecast and explanation are computed by a task and kept; pages read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from kpis.agreed.changes import Changed, changed
from kpis.agreed.models import KpiStanding
from kpis.agreed.reading import Kpi, current, kpis_in_force, target_of
from kpis.forecasts.answer import Forecast
from kpis.forecasts.service import forecast

OLD = timedelta(hours=2)
"""A standing that is older says nothing any more about the chance."""


@dataclass(frozen=True)
class Ahead:
    """What a forecast said, as far as it is kept. `problem`: why there is none."""

    computed_at: datetime | None = None
    chance: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    expected_date: date | None = None
    problem: str = ""


@dataclass(frozen=True)
class KeptChange:
    """What changed since last week, as it is kept: groups with what each did, largest first."""

    before: float
    after: float
    first: date
    end: date
    cut: str | None
    effects: tuple[Mapping[str, object], ...]


def refresh(now: datetime) -> int:
    """Look at every KPI in force anew, and forget those that are not; how many there are."""
    kpis = kpis_in_force(now)
    for kpi in kpis:
        keep(kpi, now)
    KpiStanding.objects.exclude(key__in=[kpi.key for kpi in kpis]).delete()
    return len(kpis)


def keep(kpi: Kpi, now: datetime) -> None:
    """Compute and keep one. Two at once write the same row, one after the other."""
    period = current(kpi, now)
    answer = forecast(target_of(kpi, period), None, now)
    KpiStanding.objects.update_or_create(
        key=kpi.key,
        defaults={
            "version_id": kpi.version_id,
            "period": period.name,
            "computed_at": now,
            **_ahead(answer),
            "changed": as_document(changed(kpi.measure, now=now, user=None)),
        },
    )


def _ahead(answer: Forecast) -> dict[str, object]:
    return {
        "chance": answer.chance,
        "median": answer.median,
        "low": answer.low,
        "high": answer.high,
        "expected_date": answer.expected_date,
        "problem": answer.problem or "",
    }


def standings(kpis: list[Kpi], now: datetime) -> dict[str, KpiStanding]:
    """What is kept of these, as far as it is about their version and present period."""
    rows = KpiStanding.objects.in_bulk([kpi.key for kpi in kpis])
    return {
        kpi.key: row
        for kpi in kpis
        if (row := rows.get(kpi.key)) is not None
        and row.computed_at <= now
        and (row.version_id, row.period) == (kpi.version_id, current(kpi, now).name)
    }


def ahead_of(row: KpiStanding | None, now: datetime) -> Ahead:
    """The forecast in it, while it is young enough."""
    if row is None:
        return Ahead(problem="The forecast is being computed.")
    if now - row.computed_at > OLD:
        return Ahead(row.computed_at, problem="The last forecast is too old to go by.")
    return Ahead(row.computed_at, row.chance, row.median, row.low, row.high, row.expected_date, row.problem)


def as_document(found: Changed) -> dict[str, object]:
    """What changed, as JSON: exact fractions as texts, and their values."""
    told: dict[str, object] = {
        "start": f"{found.week.first}",
        "end": f"{found.week.end}",
        "before": _number(found.before),
        "after": _number(found.after),
        "cut": found.cut,
        "effects": [],
    }
    if found.explanation is not None:
        told["effects"] = [
            {
                "group": effect.group,
                "mix": float(effect.mix),
                "rate": float(effect.rate),
                "total": float(effect.total),
                "exact": str(effect.total),
            }
            for effect in found.explanation.effects
        ]
    return told


def change_of(row: KpiStanding | None) -> KeptChange | None:
    """The change in it; None where one of the two weeks has no value."""
    told = row.changed if row is not None else {}
    return None if not told else change_in(told)


def change_in(told: Mapping[str, object]) -> KeptChange | None:
    before, after, effects = told.get("before"), told.get("after"), told.get("effects")
    if not isinstance(before, float) or not isinstance(after, float) or not isinstance(effects, list):
        return None
    cut = told["cut"]
    return KeptChange(
        before,
        after,
        date.fromisoformat(str(told["start"])),
        date.fromisoformat(str(told["end"])),
        str(cut) if cut is not None else None,
        tuple(effects),
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
