"""What does a backtest come to? Counts, rates and weeks from the rows that it kept, as the result tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, Exists, OuterRef
from django.db.models.functions import TruncWeek

from alignment.intervals import wilson
from leads.activities.models import Activity
from leads.definitions.backtesting.lists import LISTS, OTHER, THIS, qualified, rows_of
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.span import Span

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Sample:
    """So many leads were looked at, of so many."""

    leads: int
    of: int


@dataclass(frozen=True)
class Figure:
    """`listed` leads are in the list; in all there are `leads`, between `low` and `high` (95 %) where it was a sample."""

    listed: int
    leads: int
    low: int
    high: int


@dataclass(frozen=True)
class Rate:
    """`k` of `n`, with its Wilson interval; null of nobody."""

    n: int
    k: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Precision:
    """Of those old enough, won in time. `never_worked` of them never came to sales: `worked` is the same without them."""

    n: int
    k: int
    rate: float | None
    low: float | None
    high: float | None
    never_worked: int
    worked: Rate


@dataclass(frozen=True)
class Week:
    """A week from its Monday in the reporting zone: leads that would have qualified in it; `whole` weeks lie within the span."""

    week: str
    start: str
    this: int
    in_force: int | None
    whole: bool


def figure(listed: int, sample: Sample | None) -> Figure:
    """What a list of that length comes to."""
    if sample is None or not sample.leads:
        return Figure(listed, listed, listed, listed)
    low, high = wilson(listed, sample.leads)
    scaled = round(sample.of * listed / sample.leads)
    return Figure(listed, scaled, int(sample.of * (low or 0)), -int(-sample.of * (high or 0) // 1))


def rate(k: int, n: int) -> Rate:
    low, high = wilson(k, n)
    return Rate(n, k, k / n if n else None, low, high)


def counts(backtest_id: int, span: Span, *, compares: bool) -> dict[str, int]:
    """The length of every list that there is."""
    there = [one for one in LISTS.values() if compares or not one.compares]
    found = BacktestLead.objects.filter(backtest=backtest_id).aggregate(
        **{f"n_{one.key}": Count("pk", filter=one.which(span)) for one in there}
    )
    return {one.key: found[f"n_{one.key}"] for one in there}


def precision(lengths: dict[str, int], suffix: str = "") -> Precision:
    """Of this version, or with `suffix` of the one in force."""
    n, k = lengths[f"judged{suffix}"], lengths[f"judged_won{suffix}"]
    idle, all_ = lengths[f"judged_never_worked{suffix}"], rate(k, n)
    return Precision(all_.n, all_.k, all_.rate, all_.low, all_.high, idle, rate(k, n - idle))


def weeks(backtest_id: int, span: Span, zone: ZoneInfo, *, compares: bool) -> list[Week]:
    """Every week that the span touches."""
    this = _by_week(backtest_id, span, zone, THIS)
    other = _by_week(backtest_id, span, zone, OTHER) if compares else {}
    first, last = (
        _monday(moment.astimezone(zone).date()) for moment in (span.start, span.end - timedelta(microseconds=1))
    )
    mondays = [first + n * WEEK for n in range((last - first) // WEEK + 1)]
    starts, ends = span.start.astimezone(zone).date(), span.end.astimezone(zone).date()
    return [
        Week(
            week=f"{monday:%G-W%V}",
            start=monday.isoformat(),
            this=this.get(monday, 0),
            in_force=other.get(monday, 0) if compares else None,
            whole=_is_whole(monday, starts, ends, span, zone),
        )
        for monday in mondays
    ]


def _is_whole(monday: date, starts: date, ends: date, span: Span, zone: ZoneInfo) -> bool:
    midnight = span.start.astimezone(zone).time().isoformat() == "00:00:00"
    return (starts < monday or (starts == monday and midnight)) and monday + WEEK <= ends


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _by_week(backtest_id: int, span: Span, zone: ZoneInfo, at: str) -> dict[date, int]:
    rows = BacktestLead.objects.filter(qualified(at)(span), backtest=backtest_id)
    found = rows.annotate(week=TruncWeek(at, tzinfo=zone, output_field=DateField())).values("week").order_by("week")
    return {row["week"]: row["n"] for row in found.annotate(n=Count("pk"))}


def imported(backtest_id: int, span: Span) -> int:
    """How many of those who would have qualified had an imported activity by then, taken as known at its own time."""
    rows = rows_of(LISTS["qualified"], backtest_id, span)
    return rows.filter(_had_imported()).count()


def _had_imported() -> Exists:
    return Exists(Activity.objects.filter(lead=OuterRef("lead"), import_id__isnull=False, at__lte=OuterRef(THIS)))
