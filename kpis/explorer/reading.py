"""What does one view of the explorer say? Every report behind it, of one state of the database, as one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.people.selectors import Somebody
from kpis.explorer.cohorts import cohorts
from kpis.explorer.sides import two_groups
from kpis.explorer.survival import survival, thinned
from kpis.explorer.view import BEFORE, View
from kpis.pages.explorer_charts import goal_of
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.snapshot import one_snapshot


def options_of(view: View) -> dict[str, str]:
    """What a view has besides its question."""
    chosen = {"a": view.first or "", "b": view.second or ""} if view.chosen else {}
    return {"cut": view.cut, "compare": view.compare, **chosen}


@one_snapshot()
def read_view(question: Question, user: Somebody | None, more: Mapping[str, str]) -> dict[str, Any]:
    """`matrix` by the cut, `of_values` by what is compared, `whole` and `months` of all; `survival` of all, or of both groups (`sides`)."""
    view = View(
        question, more["cut"], more.get("compare", ""), more.get("a") or None, more.get("b") or None, "a" in more
    )
    matrix: dict[str, Any] = funnel(view.matrix.params, user)
    of_values = matrix
    if view.compare not in ("", BEFORE, view.cut):
        of_values = funnel(question.but(by=view.compare).params, user)
    view, groups = two_groups(view, of_values)
    whole: dict[str, Any] = funnel(question.params, user)
    goal = goal_of(question)
    return {
        "matrix": matrix,
        "of_values": None if of_values is matrix else of_values,
        "whole": whole["groups"][0],
        "months": cohorts(question.params, user),
        "survival": thinned(survival(question.params, user)) if groups is None else None,
        "sides": [
            {
                "funnel": funnel(group.question.params, user)["groups"][0],  # type: ignore[index]
                "survival": thinned(survival(group.question.but(to_stage=goal).params, user)),
            }
            for group in groups or ()
        ],
    }
