"""Template tags that read cohorts and curves for their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template

from alignment.ui.heat import Field, HeatMap
from alignment.ui.words import NOTHING
from kpis.explorer.survival import DAYS
from kpis.pages import explorer_charts
from kpis.pages.questions import Question
from kpis.pages.report_charts import DAY, Document

register = template.Library()


@dataclass(frozen=True)
class ByDay:
    """The share that has made a step by a day, its interval, and how many waited then; None after watching ended."""

    share: float | None = None
    low: float | None = None
    high: float | None = None
    at_risk: int | None = None


@register.filter
def by_days(step: dict[str, Any]) -> list[ByDay]:
    """A step's curve at the days that the table shows."""
    return [_by_day(step["points"], day) for day in DAYS]


def _by_day(points: Sequence[dict[str, Any]], day: int) -> ByDay:
    if not points or points[-1]["seconds"] < day * DAY:
        return ByDay()
    later = next(point for point in points if point["seconds"] >= day * DAY)
    before = [point for point in points if point["seconds"] <= day * DAY]
    if not before:
        return ByDay(0.0, at_risk=later["at_risk"])
    last = before[-1]
    low, high = (None if last[key] is None else 1 - last[key] for key in ("survival_high", "survival_low"))
    return ByDay(1 - last["survival"], low, high, later["at_risk"])


@register.filter
def cohort_rows(document: Document, question: Question) -> list[tuple[dict[str, Any], tuple[Field, ...]]]:
    """Each month of the table with its fields, as the picture has them."""
    goal = explorer_charts.goal_of(question)
    found = ((group, explorer_charts.cohort_fields(question, group, goal)) for group in document["groups"])
    return [(group, fields) for group, fields in found if fields is not None]


@register.filter
def matrix_rows(document: Document, drawn: HeatMap) -> list[tuple[dict[str, Any], tuple[Field, ...]]]:
    """Each group of a funnel with its fields."""
    return list(zip(document["groups"], drawn.fields, strict=True))


@register.filter
def points(share: float | None) -> str:
    """A difference of shares: 0.031 → "+3.1"."""
    return NOTHING if share is None else f"{share * 100:+.1f}".replace("-", "−")


@register.simple_tag
def retention_map(document: Document) -> HeatMap:
    """The picture of the customers that came again."""
    return explorer_charts.retention_map(document)


@register.filter
def retention_rows(document: Document) -> list[tuple[dict[str, Any], tuple[Field, ...]]]:
    """Each month of first wins with its fields."""
    return list(zip(document["retention"], explorer_charts.retention_map(document).fields, strict=True))
