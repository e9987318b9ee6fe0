"""Are we nearly there yet? The one door to forecasts: scorecard, pages, the report and the nightly task ask here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np

from alignment.people.selectors import Somebody, sees_everything
from kpis.forecasts.answer import Forecast
from kpis.forecasts.daily import days_of, origin_of
from kpis.forecasts.drawing import chance, crossing, fan, interval, seeded
from kpis.forecasts.from_days import draw_parts, enough
from kpis.forecasts.from_pipeline import TooLittle, draw_pipeline, read_pipeline
from kpis.forecasts.hazards import Floats
from kpis.forecasts.horizon import Horizon, horizon
from kpis.forecasts.levers import levers_of_days, levers_of_pipeline
from kpis.forecasts.parts import COUNTED_BY, MONEY, Parts, parts_of, way_to
from kpis.forecasts.queries.spells import Way
from kpis.forecasts.standing import is_met, next_milestone, question, value_so_far
from kpis.forecasts.target import Target
from kpis.forecasts.widening import WIDTH, learnt_width, widened
from kpis.snapshot import one_snapshot

RUNS = 10_000
ENDED = "The period is over: this is what came."
BY_PIPELINE = (
    "Simulated {runs} times from who is on the way now, by stage, age and segment: how such ones went on before, "
    "who has set out in recent weeks{worth}."
)
WORTH = ", and what deals were worth"
BY_DAYS = "Simulated {runs} times by drawing whole weeks anew from the recent ones, weekday by weekday."
WIDER = "The interval is {percent} % wider than simulated, since rehearsals on our own past missed more often than they should."
BY_RATIO = "Simulated {runs} times by drawing whole weeks anew, both parts of the ratio together."


@one_snapshot()
def forecast(
    target: Target,
    user: Somebody | None,
    now: datetime,
    *,
    runs: int = RUNS,
    levers: bool = True,
    width: float | None = None,
) -> Forecast:
    """Where the target will end, of what `user` may see (None: everything), from what has happened by `now`.

    `width`: how much wider than the simulation's the intervals are; None: as rehearsals show that were over by `now`, for who may
    see what they are of.
    """
    value = value_so_far(target, user, now)
    bare = _bare(target, value, now)
    if now >= target.period.until:
        return over(target, value, now)
    parts = parts_of(target, question(target.over, target.period, now).stages)
    if parts is None:
        return _none(bare, f"“{target.title}” is computed from a whole period at once; there is no forecast of it.")
    way = way_to(parts, question(target.over, target.period, now).stages)
    if width is None:
        width = learnt_width(now) if user is None or sees_everything(user) else 1.0
    if way is not None:
        return _as_wide(_by_pipeline(target, parts, way, user, bare, runs, levers, width), width)
    return _as_wide(_by_days(target, parts, user, bare, runs, width), width)


def _as_wide(told: Forecast, width: float) -> Forecast:
    """Says that it is wider than simulated."""
    percent = round(100 * width)
    if told.median is None or percent == 100:
        return told
    return replace(
        told,
        method=f"{told.method} {WIDER.format(percent=percent - 100)}",
        built_from={**told.built_from, WIDTH: percent},
    )


def _by_pipeline(
    target: Target,
    parts: Parts,
    way: Way,
    user: Somebody | None,
    bare: Forecast,
    runs: int,
    levers: bool,
    width: float,
) -> Forecast:
    if bare.value_now is None:
        return _none(bare, "What there is so far cannot be told: an amount has no rate of exchange.")
    now = bare.computed_at
    ahead, params = horizon(target.period, now), question(parts.over, target.period, now)
    money = parts.over.metric if parts.over.metric in MONEY else None
    goals = days_of(
        [replace(parts.over, metric=COUNTED_BY.get(parts.over.metric, parts.over.metric))], target.period, user, now
    )
    found = read_pipeline(way, goals[0], money, params, user, ahead)
    if isinstance(found, TooLittle):
        return _none(bare, found.sentence)
    there = float(bare.value_now)
    paths = np.maximum(widened(there + draw_pipeline(found, ahead, seeded(target, now), runs), width), there)
    told = _told(target, paths, ahead, bare, crosses=True)
    return replace(
        told,
        levers=levers_of_pipeline(found, ahead, params.stages) if levers else (),
        method=BY_PIPELINE.format(runs=f"{runs:,}", worth=WORTH if money else ""),
        built_from=found.built_from,
    )


def _by_days(target: Target, parts: Parts, user: Somebody | None, bare: Forecast, runs: int, width: float) -> Forecast:
    now = bare.computed_at
    days = days_of(parts.all, target.period, user, now)
    if problem := enough(days):
        return _none(bare, problem.sentence)
    ahead = horizon(target.period, origin_of(days[0], target.period, now))
    drawn = draw_parts(days, ahead, seeded(target, now), runs)
    ways = [one.so_far + added for one, added in zip(days, drawn, strict=True)]
    paths = _together(parts, ways)
    if np.isnan(paths[:, ahead.last]).any():
        return _none(bare, "There is too little beneath the line to divide by.")
    paths = widened(paths, width)
    if only_grows(parts):
        paths = np.maximum(paths, float(bare.value_now or 0))
    told = _told(target, paths, ahead, bare, crosses=parts.under is None)
    return replace(
        told,
        levers=levers_of_days(parts, ways, ahead),
        method=(BY_RATIO if parts.under else BY_DAYS).format(runs=f"{runs:,}"),
        built_from={"whole_weeks": len(days[0].weeks)},
    )


def only_grows(parts: Parts) -> bool:
    """Whether what is reached stays reached: what is spent may be given back, and outside numbers may be anything."""
    single = parts.under is None and parts.minus is None
    return single and not parts.over.metric.startswith(("series.", "spend"))


def _together(parts: Parts, ways: list[Floats]) -> Floats:
    """(over − minus) ÷ under, by run and step."""
    over = ways[0] - ways[1] if parts.minus is not None else ways[0]
    if parts.under is None:
        return over
    return np.divide(over, ways[-1], out=np.full_like(over, np.nan), where=ways[-1] != 0)


def _told(target: Target, paths: Floats, ahead: Horizon, bare: Forecast, *, crosses: bool) -> Forecast:
    ends = paths[:, ahead.last]
    said = interval(ends)
    value = float(bare.value_now or Decimal(0))
    return replace(
        bare,
        median=said.median,
        low=said.low,
        high=said.high,
        chance=chance(target, ends),
        expected_date=crossing(target, value, paths, ahead) if crosses else None,
        fan=fan(np.nan_to_num(paths), ahead),
    )


def _bare(target: Target, value: Decimal | None, now: datetime) -> Forecast:
    return Forecast(
        value_now=value,
        next_milestone=next_milestone(target, value),
        method=ENDED,
        computed_at=now,
        built_from={},
    )


def over(target: Target, value: Decimal | None, now: datetime) -> Forecast:
    """Of a period that is over: what came."""
    bare = _bare(target, value, now)
    if bare.value_now is None:
        return replace(bare, ended=True)
    end = float(bare.value_now)
    met = None if target.value is None else float(is_met(target, end))
    return replace(bare, median=end, low=end, high=end, chance=met, ended=True)


def _none(bare: Forecast, problem: str) -> Forecast:
    return replace(bare, method="No forecast.", problem=problem)
