"""How does the result of a rule's backtest stand on the page? Load, response and times, each figure open to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from alignment.agreements.models import Backtest
from alignment.ui.charts import Chart, Series
from alignment.ui.words import count, percent, span
from leads.definitions.pages.evidence import Behind, Cell, Measure
from leads.handoffs.backtesting.lists import LISTS, WEEKDAYS

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Receiver:
    """One line of the load: what somebody would have got, and of what they take. `full`: nine tenths of it or more."""

    name: str
    offered: Cell
    most_a_day: str
    capacity: str
    full: bool
    contacted: str


@dataclass(frozen=True)
class Shown:
    """What `_backtest.html` shows."""

    headline: str
    sentences: Sequence[str]
    weeks: Chart
    hours: Chart
    days: Chart
    measures: Sequence[Measure]
    receivers: Sequence[Receiver]
    nobody: Sequence[Told]
    behind: Sequence[Behind]
    not_known: Sequence[str]
    computed_at: datetime


def shown(backtest: Backtest) -> Shown:
    """The result of a backtest that is done."""
    told: Told = backtest.result or {}
    return Shown(
        headline=told["sentences"][0],
        sentences=told["sentences"][1:],
        weeks=_weeks(told),
        hours=_hours(backtest, told),
        days=_days(backtest, told),
        measures=_measures(backtest, told),
        receivers=[_receiver(backtest, one) for one in told["receivers"]],
        nobody=told["nobody"],
        behind=_behind(backtest, told),
        not_known=told["not_known"],
        computed_at=datetime.fromisoformat(told["computed_at"]),
    )


def link_to(backtest: Backtest, key: str) -> str:
    """Where a list of a backtest is."""
    version = backtest.version
    return reverse("handoff-rules:backtest-list", args=[version.agreement.key, version.number, backtest.pk, key])


def _weeks(told: Told) -> Chart:
    weeks = told["weeks"]
    series = [Series("This version", tuple(week["this"] for week in weeks))]
    if "offered_in_force" in told["counts"]:
        series.append(Series("In force", tuple(week["in_force"] for week in weeks), tone="ink-soft"))
    labels = tuple(f"{date.fromisoformat(week['start']):%-d %b}" for week in weeks)
    return Chart("rule-weeks", "Offers by week", labels, tuple(series), first_column="Week from", height="short")


def _hours(backtest: Backtest, told: Told) -> Chart:
    labels = tuple(f"{hour}:00" for hour in range(24))
    links = tuple(link_to(backtest, f"hour-{hour}") if n else None for hour, n in enumerate(told["hours"]))
    series = (Series("Offers", tuple(told["hours"])),)
    title = f"Offers by hour of the day ({told['timezone']})"
    return Chart("rule-hours", title, labels, series, first_column="From", links=links, height="short")


def _days(backtest: Backtest, told: Told) -> Chart:
    labels = tuple(day.capitalize() for day in WEEKDAYS)
    links = tuple(link_to(backtest, day) if n else None for day, n in zip(WEEKDAYS, told["weekdays"], strict=True))
    series = (Series("Offers", tuple(told["weekdays"])),)
    return Chart("rule-days", "Offers by weekday", labels, series, first_column="Day", links=links, height="short")


def _measures(backtest: Backtest, told: Told) -> list[Measure]:
    attained, times = told["attained"], told["times"]
    return [
        Measure("Accepted in time", "Came to the rule's stage, or beyond it, before the deadline to accept.",
                _share(backtest, attained["accept"], "accepted", times["accept"]), None),
        Measure("First contact in time", "Somebody of the receiving side spoke with the lead before the deadline.",
                _share(backtest, attained["contact"], "contacted", times["contact"]), None),
        Measure("First contact in time, of those accepted", "The same without leads that nobody took on in that pass.",
                _share(backtest, attained["contact_of_accepted"], "contacted_accepted", None), None),
    ]  # fmt: skip


def _share(backtest: Backtest, rate: Told, key: str, took: Told | None) -> Cell:
    if rate["rate"] is None:
        return Cell("–", note="nobody yet")
    bounds = f"{percent(rate['low'], 0).removesuffix(' %')}–{percent(rate['high'], 0)}"
    half = f"; half within {span(took['p50_seconds'])}" if took and took["n"] else ""
    return Cell(
        percent(rate["rate"]), bounds, f"{count(rate['k'])} of {count(rate['n'])}{half}", link_to(backtest, key)
    )


def _receiver(backtest: Backtest, one: Told) -> Receiver:
    limit = one["capacity"]
    return Receiver(
        name=one["name"],
        offered=Cell(count(one["offered"]), link=link_to(backtest, one["key"]) if one["offered"] else ""),
        most_a_day=count(one["most_a_day"]),
        capacity="no limit" if limit is None else f"{limit:g}",
        full=bool(limit) and one["offered"] >= 0.9 * limit,
        contacted=f"{count(one['in_time'])} of {count(one['due'])}" if one["due"] else "–",
    )


BEHIND = ("offered", "nobody", "taken", "not_accepted", "not_contacted", "offered_in_force")


def _behind(backtest: Backtest, told: Told) -> list[Behind]:
    """The lists that are not behind a figure of a table, as far as there is anybody in them."""
    there = told["counts"]
    return [Behind(LISTS[key].title, count(there[key]), link_to(backtest, key)) for key in BEHIND if there.get(key)]
