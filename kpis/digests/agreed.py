"""How do the agreed KPIs stand, which milestones were reached, and what is due? As the scorecard has it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from alignment.agreements.in_force import all_in_force
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Step, Version
from alignment.agreements.selectors import known, standing
from alignment.agreements.telling import path_of
from alignment.people.selectors import reporting_zone
from kpis.agreed.models import MilestoneReached
from kpis.agreed.scorecard import Row, scorecard
from kpis.agreed.status import Status
from kpis.digests.content import Line
from kpis.metrics.periods import Period
from kpis.verdicts.terms import VerdictTerms

SHOWN = 5
AHEAD = timedelta(days=14)
TONES = {Status.MET: "good", Status.ON_TRACK: "good", Status.MISSED: "bad", Status.AT_RISK: "bad"}


def kpis(readers: str, now: datetime) -> tuple[Line, ...]:
    """Those of the readers' side (of all for management): value, target, status and forecast."""
    rows = scorecard(now=now, user=None, side="" if readers == "management" else readers)
    return tuple(_line(row) for row in rows[:SHOWN])


def _line(row: Row) -> Line:
    verdict = row.now.verdict
    parts = [
        verdict.title,
        *([f"forecast {row.forecast}"] if row.forecast else []),
        *([row.changed] if row.changed else []),
    ]
    text = f"{row.kpi.terms.title}: {row.value} of {row.target}"
    return Line(text, "; ".join(parts), f"/kpis/{row.kpi.key}/", TONES.get(verdict.status, ""))


def milestones(week: Period) -> tuple[Line, ...]:
    """Those that were reached in the week and have not been taken back."""
    found = MilestoneReached.objects.filter(reached_at__gte=week.since, reached_at__lt=week.until, taken_back_at=None)
    return tuple(
        Line(f"“{one.title}” is reached", f"{one.period}", f"/kpis/{one.key}/", "good") for one in found[:SHOWN]
    )


def due(readers: str, now: datetime) -> tuple[Line, ...]:
    """What waits for a signature of these readers' side, campaigns that are judged soon, and agreements to look at again."""
    today = now.astimezone(reporting_zone()).date()
    return (*_to_sign(readers, now), *_to_judge(today, now), *_to_review(today, now))[:SHOWN]


def _to_sign(readers: str, now: datetime) -> list[Line]:
    proposed = Version.objects.filter(step=Step.PROPOSED, agreement__kind__in=known()).select_related("agreement")
    lines = []
    for version in proposed.prefetch_related("signatures", "periods").order_by("id"):
        sides = standing(version, now).unsigned
        if readers in sides or (readers == "management" and sides):
            lines.append(
                Line(f"{_title(version)} waits for the signature of {' and '.join(sides)}", "", path_of(version))
            )
    return lines


def _to_judge(today: date, now: datetime) -> list[Line]:
    lines = []
    for found in all_in_force("verdict", now):
        terms = found.says(VerdictTerms)
        if today <= terms.judged_on <= today + AHEAD:
            title = find_kind("verdict").title_of(found.key)
            lines.append(Line(f"{title} is judged on {terms.judged_on:%-d %B}", "", "/campaigns/"))
    return lines


def _to_review(today: date, now: datetime) -> list[Line]:
    versions = Version.objects.filter(
        periods__during__contains=now, agreement__kind__in=known(), review_by__lte=today + AHEAD
    ).select_related("agreement")
    return [
        Line(f"{_title(version)} is to be looked at again by {version.review_by:%-d %B %Y}", "", path_of(version))
        for version in versions.order_by("review_by", "id")[:SHOWN]
    ]


def _title(version: Version) -> str:
    return find_kind(version.agreement.kind).title_of(version.agreement.key)
