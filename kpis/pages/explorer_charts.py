"""How do cohorts and survival look? A heat map of months by age, and curves of steps with their bands."""

from __future__ import annotations

from typing import Any

from alignment.ui.curves import Curve, Point, Steps
from alignment.ui.heat import Field, HeatMap
from kpis.explorer.queries.cohorts import AGE_DAYS
from kpis.pages.questions import Question
from kpis.pages.report_charts import DAY, Document, group_title
from kpis.pages.stage_tones import stage_tone

SHOWN = 8
"""More curves than this cannot be told apart."""


def goal_of(question: Question) -> str | None:
    """The stage that a picture of one stage is of: the one asked for, else the first won one, else the last."""
    params = question.params
    won = params.stages.first_of("won")
    later = [terms.key for terms in params.stages.forward[params.stages.ordinal(params.start_stage) :]]
    wanted = params.to_stage or (won.key if won else None)
    return wanted if wanted in later else (later[-1] if later and params.to_stage is None else None)


def cohorts_chart(question: Question, document: Document) -> HeatMap:
    """Months by age; the other cuts of a group stand beside its month."""
    goal = goal_of(question)
    rows = [
        (group_title(group["group"]), fields)
        for group in document["groups"]
        if (fields := cohort_fields(question, group, goal)) is not None
    ]
    columns = tuple(f"{age}" for age in range(1, max((len(fields) for _title, fields in rows), default=0) + 1))
    named = question.params.stages.by_key[goal].title if goal else ""
    return HeatMap(
        "report", f"Share that reached {named}, by months since", tuple(title for title, _fields in rows), columns,
        tuple(fields for _title, fields in rows), first_column="Month", height="tall",
    )  # fmt: skip


def cohort_fields(question: Question, group: dict[str, Any], goal: str | None) -> tuple[Field, ...] | None:
    """One line of the heat map, each field with the leads behind it; None where the stage is not among those told."""
    stage = next((stage for stage in group["stages"] if stage["stage"] == goal), None)
    if stage is None:
        return None
    return tuple(_field(question, group, stage["stage"], age) for age in stage["ages"])


def _field(question: Question, group: dict[str, Any], stage: str, age: dict[str, Any]) -> Field:
    window = question.but(window_days=f"{AGE_DAYS * age['months']}", to_stage=None)
    told = age["share"] is not None
    link = window.leads("mature_in_window", stage, group["group"]) if told and age["reached"] else None
    return Field(age["share"], age["reached"], group["leads"], link, age["wilson_low"], age["wilson_high"])


def retention_map(document: Document) -> HeatMap:
    """Months of first wins by age: the share that bought again by then."""
    rows = document["retention"]
    fields = tuple(
        tuple(
            Field(age["share"], age["reached"], row["customers"], None, age["wilson_low"], age["wilson_high"])
            for age in row["ages"]
        )
        for row in rows
    )
    columns = tuple(f"{age['months']}" for age in rows[0]["ages"]) if rows else ()
    return HeatMap(
        "retention", "Customers that bought again, by months since", tuple(row["month"] for row in rows), columns, fields,
        first_column="First won in",
    )  # fmt: skip


def survival_chart(question: Question, document: Document) -> Steps:
    """The share that has made each step; of several groups the one step asked for, else the first."""
    params = question.params
    titles = {key: terms.title for key, terms in params.stages.by_key.items()}
    curves = []
    for group in document["groups"][:SHOWN]:
        steps = group["steps"][:1] if params.by else group["steps"]
        for step in steps:
            name = group_title(group["group"]) if params.by else f"{titles[step['from']]} → {titles[step['to']]}"
            tone = None if params.by else stage_tone(params.stages, step["to"])
            curves.append(Curve(name, step_points(step), tone, question.leads("waiting", step["to"], group["group"])))
    return Steps("report", "Share that has made the step, by days", tuple(curves))


def step_points(step: dict[str, Any]) -> tuple[Point, ...]:
    """From nobody on day 0: what share has made the step, with its band."""
    found = [
        Point(
            round(point["seconds"] / DAY, 4), round(1 - point["survival"], 6),
            _less(point["survival_high"]), _less(point["survival_low"]),
        )
        for point in step["points"]
    ]  # fmt: skip
    return (Point(0.0, 0.0), *found)


def _less(share: float | None) -> float | None:
    return None if share is None else round(1 - share, 6)
