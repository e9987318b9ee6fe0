"""Which values of closed periods became others lately? For the page of freshness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alignment.people.selectors import reporting_currency
from kpis.metrics.catalogue import catalogue
from kpis.metrics.declaring import Unit
from kpis.metrics.kept.models import GRAINS, Cause, KeptMetric, Revision
from kpis.metrics.periods import Period, containing
from leads.funnel.stage_sets import stage_set

MOST = 200


@dataclass(frozen=True)
class RevisionShown:
    """A value that everybody saw, what it is now, and why. None: not known."""

    key: str
    title: str
    period: Period
    old: Decimal | None
    new: Decimal | None
    unit: Unit
    currency: str
    cause: str
    at: datetime


def latest_revisions(since: datetime, now: datetime) -> Sequence[RevisionShown]:
    """Of everything together, by month, quarter and year; the latest first. What is cut or shorter is told at the metric."""
    rows = Revision.objects.filter(at__gte=since, at__lte=now, cut=0, grain__gte=2).order_by("-id")[:MOST]
    keys = dict(KeptMetric.objects.values_list("id", "key"))
    metrics, currency = catalogue(stage_set(at=now)), reporting_currency()
    return [
        RevisionShown(
            key=keys[row.metric_id],
            title=metrics[keys[row.metric_id]].title,
            period=containing(GRAINS[row.grain], row.first_day),
            old=None if row.old_unknown else row.old_total,
            new=None if row.new_unknown else row.new_total,
            unit=metrics[keys[row.metric_id]].unit,
            currency=currency,
            cause=Cause(row.cause).label,
            at=row.at,
        )
        for row in rows
        if keys.get(row.metric_id) in metrics
    ]
