"""How does the result of a backtest stand on the page? Its figures beside those of the version in force, each open to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from alignment.agreements.models import Backtest
from alignment.ui.charts import Chart, Series
from alignment.ui.words import count, percent, span
from leads.definitions.backtesting.lists import LISTS
from leads.definitions.pages.load import Loaded, loaded

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One figure: `text` with its bounds, and where its list is."""

    text: str
    bounds: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Measure:
    """A line of the comparison. `other` is None where nothing was in force."""

    title: str
    why: str
    this: Cell
    other: Cell | None


@dataclass(frozen=True)
class Behind:
    """A list that one can open."""

    title: str
    count: str
    link: str


@dataclass(frozen=True)
class Shown:
    """What `_backtest.html` shows."""

    headline: str
    sentences: Sequence[str]
    chart: Chart
    measures: Sequence[Measure]
    compares: bool
    against_version: int | None
    differences: Sequence[Behind]
    load: Loaded | None
    not_known: Sequence[str]
    computed_at: datetime
    basis: str


def shown(backtest: Backtest) -> Shown:
    """The result of a backtest that is done."""
    told: Told = backtest.result or {}
    return Shown(
        headline=told["sentences"][0],
        sentences=told["sentences"][1:],
        chart=_chart(told),
        measures=_measures(backtest, told),
        compares=told["precision"]["in_force"] is not None,
        against_version=told.get("against_version"),
        differences=_differences(backtest, told),
        load=loaded(told),
        not_known=told["not_known"],
        computed_at=datetime.fromisoformat(told["computed_at"]),
        basis=_basis(told),
    )


def link_to(backtest: Backtest, key: str) -> str:
    """Where a list of a backtest is."""
    version = backtest.version
    return reverse("definitions:backtest-list", args=[version.agreement.key, version.number, backtest.pk, key])


def _basis(told: Told) -> str:
    if told["exact"]:
        return f"exact: all {count(told['leads'])} leads were looked at"
    return f"sampled: {count(told['sample']['leads'])} of {count(told['sample']['of'])} leads were looked at"


def _chart(told: Told) -> Chart:
    weeks = told["weeks"]
    series = [Series("This version", tuple(week["this"] for week in weeks))]
    if told["precision"]["in_force"] is not None:
        series.append(Series("In force", tuple(week["in_force"] for week in weeks), tone="ink-soft"))
    labels = tuple(f"{date.fromisoformat(week['start']):%-d %b}{'' if week['whole'] else ' (part)'}" for week in weeks)
    title = "Leads that would have qualified, by week" + ("" if told["exact"] else " (of the sample)")
    return Chart("backtest-weeks", title, labels, tuple(series), first_column="Week from", height="short")


def _measures(backtest: Backtest, told: Told) -> list[Measure]:
    compares = told["precision"]["in_force"] is not None
    wait = span(told["horizon_seconds"])
    lines = [
        Measure(
            "Leads a week",
            "Who would have qualified for the first time in these days.",
            _a_week(backtest, told, "qualified"),
            _a_week(backtest, told, "qualified_in_force") if compares else None,
        )
    ]
    if told["horizon_seconds"] is None:
        return lines
    why = {
        "won": f"Of those who qualified at least {wait} before the end, won within {wait}: in that time nine of ten won leads were won.",
        "worked": "The same without leads that never came to a stage of sales: they could not be won.",
        "never": "Old enough, not won, and never in a stage of sales.",
        "had": f"Of the leads won in these days within {wait}, those that qualified before they were won.",
    }
    pairs = [("this", ""), *([("in_force", "_in_force")] if compares else [])]
    won = [_share(backtest, told["precision"][side], f"judged_won{suffix}") for side, suffix in pairs]
    worked = [_share(backtest, told["precision"][side]["worked"], "") for side, _suffix in pairs]
    never = [_number(backtest, told, f"judged_never_worked{suffix}") for _side, suffix in pairs]
    had = [_share(backtest, told["recall"][side], f"won_found{suffix}") for side, suffix in pairs]
    return [
        *lines,
        _measure("Won, of those old enough", why["won"], won),
        _measure("Won, of those sales worked", why["worked"], worked),
        _measure("Never worked by sales", why["never"], never),
        _measure("Later customers it had in time", why["had"], had),
    ]


def _measure(title: str, why: str, cells: Sequence[Cell]) -> Measure:
    return Measure(title, why, cells[0], cells[1] if len(cells) > 1 else None)


def _a_week(backtest: Backtest, told: Told, key: str) -> Cell:
    figure, weeks = told["counts"][key], told["days"] / 7
    mean = figure["leads"] / weeks
    bounds = "" if told["exact"] else f"{figure['low'] / weeks:,.1f}–{figure['high'] / weeks:,.1f}"
    return Cell(f"{mean:,.1f}", bounds, f"{count(figure['leads'])} in all", link_to(backtest, key))


def _share(backtest: Backtest, rate: Told, key: str) -> Cell:
    if rate["rate"] is None:
        return Cell("–", note="nobody yet", link=link_to(backtest, key) if key else "")
    bounds = f"{percent(rate['low'], 0).removesuffix(' %')}–{percent(rate['high'], 0)}"
    return Cell(
        percent(rate["rate"]),
        bounds,
        f"{count(rate['k'])} of {count(rate['n'])}",
        link_to(backtest, key) if key else "",
    )


def _number(backtest: Backtest, told: Told, key: str) -> Cell:
    figure = told["counts"][key]
    bounds = "" if told["exact"] else f"{count(figure['low'])}–{count(figure['high'])}"
    return Cell(count(figure["leads"]), bounds, link=link_to(backtest, key))


DIFFERENCES = (
    "missed",
    "found",
    "kept_out",
    "let_in",
    "gained",
    "dropped",
    "both",
    "later",
    "sooner",
    "won_not_found",
    "judged",
)


def _differences(backtest: Backtest, told: Told) -> list[Behind]:
    """The lists that are not behind a figure of the table, as far as there is anybody in them."""
    there = told["counts"]
    keys = [key for key in DIFFERENCES if key in there and there[key]["listed"]]
    return [Behind(LISTS[key].title, count(there[key]["leads"]), link_to(backtest, key)) for key in keys]
