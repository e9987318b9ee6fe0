"""What changed about a KPI since last week, and which cut explains most of it? The last seven whole days against the seven before.

Of all cuts that the measure has, the one is shown in which a single group did most of what moved. People are no cut here: a
change is looked into together, and nobody is named as its cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from alignment.people.selectors import Somebody, reporting_zone
from kpis.agreed.explaining import Explanation, Parts, explain_ratio, explain_sum
from kpis.agreed.measures import Measure, ask, in_groups
from kpis.metrics.declaring import Group, Value

CUTS = ("source", "channel", "campaign", "team", "segment", "territory")
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """The days [first, end)."""

    first: date
    end: date


@dataclass(frozen=True)
class Changed:
    """`cut` explains most of it, by `explanation`; None where the measure cannot be told apart, or nothing moved."""

    before_week: Week
    week: Week
    before: Decimal | None
    after: Decimal | None
    cut: str | None = None
    explanation: Explanation | None = None


def changed(measure: Measure, *, now: datetime, user: Somebody | None) -> Changed:
    """The change, with its explanation. What waits for a window is looked at so much earlier."""
    end = now.astimezone(reporting_zone()).date()
    if measure.windowed:
        end -= timedelta(days=ask(end, end, now=now).window_days)
    weeks = Week(end - 2 * WEEK, end - WEEK), Week(end - WEEK, end)
    before, after = (_values(measure, week, None, now, user).get((), Value(None)) for week in weeks)
    told = Changed(weeks[0], weeks[1], before.value, after.value)
    if before.value is None or after.value is None or before.value == after.value:
        return told
    if not (measure.is_sum or measure.is_ratio):
        return told
    found = {cut: _explained(measure, weeks, cut, now, user) for cut in _cuts(measure)}
    telling = {cut: one for cut, one in found.items() if one is not None and len(one.effects) > 1}
    if not telling:
        return told
    best = max(telling, key=lambda cut: (telling[cut].dominance, -CUTS.index(cut)))
    return replace(told, cut=best, explanation=telling[best])


def _cuts(measure: Measure) -> list[str]:
    filtered = {cut for part in (measure.over, measure.under) if part for cut, _value in part.where}
    return [
        cut
        for cut in CUTS
        if cut not in filtered and all(metric.cuts is None or cut in metric.cuts for metric in measure.metrics)
    ]


def _explained(
    measure: Measure, weeks: tuple[Week, Week], cut: str, now: datetime, user: Somebody | None
) -> Explanation | None:
    before, after = (_parts(_values(measure, week, cut, now, user), measure) for week in weeks)
    if before is None or after is None:
        return None
    return explain_ratio(before, after) if measure.is_ratio else explain_sum(before, after)


def _values(
    measure: Measure, week: Week, cut: str | None, now: datetime, user: Somebody | None
) -> Mapping[Group, Value]:
    params = ask(week.first, week.end, now=now)
    return in_groups(measure, replace(params, by=(cut,)) if cut else params, user)


def _parts(values: Mapping[Group, Value], measure: Measure) -> dict[str | None, Parts] | None:
    """None where one of them is not known: then nothing adds up."""
    parts: dict[str | None, Parts] = {}
    for group, value in values.items():
        over, under = (value.over, value.under) if measure.is_ratio else (value.value, Decimal(0))
        if over is None or under is None:
            return None
        parts[group[0]] = Parts(Fraction(over), Fraction(under))
    return parts
