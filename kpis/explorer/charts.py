"""How does the explorer look? Two funnels side by side, a matrix of stages by values, and curves of two groups."""

from __future__ import annotations

from typing import Any

from alignment.ui.charts import Chart, Series
from alignment.ui.curves import Curve, Steps
from alignment.ui.heat import Field, HeatMap
from kpis.explorer.comparing import Difference
from kpis.explorer.sides import Group
from kpis.pages.explorer_charts import step_points
from kpis.pages.questions import Question
from kpis.pages.report_charts import Document, group_title

TONES = ("accent", "partner")
"""Two groups that are compared, apart from the colours of stages and sides."""


def compared_chart(groups: tuple[Group, Group], found: list[Difference]) -> Chart:
    """The share of each group that reached each stage in the window."""
    pairs = (("first", groups[0], TONES[0]), ("second", groups[1], TONES[1]))
    series = tuple(
        Series(group.title, tuple(getattr(one, side).value for one in found), tone) for side, group, tone in pairs
    )
    return Chart(
        "compared",
        "Share that reached each stage",
        tuple(one.title for one in found),
        series,
        unit="percent",
        first_column="Stage",
    )


def matrix_map(question: Question, document: Document) -> HeatMap:
    """Values of a cut by stages: the share of each value's mature leads that reached the stage in the window."""
    rows = document["groups"]
    stages = rows[0]["stages"][1:] if rows else []
    return HeatMap(
        "matrix", "Share that reached each stage in the window", tuple(group_title(row["group"]) for row in rows),
        tuple(stage["title"] for stage in stages), tuple(_fields(question, row) for row in rows),
        first_column=", ".join(question.params.by).capitalize(), wide=False,
    )  # fmt: skip


def _fields(question: Question, row: dict[str, Any]) -> tuple[Field, ...]:
    return tuple(
        Field(
            stage["conversion_from_start"],
            stage["mature_in_window"],
            row["mature"],
            question.leads("mature_in_window", stage["stage"], row["group"]) if stage["mature_in_window"] else None,
        )
        for stage in row["stages"][1:]
    )


def compared_curves(groups: tuple[Group, Group], documents: tuple[Document, Document], goal: str, title: str) -> Steps:
    """The curves of one step, a group each."""
    curves = []
    for group, document, tone in zip(groups, documents, TONES, strict=True):
        step = next((step for found in document["groups"] for step in found["steps"] if step["to"] == goal), None)
        if step is not None:
            curves.append(Curve(group.title, step_points(step), tone, group.question.leads("waiting", goal)))
    return Steps("curves", title, tuple(curves))
