"""What does the dashboard say of a period? Key figures against the period before, the funnel, the leaks open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from alignment.ui.charts import Chart, Series
from alignment.ui.figures import Figure, change_of_count, change_of_share
from alignment.ui.words import count, money, percent
from kpis.leaks.kinds import KINDS, LeakKind
from kpis.leaks.selectors import open_by_kind
from kpis.pages.periods import Period
from kpis.pages.questions import Question
from kpis.pages.stage_tones import stage_tone
from kpis.reports.behind import count_behind
from kpis.reports.params import DEFAULT_WINDOW_DAYS, ReportParams
from kpis.reports.sizes import sizes
from kpis.reports.statistics import rate
from leads.funnel.stage_sets import StageTerms

LONG_AGO = "1900-01-01"


@dataclass(frozen=True)
class LeakRow:
    """Open leaks of one kind, by the side that acts."""

    kind: LeakKind
    marketing: int
    sales: int
    total: int
    link: str
    marketing_link: str
    sales_link: str


@dataclass(frozen=True)
class MonthCounts:
    """How many came in, and how many were won, in each month."""

    months: Sequence[str]
    arrivals: Sequence[int]
    wins: Sequence[int]


def asked(period: Period, now: datetime, **options: str) -> Question:
    """A report's question about a period."""
    given = {"start": f"{period.first}", "end": f"{period.end}", **options}
    return Question({name: (value,) for name, value in given.items()}, now)


def key_figures(question: Question, period: Period, user: Somebody | None) -> list[Figure]:
    """Of the period: new leads, those that reached the second stage, wins, conversion."""
    stages = question.params.stages
    won = stages.first_of("won")
    shown = [*stages.forward[:2], *([won] if won else [])]
    figures = [_came_in(question.turned(start_stage=terms.key), terms, period, user) for terms in shown]
    return [*figures, _conversion(question, won, period, user)] if won else figures


def _came_in(question: Question, terms: StageTerms, period: Period, user: Somebody | None) -> Figure:
    before = question.turned(first=period.before.first, end=period.before.end)
    size, size_before = (count_behind(q.params, user, measure="entered", stage=terms.key) for q in (question, before))
    name = f"New: {terms.title}" if terms.category == "open" else terms.title
    return Figure(name, count(size), question.leads("entered", terms.key), change_of_count(size, size_before))


def _conversion(question: Question, won: StageTerms, period: Period, user: Somebody | None) -> Figure:
    """Among the leads that had their whole window by the end of the period: so none is judged too early."""
    ripe = period.earlier(DEFAULT_WINDOW_DAYS)
    now = question.turned(first=ripe.first, end=ripe.end)
    wins, size = _won_of(now.params, won, user)
    wins_before, size_before = _won_of(now.turned(first=ripe.before.first, end=ripe.before.end).params, won, user)
    change = change_of_share(rate(wins, size), rate(wins_before, size_before))
    note = f"{count(wins)} of {count(size)} leads of {ripe.title}, won within {DEFAULT_WINDOW_DAYS} days"
    link = now.leads("mature_in_window", won.key) if size else None
    title = f"{question.params.stages.forward[0].title} → {won.title}"
    return Figure(title, percent(rate(wins, size)), link, change, note)


def _won_of(params: ReportParams, won: StageTerms, user: Somebody | None) -> tuple[int, int]:
    wins = count_behind(params, user, measure="mature_in_window", stage=won.key)
    return wins, count_behind(params, user, measure="mature", stage=won.key)


def open_leaks(moment: datetime, user: Somebody | None) -> int:
    """How many leaks were open at an instant."""
    return sum(open_by_kind(user, now=moment).values())


def leak_figures(leaks: Mapping[tuple[str, str], int], before: int, risk: Mapping[str, Any]) -> list[Figure]:
    """What leaks now, against `before`, and the value at risk."""
    size = sum(leaks.values())
    change = change_of_count(size, before, better="down")
    note = "Now, against the first day of the period"
    figure = Figure("Open leaks", count(size), reverse("leakage"), change, note, "leak" if size else "")
    return [figure, _risk_figure(risk)]


def no_risk_figure(refused: Refused) -> Figure:
    """Why the value at risk cannot be told."""
    return Figure("Value at risk", "–", reverse("leakage"), None, refused.detail)


def _risk_figure(document: Mapping[str, Any]) -> Figure:
    unknown = document["value_unknown"]
    note = "Each deal, else lead, counted once" + (f"; {count(unknown)} without a value yet" if unknown else "")
    total = document["value_at_risk"]
    value = money(total["amount"], total["currency"]) if total else "–"
    return Figure("Value at risk", value, reverse("leakage"), None, note, "leak" if unknown or total else "")


def funnel_chart(question: Question, group: Mapping[str, Any]) -> Chart:
    """How many of the period's leads came how far, each stage in the colour of its side."""
    stages = group["stages"]
    tones = tuple(stage_tone(question.params.stages, stage["stage"]) for stage in stages)
    return Chart(
        "funnel",
        "Leads that reached each stage",
        tuple(stage["title"] for stage in stages),
        (Series("Leads", tuple(stage["reached"] for stage in stages), tones=tones),),
        lying=True,
        labelled=True,
        links=tuple(question.leads("reached", stage["stage"]) for stage in stages),
    )


def rows_of_leaks(counts: Mapping[tuple[str, str], int]) -> list[LeakRow]:
    """Every kind, those without a leak too: an empty line is good news. Of how many are open by kind and side."""
    rows = []
    for kind in KINDS:
        marketing, sales = counts.get((kind.key, "marketing"), 0), counts.get((kind.key, "sales"), 0)
        link = f"{reverse('leakage')}?kind={kind.key}"
        rows.append(
            LeakRow(kind, marketing, sales, marketing + sales, link, f"{link}&side=marketing", f"{link}&side=sales")
        )
    return rows


def months_counts(question: Question, period: Period, user: Somebody | None) -> MonthCounts:
    """New leads and wins of every month, quiet ones too: a line that leaves them out would look steadier than it was."""
    won = question.params.stages.first_of("won")
    monthly = question.turned(first=period.first, end=period.end, by="month")
    arrivals = sizes(monthly.params, user)
    wins = sizes(monthly.turned(start_stage=won.key).params, user) if won else {}
    months = period.months
    return MonthCounts(months, [arrivals.get(m, 0) for m in months], [wins.get(m, 0) for m in months])


def months_chart(question: Question, period: Period, counts: MonthCounts) -> Chart:
    """A line each."""
    first, won = question.params.stages.forward[0], question.params.stages.first_of("won")
    monthly = question.turned(first=period.first, end=period.end, by="month")
    series = [Series(f"New: {first.title}", tuple(counts.arrivals), tone="marketing")]
    if won:
        series.append(Series(won.title, tuple(counts.wins), tone="won"))
    links = tuple(monthly.leads("entered", first.key, {"month": month}) for month in counts.months)
    title = "New leads and wins by month"
    return Chart(
        "months", title, tuple(counts.months), tuple(series), "line", first_column="Month", links=links, height="short"
    )
