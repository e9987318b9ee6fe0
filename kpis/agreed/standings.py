"""How does each KPI stand, slow answers included? What is expected of it, told by the one store of forecasts, and what changed since last
week, which a task explains and keeps here. Scorecard, pages, API and digest ask for all KPIs at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from alignment.clock import now as present
from alignment.people.selectors import Somebody, reporting_zone
from kpis.agreed.changes import Changed, changed
from kpis.agreed.kept import PRESENT
from kpis.agreed.models import KpiStanding
from kpis.agreed.reading import (
    SHOWN,
    InPeriod,
    Kpi,
    current,
    judged,
    kpis_in_force,
    periods_shown,
    target_of,
    values_in_many,
)
from kpis.forecasts.agreed import agreed_targets
from kpis.forecasts.answer import Forecast
from kpis.forecasts.keeping import ask_soon, keep_all, kept_many

OLD = timedelta(hours=2)
"""A change explained longer ago is none since last week any more."""
SOON = "The forecast is being computed; it will be there in a minute."
STALE_PERIODS = 3


@dataclass(frozen=True)
class Ahead:
    """What a forecast says. `problem`: why there is none."""

    computed_at: datetime | None = None
    chance: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    expected_date: date | None = None
    problem: str = ""


@dataclass(frozen=True)
class Stand:
    """A KPI in its last periods (the current one last), and what is expected of the current one."""

    periods: Sequence[InPeriod]
    ahead: Ahead


@dataclass(frozen=True)
class KeptChange:
    """What changed since last week, as it is kept: groups with what each did, largest first."""

    before: float
    after: float
    first: date
    end: date
    cut: str | None
    effects: tuple[Mapping[str, object], ...]


def stands(
    kpis: Sequence[Kpi], *, now: datetime, user: Somebody | None, most: int = SHOWN, answers: bool | None = None
) -> list[Stand]:
    """Of each, in a few statements for all. Forecasts that hold no more are asked for, and not waited for."""
    zone = reporting_zone()
    periods = [periods_shown(kpi, now, most, zone) for kpi in kpis]
    asked = [(kpi.measure, shown) for kpi, shown in zip(kpis, periods, strict=True)]
    values = values_in_many(asked, now=now, user=user, answers=answers)
    targets = [
        target_of(kpi, shown[-1], found[shown[-1].name].value.value)
        for kpi, shown, found in zip(kpis, periods, values, strict=True)
    ]
    told = kept_many(targets, now)
    if len(told) < len(kpis) and abs(now - present()) <= PRESENT:
        ask_soon()
    found = []
    for kpi, shown, value in zip(kpis, periods, values, strict=True):
        ahead = ahead_of(told.get(kpi.key))
        stood = judged(kpi, shown, value, now=now, chance=ahead.chance)
        if is_stale(kpi, stood):
            stood = judged(kpi, shown, value, now=now, stale=True)
        found.append(Stand(stood, ahead))
    return found


def is_stale(kpi: Kpi, periods: Sequence[InPeriod]) -> bool:
    """Whether an outside number has not come for two periods and the running one."""
    outside = kpi.measure.over.metric.startswith("series.")
    return outside and not any(one.value.n for one in periods[-STALE_PERIODS:])


def ahead_of(told: Forecast | None) -> Ahead:
    """What is told of it; None: none holds."""
    if told is None:
        return Ahead(problem=SOON)
    return Ahead(
        told.computed_at, told.chance, told.median, told.low, told.high, told.expected_date, told.problem or ""
    )


def refresh(now: datetime) -> int:
    """Look at every KPI in force anew, and forget those that are not; how many there are."""
    keep_all(agreed_targets(now), now)
    kpis = kpis_in_force(now)
    for kpi in kpis:  # one a KPI
        keep_change(kpi, now)
    KpiStanding.objects.exclude(key__in=[kpi.key for kpi in kpis]).delete()
    return len(kpis)


def keep_change(kpi: Kpi, now: datetime) -> None:
    """Explain and keep the change of one. Two at once write the same row, one after the other."""
    KpiStanding.objects.update_or_create(
        key=kpi.key,
        defaults={
            "version_id": kpi.version_id,
            "period": current(kpi, now).name,
            "computed_at": now,
            "changed": as_document(changed(kpi.measure, now=now, user=None)),
        },
    )


def changes(kpis: Sequence[Kpi], now: datetime) -> dict[str, KeptChange | None]:
    """What is kept of these, as far as it is about their version, and young enough."""
    rows = KpiStanding.objects.in_bulk([kpi.key for kpi in kpis])
    return {
        kpi.key: change_in(row.changed)
        for kpi in kpis
        if (row := rows.get(kpi.key)) is not None
        and now - OLD <= row.computed_at <= now
        and row.version_id == kpi.version_id
    }


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


def change_in(told: Mapping[str, object]) -> KeptChange | None:
    """The change in a document; None where one of the two weeks has no value."""
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
