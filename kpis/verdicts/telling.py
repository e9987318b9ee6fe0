"""Who is told what became of a campaign? Both sides, once; by mail those who agreed on it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from alignment.agreements.entitlement import both_teams, readers
from alignment.agreements.telling import participants
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from kpis.metrics.catalogue import find
from kpis.verdicts.models import Verdict
from kpis.verdicts.words import written
from leads.funnel.stage_sets import stage_set


def judged(verdict: Verdict, *, now: datetime) -> None:
    """Tell both sides of a verdict; telling again tells nobody twice."""
    message = Message(
        key=f"verdict:{verdict.version_id}",
        title=f"{verdict.campaign_name}: {verdict.get_outcome_display().lower()}",
        text=sentence(verdict),
        path=f"/campaigns/{verdict.campaign_id}/",
        topic="agreements",
    )
    everybody = User.objects.filter(both_teams()).filter(readers())
    mailed = Q(pk__in=everybody.filter(participants(verdict.version)).values("pk"))
    post(message, to=[Recipient(user.pk, None) for user in everybody.exclude(mailed)], now=now)
    post(
        message,
        to=[Recipient(user.pk, user.email if user.may_sign_in else None) for user in everybody.filter(mailed)],
        now=now,
    )


def sentence(verdict: Verdict) -> str:
    """`“Accepted leads” came to 23; agreed was at least 20.`"""
    metric = find(verdict.metric, stage_set())
    agreed = f"agreed was {verdict.direction} {written(metric.unit, verdict.threshold, verdict.currency)}"
    late = " It was agreed after launch." if verdict.agreed_before_launch is False else ""
    if verdict.value is None:
        return f"“{metric.title}” could not be measured; {agreed}. {verdict.problem}{late}"
    return f"“{metric.title}” came to {written(metric.unit, verdict.value, verdict.currency)}; {agreed}.{late}"
