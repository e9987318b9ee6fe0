"""How does a report look? One chart a report: one group as it is, several side by side or along the months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from alignment.ui.charts import Chart, Number, Series
from kpis.leaks.kinds import KINDS
from kpis.pages.questions import Question
from kpis.pages.stage_tones import stage_tone
from kpis.reports.cuts import PERIODS

Document = dict[str, Any]
SHOWN = 12
PERCENTILES = (
    ("Half of them by", "p50_seconds", "sales"),
    ("Three quarters by", "p75_seconds", "accent"),
    ("Nine tenths by", "p90_seconds", "marketing"),
)
DAY = 86_400


def group_title(group: dict[str, str | None]) -> str:
    """`{"source": "web", "month": "2024-01"}` → "web, 2024-01"."""
    return ", ".join(value or "(none)" for value in group.values()) or "All"


def along(question: Question) -> bool:
    """Whether the groups are points in time, to be joined by a line."""
    return question.params.by[:1] in [(period,) for period in PERIODS] and len(question.params.by) == 1


def _tones(question: Question, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(stage_tone(question.params.stages, key) for key in keys)


def _groups(
    question: Question,
    document: Document,
    items: str,
    value: Callable[[Any], Number],
    name: Callable[[Any], str],
    key: str = "stage",
) -> Chart:
    """Several groups: a line or a bar for each stage or step, in the colour of the stage under `key`."""
    groups = document["groups"] if along(question) else document["groups"][:SHOWN]
    size = len(groups[0][items]) if groups else 0
    series = tuple(
        Series(
            name(groups[0][items][at]),
            tuple(value(group[items][at]) for group in groups),
            stage_tone(question.params.stages, groups[0][items][at][key]),
        )
        for at in range(size)
    )
    labels = tuple(group_title(group["group"]) for group in groups)
    first = ", ".join(question.params.by).capitalize()
    return Chart(
        "report", "", labels, series, kind="line" if along(question) else "bar", first_column=first, height="tall"
    )


def funnel_chart(question: Question, document: Document) -> Chart:
    """How many came how far."""
    if question.params.by:
        return _groups(question, document, "stages", lambda stage: stage["reached"], lambda stage: stage["title"])
    stages = document["groups"][0]["stages"]
    keys = [stage["stage"] for stage in stages]
    series = Series("Leads", tuple(stage["reached"] for stage in stages), tones=_tones(question, keys))
    return Chart(
        "report", "", tuple(s["title"] for s in stages), (series,), lying=True, labelled=True, first_column="Stage"
    )


def flow_chart(question: Question, document: Document) -> Chart:
    """What came in and what went out."""
    if question.params.by:
        return _groups(question, document, "stages", lambda stage: stage["in"], lambda stage: f"Into {stage['title']}")
    stages = document["groups"][0]["stages"] if document["groups"] else []
    series = (
        Series("In", tuple(stage["in"] for stage in stages), tone="sales"),
        Series("Out", tuple(stage["out"] for stage in stages), tone="recycled"),
    )
    return Chart("report", "", tuple(stage["title"] for stage in stages), series, first_column="Stage")


def velocity_chart(question: Question, document: Document) -> Chart:
    """How long each step takes, in days."""
    titles = {key: terms.title for key, terms in question.params.stages.by_key.items()}

    def name(step: dict[str, Any]) -> str:
        return f"{titles[step['from']]} → {titles[step['to']]}"

    if question.params.by:
        return _in_days(_groups(question, document, "steps", lambda step: _days(step["p50_seconds"]), name, "to"))
    steps = document["groups"][0]["steps"]
    series = tuple(
        Series(title, tuple(_days(step[key]) for step in steps), tone=tone) for title, key, tone in PERCENTILES
    )
    return _in_days(Chart("report", "", tuple(name(step) for step in steps), series, first_column="Step"))


def leakage_chart(question: Question, document: Document) -> Chart:
    """What opened in the period, and what of it is open still."""
    series = (
        Series("Opened", tuple(document["by_kind"][kind.key] for kind in KINDS), tone="recycled"),
        Series("Open still", tuple(document["open_by_kind"][kind.key] for kind in KINDS), tone="leak"),
    )
    return Chart("report", "", tuple(kind.title.capitalize() for kind in KINDS), series, first_column="Kind")


def _days(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / DAY, 2)


def _in_days(chart: Chart) -> Chart:
    return replace(chart, unit="days")
