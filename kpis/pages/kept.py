"""What do the pages of a large company read, so that they are quick? What the worker read for them a minute ago, with its instant.

A company of fewer than `LARGE` leads reads everything live, and so does who sees only some leads, and who asks about days that nobody
chose beforehand. `keep_due` is called by the worker every few seconds and renews what is due, the rarer the longer it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import connection

from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from alignment.refusals import Refused
from kpis.agreed.headlines import FiveNumbers, five_numbers
from kpis.leaks.kept import gather, risk_as_kept
from kpis.models import KeptPage
from kpis.pages.figures_kept import as_json, five_as_json, five_from_json, read_figures
from kpis.pages.overview import LONG_AGO, asked
from kpis.pages.periods import Period, presets
from kpis.pages.questions import Question
from leads.funnel.stage_sets import stage_set
from leads.models import Lead
from leads.records.visibility import sight_of

LARGE = 5_000
"""Leads from which on pages read what is kept."""

LEAKAGE, FIVE = "leakage", "five numbers"
AT_LEAST, AT_MOST = timedelta(seconds=60), timedelta(minutes=10)
SHARE = 20
"""Of the worker's time, at most one part in so many goes to one page."""

RARELY = 5
"""How much rarer the periods are renewed that nobody sees first."""

TOO_OLD = timedelta(hours=1)
"""Then there is no worker, and pages read live."""

LOCK = "SELECT pg_try_advisory_lock(hashtext('kpis_keptpage'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('kpis_keptpage'))"


@dataclass(frozen=True)
class Due:
    """A page to keep: where, on what it rests, and how it is read."""

    key: str
    rests_on: Mapping[str, object]
    read: Callable[[], Mapping[str, Any]]
    times: int = 1


def kept_dashboard(period: Period, user: Somebody, now: datetime) -> KeptPage | None:
    """What is kept of these days for who sees everything; None: read it live."""
    return _kept(_dashboard_key(period), _rests_on(now), user, now)


def kept_leakage(user: Somebody, now: datetime) -> KeptPage | None:
    """What is kept of all that leaks now, for who sees everything; None: read it live."""
    return _kept(LEAKAGE, _rests_on(now), user, now)


def kept_five(user: Somebody, now: datetime) -> FiveNumbers | None:
    """The five numbers as they were kept, for who sees everything; None: read them live."""
    found = _kept(FIVE, _rests_on(now), user, now)
    return five_from_json(found.document, found.at) if found else None


def keep_due(*, now: datetime) -> int:
    """Renew what is due; how many pages. Only one process does so at a time: whoever comes meanwhile leaves it to it."""
    if Lead.objects.all()[LARGE - 1 : LARGE].exists():
        KeptPage.objects.filter(at__lt=now - TOO_OLD).delete()
        with _alone() as alone:
            return sum(_keep(due, now) for due in _everything(now)) if alone else 0
    KeptPage.objects.all().delete()
    return 0


def leakage_question(now: datetime) -> Question:
    """All that is open, since ever."""
    return Question({}, now).but(start=LONG_AGO, end="2199-12-31")


def _everything(now: datetime) -> list[Due]:
    today, rests_on = now.astimezone(reporting_zone()).date(), _rests_on(now)
    dues = [
        Due(LEAKAGE, rests_on, lambda: gather(leakage_question(now).params)),
        Due(FIVE, rests_on, lambda: five_as_json(five_numbers(now=now, user=None))),
    ]
    for name, period in presets(today).items():
        dues.append(
            Due(
                _dashboard_key(period),
                rests_on,
                lambda period=period: as_json(read_figures(asked(period, now), period, today, None, _risk(rests_on))),  # type: ignore[misc]
                times=1 if name == "12 months" else RARELY,
            )
        )
    return dues


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it. Outside of a transaction, so that each page is read of one state of the database."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        taken: bool = cursor.fetchone()[0]
        try:
            yield taken
        finally:
            if taken:
                cursor.execute(UNLOCK)


def _keep(due: Due, now: datetime) -> bool:
    found = KeptPage.objects.filter(key=due.key).first()
    if found is not None and found.rests_on == due.rests_on and now - found.at < _interval(found.seconds, due.times):
        return False
    began = perf_counter()
    try:
        document = due.read()
    except Refused:
        KeptPage.objects.filter(key=due.key).delete()  # the page itself says what is wrong
        return False
    KeptPage(key=due.key, at=now, seconds=perf_counter() - began, rests_on=due.rests_on, document=document).save()
    return True


def _risk(rests_on: Mapping[str, object]) -> Mapping[str, Any] | None:
    """What all leaks may cost, as it was kept a moment ago; read once for all dashboards."""
    found = KeptPage.objects.filter(key=LEAKAGE).first()
    return risk_as_kept(found.document) if found is not None and found.rests_on == rests_on else None


def _interval(seconds: float, times: int) -> timedelta:
    return times * min(max(AT_LEAST, timedelta(seconds=SHARE * seconds)), AT_MOST)


def _kept(key: str, rests_on: Mapping[str, object], user: Somebody, now: datetime) -> KeptPage | None:
    if not sight_of(user).everything:
        return None
    found = KeptPage.objects.filter(key=key, at__gt=now - TOO_OLD, at__lte=now).first()
    return found if found is not None and found.rests_on == rests_on else None


def _rests_on(now: datetime) -> dict[str, object]:
    return {
        "funnel": stage_set(at=now).version_id,
        "zone": reporting_zone().key,
        "currency": reporting_currency(),
    }


def _dashboard_key(period: Period) -> str:
    return f"dashboard {period.first} {period.end}"
