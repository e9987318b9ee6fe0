"""How does attribution look? The models side by side, each a bar of what it credits to whom."""

from __future__ import annotations

from decimal import Decimal

from alignment.ui.charts import Chart, Series
from kpis.pages.questions import Question
from kpis.pages.report_charts import Document, group_title

SHOWN = 8
OTHERS, NOBODY = "All others", "No touch"


def attribution_chart(question: Question, document: Document) -> Chart:
    """One bar a model, stacked: the groups with most credit by the model that counts, the others together, and no touch."""
    models, usual = document["models"], f"credit_{document['default_model']}"
    touched = [group for group in document["groups"] if not group["no_touch"]]
    touched.sort(key=lambda group: -_amount(group, usual))
    nobody = [group for group in document["groups"] if group["no_touch"]]
    stacks = [(group_title(group["group"]), [group]) for group in touched[:SHOWN]]
    stacks += [(OTHERS, touched[SHOWN:]), (NOBODY, nobody)]
    series = tuple(
        Series(
            name,
            tuple(
                float(sum((_amount(one, f"credit_{model['key']}") for one in groups), Decimal(0))) for model in models
            ),
            tone="recycled" if name == NOBODY else None,
        )
        for name, groups in stacks
        if groups
    )
    labels = tuple(model["title"] for model in models)
    return Chart(
        "report", "", labels, series, unit="money", currency=document["currency"], lying=True, stacked=True, first_column="Model",
        height="tall",
    )  # fmt: skip


def _amount(group: Document, name: str) -> Decimal:
    return Decimal(group[name]["amount"]) if group[name] else Decimal(0)
