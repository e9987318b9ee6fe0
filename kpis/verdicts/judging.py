"""What became of the campaigns whose day has come? The only writer of verdicts. Called by the task, once an hour.

A version is judged if it was in force on its day; who signed late, at the moment it came into force. It is judged by what was
known by then: when the task runs changes nothing. Judging again changes nothing:
there is one verdict a version, and the database refuses to change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db import transaction

from alignment.agreements.models import Period, Version
from alignment.agreements.terms import terms_of
from alignment.people.selectors import reporting_currency
from alignment.programs.models import Campaign
from kpis.attribution.terms import attribution_in_force
from kpis.metrics.declaring import Value
from kpis.metrics.evaluating import evaluate
from kpis.reports.params import ReportParams, read_params, rfc3339
from kpis.verdicts import telling
from kpis.verdicts.campaigns import campaign_of, launch_of
from kpis.verdicts.models import Verdict
from kpis.verdicts.terms import KIND, VerdictTerms

EVER = "1900-01-01"
"""Everything of the campaign counts, also what came before the day on which it says it began."""


@dataclass(frozen=True)
class Due:
    """A version whose day has come while it was in force; `since` is from when."""

    version: Version
    terms: VerdictTerms
    since: datetime


def due(now: datetime) -> list[Due]:
    """Those that wait to be judged."""
    periods = (
        Period.objects.filter(version__agreement__kind=KIND, version__verdict=None, during__startswith__lte=now)
        .select_related("version__agreement")
        .order_by("version_id", "id")
    )
    found: dict[int, Due] = {}
    for period in periods:
        terms = cast("VerdictTerms", terms_of(period.version))
        moment = max(terms.due, period.since)
        if moment <= now and (period.until is None or moment < period.until):
            found.setdefault(period.version_id, Due(period.version, terms, period.since))
    return list(found.values())


def judge_due(*, now: datetime) -> int:
    """Judge what waits; how many there were."""
    waiting = due(now)
    for one in waiting:
        judge(one, now=now)
    return len(waiting)


@transaction.atomic
def judge(one: Due, *, now: datetime) -> None:
    """One verdict, with what both sides are told of it."""
    campaign = campaign_of(one.version.agreement.key)
    if campaign is None:
        return  # there is nothing left to judge
    params = asked_of(campaign, one.terms.due, known_at=max(one.terms.due, one.since), now=now)
    value = value_of(one.terms, params)
    launch = launch_of(campaign)
    made = Verdict(
        version=one.version,
        campaign_id=campaign.pk,
        campaign_name=campaign.name,
        metric=one.terms.metric,
        direction=one.terms.direction,
        threshold=one.terms.bound,
        value=_kept(value.value),
        over=_kept(value.over),
        under=_kept(value.under),
        outcome=outcome_of(one.terms, value),
        problem=(value.problem or ("" if value.value is not None else "There is nothing to measure it by."))[:500],
        currency=reporting_currency(),
        as_of=one.terms.due,
        judged_at=now,
        agreed_before_launch=None if launch is None else one.since <= launch,
        funnel_version=params.stages.number,
        attribution_version=attribution_in_force(one.terms.due).number,
    )
    Verdict.objects.bulk_create([made], ignore_conflicts=True)
    telling.judged(Verdict.objects.select_related("version__agreement").get(version=one.version), now=now)


def outcome_of(terms: VerdictTerms, value: Value) -> str:
    """Whether the value is what was agreed; unknown where there is none."""
    if value.value is None:
        return Verdict.Outcome.UNKNOWN
    return Verdict.Outcome.MET if terms.is_met(value.value) else Verdict.Outcome.MISSED


def value_of(terms: VerdictTerms, params: ReportParams) -> Value:
    """The figure of the campaign, as far as the question lets it be known."""
    return evaluate([terms.metric], params)[()][terms.metric]


def asked_of(campaign: Campaign, until: datetime, *, known_at: datetime | None = None, now: datetime) -> ReportParams:
    """Everything of one campaign up to an instant, as far as it was known then (None: is known now)."""
    end = max(until, now)
    options = {
        "start": [EVER],
        "end": [rfc3339(end)],
        "as_of": [rfc3339(until)],
        "where": [f"campaign={campaign.name}"],
        "known_at": [] if known_at is None else [rfc3339(known_at)],
    }
    return read_params(options, now=now)


def _kept(number: Decimal | None) -> Decimal | None:
    return None if number is None else round(number, 12)
