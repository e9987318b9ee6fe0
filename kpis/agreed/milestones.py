"""Which milestones were reached, and when? Ticked off by the facts, told to both sides once, never taken back in silence.

A sum that is to grow reaches a milestone at the instant at which it crosses it, during the period. Everything else (a rate, a sum that
is to stay small) goes up and down while the period runs: it reaches a milestone when the period is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed_to
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from alignment.agreements.entitlement import both_teams, readers
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import Role, User
from kpis.agreed.measures import ask, values_of
from kpis.agreed.models import MilestoneReached
from kpis.agreed.queries.crossing import first_at
from kpis.agreed.reading import Kpi, kpis_in_force, target_periods, threshold, window_of
from kpis.agreed.status import reached
from kpis.agreed.wording import said
from kpis.metrics.declaring import Summed
from kpis.metrics.periods import Period
from kpis.reports.params import DEFAULT_WINDOW_DAYS

LOOKED_AT = timedelta(days=30)
"""For so long after a period was closed late data may still take a milestone back, or reach it."""


@dataclass(frozen=True)
class Point:
    """A milestone of one period: where it lies, and since when it is reached (None: not)."""

    title: str
    period: str
    threshold: Decimal
    reached_at: datetime | None = None
    taken_back_at: datetime | None = None

    @property
    def holds(self) -> bool:
        return self.reached_at is not None and self.taken_back_at is None


def tick_off(now: datetime) -> int:
    """Look at every KPI in force, note what was reached and what was taken back; how many were new. Twice changes nothing."""
    return sum(_tick_off(kpi, now) for kpi in kpis_in_force(now))


def _tick_off(kpi: Kpi, now: datetime) -> int:
    new = 0
    for period in target_periods(kpi):
        if not period.since <= now < period.closes_at(kpi.measure.windowed, DEFAULT_WINDOW_DAYS) + LOOKED_AT:
            continue
        for point in points(kpi, period):
            new += _note(kpi, point, crossed_at(kpi, period, point.threshold, now), now)
    return new


def points(kpi: Kpi, period: Period) -> list[Point]:
    """The milestones of a period in order of value, without what has become of them."""
    target = kpi.terms.target_of(period.name)
    found = (
        Point(one.title, period.name, at)
        for one in kpi.terms.milestones
        if (at := threshold(kpi, one.share, one.value, target)) is not None
    )
    return sorted(found, key=lambda point: point.threshold, reverse=kpi.terms.direction == "down")


def noted_of(keys: Sequence[str]) -> dict[str, list[MilestoneReached]]:
    """What was noted of these KPIs, by key."""
    found: dict[str, list[MilestoneReached]] = {}
    for one in MilestoneReached.objects.filter(key__in=keys):
        found.setdefault(one.key, []).append(one)
    return found


def with_facts(kpi: Kpi, period: Period, facts: Iterable[MilestoneReached] | None = None) -> list[Point]:
    """The same with what was noted of the KPI; also those that are agreed no more, once they were reached. None: they are read."""
    facts = noted_of([kpi.key]).get(kpi.key, ()) if facts is None else facts
    noted = {one.title: one for one in facts if one.period == period.name}
    agreed = points(kpi, period)
    told = [
        changed_to(
            point,
            reached_at=noted[point.title].reached_at if point.title in noted else None,
            taken_back_at=noted[point.title].taken_back_at if point.title in noted else None,
        )
        for point in agreed
    ]
    names = {point.title for point in agreed}
    gone = [
        Point(one.title, one.period, one.threshold, one.reached_at, one.taken_back_at)
        for one in noted.values()
        if one.title not in names
    ]
    return told + gone


def crossed_at(kpi: Kpi, period: Period, goal: Decimal, now: datetime) -> datetime | None:
    """When the value got there, by all that is known now; None: not (yet)."""
    metric = kpi.measure.over_metric
    if kpi.terms.direction == "up" and kpi.measure.under is None and isinstance(metric, Summed):
        params = ask(period.first_day, period.end_day, now=now)
        return first_at(metric, changed_to(params, where=kpi.measure.over.where), goal)
    over = period.until + window_of(kpi)
    if now < over:
        return None
    value = values_of(kpi.measure, [period], now=now, user=None)[period.name].value
    return over if value is not None and reached(value, goal, kpi.terms.direction) else None


@transaction.atomic
def _note(kpi: Kpi, point: Point, at: datetime | None, now: datetime) -> int:
    rows = MilestoneReached.objects.select_for_update().filter(key=kpi.key, period=point.period, title=point.title)
    noted = rows.first()
    if noted is None:
        return _reached(kpi, point, at, now) if at is not None else 0
    if at is None and noted.taken_back_at is None:
        noted.taken_back_at = now
        noted.save(update_fields=["taken_back_at"])
    elif at is not None and (noted.taken_back_at is not None or noted.threshold != point.threshold):
        noted.taken_back_at, noted.threshold = None, point.threshold
        noted.save(update_fields=["taken_back_at", "threshold"])
    return 0


def _reached(kpi: Kpi, point: Point, at: datetime, now: datetime) -> int:
    """Write it down and tell both sides; whoever else does so at the same moment has done it."""
    row, new = MilestoneReached.objects.get_or_create(
        key=kpi.key,
        period=point.period,
        title=point.title,
        defaults={"threshold": point.threshold, "reached_at": at, "noted_at": now},
    )
    if new:
        _tell(kpi, row, now)
    return int(new)


def _tell(kpi: Kpi, row: MilestoneReached, now: datetime) -> None:
    """In the product to everybody of both sides; by mail to the leads of both and to who looks after it."""
    unit = kpi.unit
    message = Message(
        key=f"milestone:{row.pk}",
        title=f"“{row.title}” is reached: {kpi.terms.title}",
        text=(
            f"{kpi.terms.title} got to {said(row.threshold, unit)} in {row.period}. "
            "Both sides had a part in it: have a look at what brought it about."
        ),
        path=f"/kpis/{kpi.key}/",
        topic="agreements",
    )
    everybody = list(User.objects.filter(both_teams()).filter(readers()).select_related("team").order_by("pk"))
    mailed = [user for user in everybody if user.role == Role.LEAD or user.email == kpi.terms.owner]
    others = [user for user in everybody if user not in mailed]
    post(message, to=_recipients(mailed, with_mail=True), now=now)
    post(message, to=_recipients(others, with_mail=False), now=now)


def _recipients(people: Iterable[User], *, with_mail: bool) -> list[Recipient]:
    return [Recipient(user.pk, user.email if with_mail and user.may_sign_in else None) for user in people]


def latest(now: datetime, keys: Sequence[str], most: int = 5) -> list[MilestoneReached]:
    """What was reached lately and still holds, the latest first."""
    found = MilestoneReached.objects.filter(key__in=keys, taken_back_at=None, reached_at__lte=now)
    return list(found.order_by("-reached_at", "-pk")[:most])


def reached_lately(now: datetime, days: int = 7) -> list[MilestoneReached]:
    """Of all KPIs, what was reached in these days and holds: for the dashboard."""
    found = MilestoneReached.objects.filter(
        taken_back_at=None, reached_at__lte=now, reached_at__gt=now - timedelta(days=days)
    )
    return list(found.order_by("-reached_at", "-pk")[:3])
