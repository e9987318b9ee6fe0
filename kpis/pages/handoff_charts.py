"""How do the reports about handing leads over look? One chart a report; the equal table is the report's own."""

from __future__ import annotations

from alignment.ui.charts import Chart, Series
from kpis.pages.questions import Question
from kpis.pages.report_charts import SHOWN, Document


def trail_chart(question: Question, document: Document) -> Chart:
    """The most frequent pairs."""
    pairs = document["pairs"][:SHOWN]
    return Chart(
        "report",
        "",
        tuple(f"{pair['from']} → {pair['to']}" for pair in pairs),
        (Series("Hand-overs", tuple(pair["n"] for pair in pairs), tone="accent"),),
        lying=True,
        labelled=True,
        first_column="From and to",
        links=tuple(
            question.behind("trail", "handovers", **{"from": pair["from"], "to": pair["to"]}) for pair in pairs
        ),
    )
