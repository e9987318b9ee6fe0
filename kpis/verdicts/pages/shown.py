"""How are campaigns shown? Figures as cells with the list behind each, verdicts in words; what files have in their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alignment.people.selectors import reporting_currency
from alignment.ui import words
from alignment.ui.exports import Column, Export, export_of, to_the_second
from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Metric
from kpis.verdicts.board import ORDERS, Row
from kpis.verdicts.figures import SHOWN, question_of
from kpis.verdicts.models import Verdict
from kpis.verdicts.standing import Standing
from kpis.verdicts.words import written
from leads.funnel.stage_sets import stage_set

TONES = {Verdict.Outcome.MET: "won", Verdict.Outcome.MISSED: "lost", Verdict.Outcome.UNKNOWN: "recycled"}


@dataclass(frozen=True)
class Cell:
    """A figure in words; `link` opens what it is made of, `note` says how sure it is."""

    title: str
    text: str
    link: str
    sentence: str = ""
    note: str = ""


@dataclass(frozen=True)
class Said:
    """A verdict in a few words, and the tone of its tag."""

    text: str
    tone: str
    outcome: str = ""


@dataclass(frozen=True)
class Shown:
    """One row of the board."""

    row: Row
    cells: Sequence[Cell]
    said: Said


def shown(rows: Sequence[Row], now: datetime) -> list[Shown]:
    """The rows of a page of the board."""
    return [Shown(row, cells_of(row, SHOWN, now), said_of(row.standing)) for row in rows]


def cells_of(row: Row, keys: Sequence[str], now: datetime) -> list[Cell]:
    """The figures of a campaign."""
    metrics, currency, question = catalogue(stage_set()), reporting_currency(), question_of(now)
    return [
        Cell(
            metrics[key].title,
            written(metrics[key].unit, row.figures.of(key), currency),
            question.metric(key, {"campaign": row.campaign.name}),
            metrics[key].sentence,
            _note(metrics[key], row),
        )
        for key in keys
    ]


def _note(metric: Metric, row: Row) -> str:
    if metric.key != "roi" or row.interval is None:
        return ""
    low, high = (written(metric.unit, Decimal(repr(edge)), "") for edge in (row.interval.low, row.interval.high))
    return f"{low} to {high}"


def said_of(standing: Standing) -> Said:
    """How the verdict stands."""
    if standing.verdict is not None and standing.due is None:
        outcome = Verdict.Outcome(standing.verdict.outcome)
        late = ", agreed after launch" if standing.verdict.agreed_before_launch is False else ""
        return Said(f"{outcome.label}{late}", TONES[outcome], outcome.value)
    if standing.terms is not None:
        return Said("To be judged", "sales")
    if standing.waiting is not None:
        return Said(standing.waiting.get_step_display(), "accent")
    return Said("Nothing agreed", "")


def board_export(rows: Sequence[Row], *, as_of: datetime, search: str, order: str) -> Export:
    """The board as a file."""
    currency = reporting_currency()
    columns: list[Column[Row]] = [
        Column("campaign", lambda row: row.campaign.name),
        Column("type", lambda row: row.campaign.type or None),
        Column("status", lambda row: row.campaign.status or None),
        Column("starts_at", lambda row: to_the_second(row.campaign.starts_at)),
        Column("ends_at", lambda row: to_the_second(row.campaign.ends_at)),
        *(_column(key) for key in SHOWN),
        Column("roi_low", lambda row: row.interval.low if row.interval else None),
        Column("roi_high", lambda row: row.interval.high if row.interval else None),
        Column("currency", lambda _row: currency),
        Column("verdict_due", lambda row: to_the_second(row.standing.due)),
        Column("verdict", lambda row: said_of(row.standing).text),
    ]
    filters = [f"search {search}"] if search else []
    said = ORDERS[order].title.lower() if order in ORDERS else ""
    return export_of(
        "Campaigns", columns, rows, as_of=as_of, filters=filters, note=f"Sorted by {said}." if said else ""
    )


def _column(key: str) -> Column[Row]:
    return Column(key, lambda row: row.figures.of(key))


def agreed_words(metric: Metric, verdict: Verdict) -> str:
    """`at least €1,000.00`."""
    return f"{verdict.direction} {written(metric.unit, verdict.threshold, verdict.currency)}"


def today_words(metric: Metric, verdict: Verdict, value: Decimal | None) -> str:
    """What the same question would be answered with now, where that is another answer."""
    same = value is not None and verdict.value is not None and round(value, 12) == verdict.value
    if same or (value is None and verdict.value is None):
        return ""
    return words.NOTHING if value is None else written(metric.unit, value, verdict.currency)
