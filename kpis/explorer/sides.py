"""Which two groups of leads are compared? Two values of a cut, by default the two largest, or a period and the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kpis.explorer.view import BEFORE, View
from kpis.money.before import period_before
from kpis.pages.questions import Question
from kpis.reports.params import rfc3339


@dataclass(frozen=True)
class Group:
    """One of the two: its question, and what it is called."""

    title: str
    question: Question


def two_groups(view: View, matrix: dict[str, Any]) -> tuple[View, tuple[Group, Group] | None]:
    """The view with its two values filled in, and the groups; None where there is nothing to compare.

    `matrix` is the funnel by the cut that is compared, from which the two largest are taken where none was chosen.
    """
    if view.compare == BEFORE:
        return view, _periods(view)
    if not view.compare:
        return view, None
    if not view.chosen:
        values = [
            group["group"][view.compare] for group in sorted(matrix["groups"], key=lambda group: -group["entered"])
        ]
        if len(values) < 2:
            return view, None
        view = replace(view, first=values[0], second=values[1], chosen=True)
    return view, (_of_value(view, view.first), _of_value(view, view.second))


def _of_value(view: View, value: str | None) -> Group:
    return Group(value or "(none)", view.question.where([(view.compare, value)]))


def _periods(view: View) -> tuple[Group, Group] | None:
    params = view.question.params
    before = period_before(params)
    if before is None:
        return None
    earlier = view.question.but(
        start=before.start_text if len(before.start_text) == 10 else rfc3339(before.start),
        end=before.end_text if len(before.end_text) == 10 else rfc3339(before.end),
    )
    return (
        Group(f"{params.start_text} up to {params.end_text}", view.question),
        Group(f"{before.start_text} up to {before.end_text}", earlier),
    )
