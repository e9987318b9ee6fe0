"""Which KPIs are in force, and how do they stand? The only reader of agreed KPIs: scorecard, pages, API, report and digest ask here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from alignment.agreements.in_force import InForce, all_in_force, in_force
from alignment.people.selectors import Somebody, reporting_zone
from alignment.refusals import Refused
from kpis.agreed.kept import Asked, Kept, do_answer, values_kept_many
from kpis.agreed.measures import Measure, measure_of, values_of
from kpis.agreed.status import Standing, Verdict, judge
from kpis.agreed.terms import KIND, KpiTerms
from kpis.forecasts.target import Milestone as Goal
from kpis.forecasts.target import Target
from kpis.metrics.catalogue import Catalogue, catalogue
from kpis.metrics.declaring import Better, Unit, Value
from kpis.metrics.periods import Grain, Period, containing, period_of
from kpis.reports.params import DEFAULT_WINDOW_DAYS
from leads.funnel.stage_sets import stage_set

SHOWN = 12
"""Periods of the past that a trend shows."""


@dataclass(frozen=True)
class Kpi:
    """One KPI as it is in force."""

    key: str
    version_id: int
    number: int
    since: datetime
    terms: KpiTerms
    measure: Measure

    @property
    def unit(self) -> Unit:
        return self.measure.unit

    @property
    def grain(self) -> Grain:
        return Grain(self.terms.grain)

    @property
    def grows(self) -> bool:
        """Whether the sum only grows: what is spent may be given back, and outside numbers may be anything."""
        return self.measure.is_sum and not self.measure.over.metric.startswith(("series.", "spend"))

    @property
    def level(self) -> bool:
        """Whether the whole target holds all the time."""
        return self.terms.course == "level" or (self.terms.course is None and not self.measure.is_sum)


@dataclass(frozen=True)
class InPeriod:
    """A KPI in one period: its value (so far, while it runs), and what was to be reached by now."""

    period: Period
    value: Value
    target: Decimal | None
    expected: Decimal | None
    ended: bool
    closed: bool
    verdict: Verdict
    revisions: Sequence[str] = ()

    @property
    def share(self) -> float | None:
        """How much of the target is reached."""
        if self.value.value is None or not self.target:
            return None
        return float(self.value.value / self.target)


def kpis_in_force(now: datetime, side: str = "") -> list[Kpi]:
    """All of them, by title; those whose metric is gone are left out (the agreement's page says so)."""
    found: list[Kpi] = []
    agreed = all_in_force(KIND, now)
    there = catalogue(stage_set()) if agreed else None
    for one in agreed:
        try:
            kpi = _kpi(one, there)
        except Refused:
            continue
        if side in ("", kpi.terms.side):
            found.append(kpi)
    return sorted(found, key=lambda kpi: (kpi.terms.title.lower(), kpi.key))


def find_kpi(key: str, now: datetime) -> Kpi:
    """The KPI in force of that key; `Refused` (404) where there is none."""
    found = in_force(KIND, key, now)
    if found is None:
        raise Refused("unknown_kpi", f"No KPI “{key}” is in force.", status=404)
    return _kpi(found)


def _kpi(found: InForce, there: Catalogue | None = None) -> Kpi:
    terms = found.says(KpiTerms)
    return Kpi(found.key, found.version_id, found.number, found.since, terms, measure_of(terms, there))


def window_of(kpi: Kpi) -> timedelta:
    """How long after a period its value still ripens."""
    return timedelta(days=DEFAULT_WINDOW_DAYS if kpi.measure.windowed else 0)


def current(kpi: Kpi, now: datetime, zone: ZoneInfo | None = None) -> Period:
    """The period that runs; of what waits for a window, the one that ripens now. `zone`: the reporting zone, where it is known."""
    zone = zone or reporting_zone()
    return containing(kpi.grain, (now - window_of(kpi)).astimezone(zone).date(), zone)


def periods_shown(kpi: Kpi, now: datetime, most: int = SHOWN, zone: ZoneInfo | None = None) -> list[Period]:
    """The last ones up to the current, in order."""
    periods = [current(kpi, now, zone)]
    while len(periods) < most:
        periods.append(periods[-1].before)
    return periods[::-1]


def target_periods(kpi: Kpi) -> list[Period]:
    """Those that have a target, in order."""
    return sorted((period_of(line.period) for line in kpi.terms.targets), key=lambda period: period.first_day)


def history(
    kpi: Kpi,
    *,
    now: datetime,
    user: Somebody | None,
    most: int = SHOWN,
    chance: float | None = None,
) -> list[InPeriod]:
    """The periods up to the current one, each with its value and how it stands; `chance` is that of the current one."""
    periods = periods_shown(kpi, now, most)
    return judged(kpi, periods, values_in(kpi.measure, periods, now=now, user=user), now=now, chance=chance)


def judged(
    kpi: Kpi,
    periods: Sequence[Period],
    values: Mapping[str, Kept],
    *,
    now: datetime,
    chance: float | None = None,
    stale: bool = False,
) -> list[InPeriod]:
    """How it stands in each; `chance` and `stale` are about the last one."""
    last = periods[-1]
    return [
        in_period(
            kpi, period, values[period.name].value, now=now,
            chance=chance if period == last else None, stale=stale and period == last,
            revisions=values[period.name].revisions,
        )
        for period in periods
    ]  # fmt: skip


def values_in(
    measure: Measure, periods: Sequence[Period], *, now: datetime, user: Somebody | None, answers: bool | None = None
) -> dict[str, Kept]:
    """As they are kept, where these answer (None: it is asked); else live."""
    return values_in_many([(measure, periods)], now=now, user=user, answers=answers)[0]


def values_in_many(
    asked: Sequence[Asked], *, now: datetime, user: Somebody | None, answers: bool | None = None
) -> list[dict[str, Kept]]:
    """The same of many at once."""
    if not asked:
        return []
    answer = do_answer(now) if answers is None else answers
    kept = values_kept_many(asked, now) if answer else [None] * len(asked)
    return [
        {period.name: found.get(period.name, Kept(Value(None))) for period in periods}
        if found is not None
        else _live(measure, periods, now, user)
        for (measure, periods), found in zip(asked, kept, strict=True)
    ]


def _live(measure: Measure, periods: Sequence[Period], now: datetime, user: Somebody | None) -> dict[str, Kept]:
    live = values_of(measure, periods, now=now, user=user)
    return {period.name: Kept(live[period.name]) for period in periods}


def in_period(
    kpi: Kpi,
    period: Period,
    value: Value,
    *,
    now: datetime,
    chance: float | None = None,
    stale: bool = False,
    revisions: Sequence[str] = (),
) -> InPeriod:
    """How it stands in a period, with this value."""
    target = kpi.terms.target_of(period.name)
    ended = now >= period.until + window_of(kpi)
    expected = expected_by(kpi, period, target, now)
    verdict = judge(
        Standing(
            value.value,
            target,
            kpi.terms.direction,
            ended,
            grows=kpi.grows,
            chance=chance,
            expected=expected,
            stale=stale,
        )
    )
    closed = now >= period.closes_at(kpi.measure.windowed, DEFAULT_WINDOW_DAYS)
    return InPeriod(period, value, target, expected, ended, closed, verdict, revisions)


def expected_by(kpi: Kpi, period: Period, target: Decimal | None, now: datetime) -> Decimal | None:
    """The target so far: its share of the time that has passed, or all of it where it is a level."""
    if target is None or kpi.level or now >= period.until:
        return target
    passed = max((now - period.since) / (period.until - period.since), 0.0)
    return target * Decimal(str(round(passed, 9)))


def threshold(kpi: Kpi, share: Decimal | None, value: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Of a milestone, in the unit of the KPI; None where it is a share of a target that is not there."""
    if value is not None:
        return value
    return share * target if share is not None and target is not None else None


def target_of(kpi: Kpi, period: Period, so_far: Decimal | None = None) -> Target:
    """The question that forecasts answer."""
    value = kpi.terms.target_of(period.name)
    goals = ((one.title, threshold(kpi, one.share, one.value, value)) for one in kpi.terms.milestones)
    return Target(
        key=kpi.key,
        title=kpi.terms.title,
        over=kpi.measure.over,
        under=kpi.measure.under,
        period=period,
        value=value,
        direction=Better(kpi.terms.direction),
        unit=kpi.unit,
        so_far=so_far,
        milestones=tuple(Goal(title, at) for title, at in goals if at is not None),
    )
