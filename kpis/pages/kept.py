"""What does the worker count beforehand, because everybody looks at it? The dashboard, what leaks, the board, why leads came back, and
every report's first page.

`keep_due` is called every few seconds and counts anew what is due, the rarer the longer it takes; other questions are counted when
somebody asks (`kpis.pages.answers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter

from django.db.models import Min

from alignment.alone import alone
from alignment.people.selectors import reporting_zone
from kpis.models import KeptPage
from kpis.pages import answers
from kpis.pages.overview import LONG_AGO, asked
from kpis.pages.periods import presets, twelve_months
from kpis.pages.questions import Question
from kpis.pages.report_pages import PAGES
from leads.handoffs.comebacks import REASONS, SPANS
from leads.models import Lead

ALL_THAT_LEAKS, FIVE, DASHBOARD, MONTHS = "all that leaks", "five numbers", "dashboard", "months"
EXPLORER, CAMPAIGNS, LEAKS = "explorer", "campaigns", "leaks"

RARELY, SELDOM = 5, 30
"""How much rarer questions are renewed that nobody sees first, and those of one report among many."""

SECONDS = 30
"""So long one call goes on to what is seldom looked at."""

YEARS = 5
"""Of so many calendar years funnels are kept with their times; by whatever cut, cells tell how many."""


@dataclass(frozen=True)
class Standing:
    """A question that is always kept."""

    name: str
    question: Question
    more: Mapping[str, str] = field(default_factory=dict)
    times: int = 1


def keep_due(*, now: datetime) -> int:
    """Renew what is due; how many answers. Whoever comes while another is at it leaves it to them."""
    if not answers.may_be_kept(Question({}, now), None):
        KeptPage.objects.all().delete()
        return 0
    KeptPage.objects.filter(at__lt=now - answers.TOO_OLD).delete()
    with alone("kpis_keeping") as nobody_else_does:
        return _keep_due(now) if nobody_else_does else 0


def _keep_due(now: datetime) -> int:
    began, done = perf_counter(), 0
    for one in standing(now):
        if one.times == SELDOM and perf_counter() - began > SECONDS:
            break
        found = answers.look_up(one.name, one.question, one.more)
        if found is None or now - found.at >= answers.interval(found.seconds, one.times):
            done += answers.counted_by_request(one.name, one.question, one.more)
    return done


def standing(now: datetime) -> Iterator[Standing]:
    """Every question that is always kept, the most looked at first."""
    today = now.astimezone(reporting_zone()).date()
    yield Standing(ALL_THAT_LEAKS, leakage_question(now))
    yield Standing(FIVE, Question({}, now))
    yield Standing(MONTHS, months_question(today, now))
    for name, period in presets(today).items():
        yield Standing(DASHBOARD, asked(period, now), times=1 if name == "12 months" else RARELY)
    yield Standing(CAMPAIGNS, Question({}, now), times=RARELY)
    yield Standing(LEAKS, leakage_question(now).but(limit="50"), {"order": "value"}, times=RARELY)
    for days in SPANS:
        yield Standing(REASONS, Question({}, now), {"days": f"{days}"}, times=RARELY)
    year = asked(twelve_months(today), now)
    yield Standing(EXPLORER, year, {"cut": "source", "compare": ""}, times=SELDOM)
    for key, page in PAGES.items():
        yield Standing(f"report {key}", year if page.cuts else year.but(limit="100"), times=SELDOM)
    for question in _years(today, now):
        yield Standing("report funnel", question, times=SELDOM)


def _years(today: date, now: datetime) -> Iterator[Question]:
    """Calendar years in which leads came, the latest first."""
    earliest: datetime | None = Lead.objects.aggregate(Min("created_at"))["created_at__min"]
    first = max(earliest.year if earliest else today.year, today.year - YEARS + 1)
    for year in range(today.year, first - 1, -1):
        yield Question({"start": (f"{year}-01-01",), "end": (f"{year + 1}-01-01",)}, now)


def leakage_question(now: datetime) -> Question:
    """All that is open, since ever."""
    return Question({}, now).but(start=LONG_AGO, end="2199-12-31")


def months_question(today: date, now: datetime) -> Question:
    """This month and the eleven before."""
    return asked(twelve_months(today), now)
