"""How do the reports about handing leads over look? One chart a report; the equal table is the report's own."""

from __future__ import annotations

from alignment.ui.charts import Chart, Link, Node, Sankey, Series
from kpis.pages.questions import Question
from kpis.pages.report_charts import SHOWN, Document, along, group_title


def trail_chart(question: Question, document: Document) -> Sankey:
    """The most frequent pairs, as bands from who gave to who took."""
    pairs = document["pairs"][:SHOWN]
    givers = dict.fromkeys(pair["from"] for pair in pairs)
    takers = dict.fromkeys(pair["to"] for pair in pairs)
    return Sankey(
        "report",
        "",
        (
            *(Node(f"from {name}", _short(name), SIDE_TONES.get(name)) for name in givers),
            *(Node(f"to {name}", _short(name), SIDE_TONES.get(name)) for name in takers),
        ),
        tuple(
            Link(
                f"from {pair['from']}",
                f"to {pair['to']}",
                pair["n"],
                question.behind("trail", "handovers", **{"from": pair["from"], "to": pair["to"]}),
            )
            for pair in pairs
        ),
        wide=False,
    )


MOST_GROUPS = 8
SIDE_TONES = {"marketing": "marketing", "sales": "sales"}


def _short(name: str) -> str:
    """What stands before the @ of an address: a picture has little room, the table says it all."""
    return name.partition("@")[0]


def acceptance_chart(question: Question, document: Document) -> Chart:
    """What became of what was offered."""
    groups = shown(question, document)
    return Chart(
        "report",
        "",
        tuple(group_title(group["group"]) for group in groups),
        tuple(
            Series(title, tuple(group[name] for group in groups), tone=tone)
            for title, name, tone in (
                ("Accepted", "accepted", "won"),
                ("Turned down", "rejected", "lost"),
                ("Expired", "expired", "leak"),
                ("Open", "open", "recycled"),
                ("Taken back", "withdrawn", "disqualified"),
            )
        ),
        stacked=True,
        first_column="Group",
    )


def sla_chart(question: Question, document: Document) -> Chart:
    """The share of deadlines that was met, on both clocks."""
    groups = shown(question, document)
    return Chart(
        "report",
        "",
        tuple(group_title(group["group"]) for group in groups),
        (
            Series("Accepted in time", tuple(group["accept"]["attainment"] for group in groups), tone="sales"),
            Series("Contacted in time", tuple(group["contact"]["attainment"] for group in groups), tone="accent"),
        ),
        kind="line" if along(question) else "bar",
        unit="percent",
        first_column="Group",
    )


def shown(question: Question, document: Document) -> list[Document]:
    """The groups that a chart has room for: all along the time, else the first ones."""
    groups: list[Document] = document["groups"]
    return groups if along(question) else groups[:SHOWN]


def gap_chart(question: Question, document: Document) -> Chart | None:
    """What was passed, and what became of it; None of more groups than can be told apart, unless they are points in time."""
    if len(document["groups"]) > MOST_GROUPS and not along(question):
        return None
    groups = shown(question, document)
    return Chart(
        "report",
        "",
        tuple(group_title(group["group"]) for group in groups),
        tuple(
            Series(title, tuple(group[name] for group in groups), tone=tone)
            for title, name, tone in (
                ("Passed by a definition", "qualified", "marketing"),
                ("Offered", "offered", "accent"),
                ("Accepted", "accepted", "sales"),
                ("Turned down", "rejected", "lost"),
            )
        ),
        first_column="Group",
    )


def pace_chart(question: Question, document: Document) -> Chart:
    """What qualified, what was taken up, and what could be, week by week."""
    weeks = document["weeks"]
    return Chart(
        "report",
        "",
        tuple(week["week"] for week in weeks),
        tuple(
            Series(title, tuple(week[name] for week in weeks), tone=tone)
            for title, name, tone in (
                ("Qualified", "qualified", "marketing"),
                ("Accepted", "accepted", "sales"),
                ("Receivers can take", "capacity", "accent"),
                ("Waiting", "waiting", "leak"),
            )
        ),
        kind="line",
        first_column="Week",
    )


def paths_chart(question: Question, document: Document) -> Sankey:
    """The bands from place to place."""
    return Sankey(
        "report",
        "",
        tuple(Node(node["key"], node["title"], node["tone"]) for node in document["nodes"]),
        tuple(Link(one["from"], one["to"], one["n"], path_behind(question, one)) for one in document["links"]),
    )


def path_behind(question: Question, link: Document) -> str:
    """The list behind one band."""
    which = {name: link[name] for name in ("left", "entered") if link[name]}
    return question.behind("paths", link["kind"], **which)
