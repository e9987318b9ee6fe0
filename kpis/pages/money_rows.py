"""How is money shown as a table? One row a figure with that of the period before, or one row a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.ui import words
from alignment.ui.charts import Chart, Series
from kpis.attribution.terms import TITLES
from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Metric, Unit
from kpis.money.report import BY_MODEL, whole_amount
from kpis.pages.questions import Question
from kpis.pages.report_charts import SHOWN, along, group_title

Group = Mapping[str, Any]

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What it cost", (
        "spend", "leads_created", "cost_per_lead", "accepted_leads", "cost_per_accepted_lead", "opportunities",
        "cost_per_opportunity", "credited_wins", "cost_per_sale", "cost_per_sale_of_leads",
    )),
    ("What was won", (
        "pipeline_created", "won_deals", "lost_deals", "win_rate", "won_revenue", "average_deal", "sales_cycle",
        "opened_without_amount", "won_without_amount",
    )),
    ("What marketing's touches brought", ("credited_revenue", "credited_pipeline", "no_touch_revenue", "roi")),
    ("Who came again", ("first_wins", "repeat_wins", "repeat_rate", "upsell_rate", "retention")),
)  # fmt: skip

OF_GROUPS = (
    "spend", "leads_created", "cost_per_lead", "accepted_leads", "cost_per_accepted_lead", "opportunities",
    "cost_per_opportunity", "pipeline_created", "won_deals", "win_rate", "won_revenue", "average_deal", "sales_cycle",
    "credited_revenue", "roi", "cost_per_sale",
)  # fmt: skip

CHARTED = (
    ("Spend", "spend", "marketing"),
    ("Credited revenue", "credited_revenue", "accent"),
    ("Won revenue", "won_revenue", "sales"),
)


@dataclass(frozen=True)
class Cell:
    """A figure as it is read, and the list behind it."""

    text: str
    link: str | None


@dataclass(frozen=True)
class FigureRow:
    """One figure; `before` and `change` are empty where there is no period before."""

    title: str
    sentence: str
    now: Cell
    before: str
    change: str


@dataclass(frozen=True)
class Part:
    """Figures that belong together."""

    title: str
    rows: Sequence[FigureRow]


@dataclass(frozen=True)
class GroupRow:
    """One group, or one model."""

    title: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class MoneyTables:
    """What `kpis/_report_money.html` shows."""

    parts: Sequence[Part]
    heads: Sequence[str]
    groups: Sequence[GroupRow]
    model_heads: Sequence[str]
    models: Sequence[GroupRow]


def tables(question: Question, document: Mapping[str, Any]) -> MoneyTables:
    """The document as tables: by figure where it is not cut, else by group."""
    metrics = catalogue(question.params.stages)
    found = document["groups"]
    heads = [metrics[key].title for key in OF_GROUPS]
    if question.params.by:
        rows = [_group_row(question, metrics, OF_GROUPS, group, group_title(group["group"])) for group in found]
        return MoneyTables((), heads, rows, (), ())
    before = (document["before"] or {}).get("groups")
    parts = [
        Part(title, [_figure_row(question, metrics[key], found[0], before[0] if before else None) for key in keys])
        for title, keys in PARTS
    ]
    return MoneyTables(
        parts, (), (), [metrics[key].title for key in BY_MODEL], list(_models(question, metrics, found[0]))
    )


def written(metric: Metric, value: Any) -> str:
    """A figure of the report in words."""
    if value is None:
        return words.NOTHING
    match metric.unit:
        case Unit.MONEY:
            return words.exact_money(value["amount"], value["currency"])
        case Unit.SHARE:
            return words.percent(value)
        case Unit.SECONDS:
            return words.span(value)
        case Unit.COUNT:
            return words.count(value)
        case _:
            return f"{value:,.2f}"


def value_of(group: Group, metric: Metric) -> Any:
    """The metric's value in a group of the document."""
    return group.get(metric.key + ("_seconds" if metric.unit is Unit.SECONDS else ""))


def _figure_row(question: Question, metric: Metric, group: Group, before: Group | None) -> FigureRow:
    value = value_of(group, metric)
    earlier = value_of(before, metric) if before else None
    return FigureRow(
        metric.title,
        metric.sentence,
        Cell(written(metric, value), question.metric(metric.key)),
        written(metric, earlier) if before else "",
        _change(metric, value, earlier) if before else "",
    )


def _change(metric: Metric, now: Any, before: Any) -> str:
    """`+12.0 %`; shares in points; nothing where one of the two is not known or was nothing."""
    first, second = (_number(value) for value in (before, now))
    if first is None or second is None:
        return words.NOTHING
    if metric.unit is Unit.SHARE:
        return f"{(second - first) * 100:+.1f} points".replace("-", "−")
    return f"{(second - first) / abs(first) * 100:+.1f} %".replace("-", "−") if first else words.NOTHING


def _number(value: Any) -> float | None:
    if value is None:
        return None
    return float(value["amount"]) if isinstance(value, dict) else float(value)


def _group_row(
    question: Question, metrics: Mapping[str, Metric], keys: Sequence[str], group: Group, title: str
) -> GroupRow:
    cells = [
        Cell(written(metrics[key], value_of(group, metrics[key])), question.metric(key, group["group"])) for key in keys
    ]
    return GroupRow(title, cells)


def _models(question: Question, metrics: Mapping[str, Metric], group: Group) -> Iterator[GroupRow]:
    for row in group["models"]:
        cells = [Cell(written(metrics[key], row[key]), question.metric(f"{key}.{row['model']}")) for key in BY_MODEL]
        yield GroupRow(TITLES[row["model"]], cells)


def money_chart(question: Question, document: dict[str, Any]) -> Chart:
    """Spend beside what came of it: by group, or this period beside the one before."""
    currency = document["currency"]
    if question.params.by:
        groups = document["groups"] if along(question) else document["groups"][:SHOWN]
        labels = tuple(group_title(group["group"]) for group in groups)
        first = ", ".join(question.params.by).capitalize()
    else:
        before = document["before"]
        groups = [*(before["groups"] if before else ()), *document["groups"]]
        labels = tuple(f"{one['start']} up to {one['end']}" for one in (before, document) if one)
        first = "Period"
    series = tuple(
        Series(name, tuple(whole_amount(group[key]) for group in groups), tone=tone) for name, key, tone in CHARTED
    )
    line = along(question)
    return Chart(
        "report", "", labels, series, kind="line" if line else "bar", unit="money", currency=currency, first_column=first,
        height="tall",
    )  # fmt: skip
