"""What does the dashboard say of a period? Key figures against the period before, the funnel, the leaks open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from alignment.people.models import User
from alignment.refusals import Refused
from alignment.timezones import start_of_day
from alignment.ui.charts import Chart, Series
from alignment.ui.figures import Figure, change_of_count, change_of_share
from alignment.ui.words import count, money, percent
from kpis.leaks.kinds import KINDS, LeakKind
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.leaks.selectors import open_at, open_counts, visible_leaks
from kpis.pages.periods import Period
from kpis.pages.questions import Question
from kpis.reports.funnel import funnel
from kpis.reports.params import DEFAULT_WINDOW_DAYS, ReportParams
from leads.funnel.stage_sets import StageSet, StageTerms

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


def asked(period: Period, now: datetime, **options: str) -> Question:
    """A report's question about a period."""
    given = {"start": f"{period.first}", "end": f"{period.end}", **options}
    return Question({name: (value,) for name, value in given.items()}, now)


def key_figures(period: Period, user: User, *, now: datetime) -> list[Figure]:
    """New leads, those that reached the second stage, wins, conversion, open leaks and the value at risk."""
    stages = asked(period, now).params.stages
    arrivals = [stages.forward[0], *stages.forward[1:2]]
    won = stages.first_of("won")
    figures = [_came_in(terms, period, user, now) for terms in [*arrivals, *([won] if won else [])]]
    if won:
        figures.append(_conversion(stages, won, period, user, now))
    return [*figures, _open_leaks(period, user, now), _at_risk(user, now)]


def _came_in(terms: StageTerms, period: Period, user: User, now: datetime) -> Figure:
    question = asked(period, now, start_stage=terms.key)
    size = _entered(question.params, user)
    before = _entered(asked(period.before, now, start_stage=terms.key).params, user)
    name = f"New: {terms.title}" if terms.category == "open" else terms.title
    return Figure(name, count(size), question.leads("entered", terms.key), change_of_count(size, before))


def _entered(params: ReportParams, user: User) -> int:
    return sum(group["entered"] for group in _groups(funnel(params, user)))


def _groups(document: dict[str, object]) -> Sequence[dict[str, Any]]:
    groups: Any = document["groups"]
    return groups  # type: ignore[no-any-return]


def _conversion(stages: StageSet, won: StageTerms, period: Period, user: User, now: datetime) -> Figure:
    """Among the leads that had their whole window by the end of the period: so none is judged too early."""
    ripe = period.earlier(DEFAULT_WINDOW_DAYS)
    question = asked(ripe, now)
    rate, size, wins = _won_rate(question, won, user)
    before, _size, _wins = _won_rate(asked(ripe.before, now), won, user)
    note = f"{count(wins)} of {count(size)} leads of {ripe.title}, won within {DEFAULT_WINDOW_DAYS} days"
    link = question.leads("mature_in_window", won.key) if size else None
    first = stages.forward[0].title
    return Figure(f"{first} → {won.title}", percent(rate), link, change_of_share(rate, before), note)


def _won_rate(question: Question, won: StageTerms, user: User) -> tuple[float | None, int, int]:
    group = _groups(funnel(question.params, user))[0]
    stage = next(stage for stage in group["stages"] if stage["stage"] == won.key)
    return stage["conversion_from_start"], group["mature"], stage["mature_in_window"]


def _open_leaks(period: Period, user: User, now: datetime) -> Figure:
    zone = asked(period, now).params.zone
    size = visible_leaks(user, open_at(now)).count()
    before = visible_leaks(user, open_at(start_of_day(period.first, zone))).count()
    change = change_of_count(size, before, better="down")
    return Figure(
        "Open leaks",
        count(size),
        reverse("leakage"),
        change,
        "Now, against the first day of the period",
        "leak" if size else "",
    )


def _at_risk(user: User, now: datetime) -> Figure:
    question = Question({"start": (LONG_AGO,), "end": (f"{now:%Y-%m-%d}",), "limit": ("1",)}, now).but(end="2200-01-01")
    try:
        document: dict[str, Any] = leakage(question.params, user, Only(still_open=True))
    except Refused as refused:
        return Figure("Value at risk", "–", reverse("leakage"), None, refused.detail)
    unknown = document["value_unknown"]
    note = "Each deal, else lead, counted once" + (f"; {count(unknown)} without a value yet" if unknown else "")
    total = document["value_at_risk"]
    value = money(total["amount"], total["currency"]) if total else "–"
    return Figure("Value at risk", value, reverse("leakage"), None, note, "leak" if unknown or total else "")


def funnel_chart(question: Question, document: dict[str, Any]) -> Chart:
    """How many of the period's leads came how far, each stage in the colour of its side."""
    stages = document["groups"][0]["stages"]
    terms = question.params.stages.by_key
    tones = tuple(
        terms[s["stage"]].side if terms[s["stage"]].category == "open" else terms[s["stage"]].category for s in stages
    )
    return Chart(
        "funnel",
        "Leads that reached each stage",
        tuple(stage["title"] for stage in stages),
        (Series("Leads", tuple(stage["reached"] for stage in stages), tones=tones),),
        lying=True,
        labelled=True,
        links=tuple(question.leads("reached", stage["stage"]) for stage in stages),
    )


def leak_rows(user: User, *, now: datetime) -> list[LeakRow]:
    """Every kind, those without a leak too: an empty line is good news."""
    counts = {(found.kind.key, found.side): found.count for found in open_counts(user, now=now)}
    rows = []
    for kind in KINDS:
        marketing, sales = counts.get((kind.key, "marketing"), 0), counts.get((kind.key, "sales"), 0)
        link = f"{reverse('leakage')}?kind={kind.key}"
        rows.append(
            LeakRow(kind, marketing, sales, marketing + sales, link, f"{link}&side=marketing", f"{link}&side=sales")
        )
    return rows


def months_chart(period: Period, user: User, *, now: datetime) -> Chart:
    """New leads and wins by month, over the months that the period touches and at least the twelve before its end."""
    question = asked(period, now, by="month")
    won = question.params.stages.first_of("won")
    arrivals = _by_month(question, user)
    wins = _by_month(question.but(start_stage=won.key), user) if won else {}
    months = sorted({*arrivals, *wins})
    first = question.params.stages.forward[0]
    series = [Series(f"New: {first.title}", tuple(arrivals.get(m, 0) for m in months), tone="marketing")]
    if won:
        series.append(Series(won.title, tuple(wins.get(m, 0) for m in months), tone="won"))
    links = tuple(question.leads("entered", first.key, {"month": month}) for month in months)
    return Chart(
        "months",
        "New leads and wins by month",
        tuple(months),
        tuple(series),
        kind="line",
        first_column="Month",
        links=links,
        height="short",
    )


def _by_month(question: Question, user: User) -> dict[str, int]:
    return {group["group"]["month"]: group["entered"] for group in _groups(funnel(question.params, user))}
