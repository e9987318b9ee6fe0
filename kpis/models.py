"""What the figures keep: leaks, cohort cells, and when they were last brought up to date. All derived."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from kpis.agreed.models import KpiStanding, MilestoneReached
from kpis.attribution.models import ChannelEffect, Credit, CreditDue, PastCompany
from kpis.digests.models import Digest, DigestDeclined
from kpis.forecasts.models import KeptForecast, Press
from kpis.metrics.kept.models import KeptDue, KeptFact, KeptGroup, KeptMark, KeptMetric, KeptValue, Revision
from kpis.scores.models import ModelVersion, Score, ScoreDue
from kpis.verdicts.models import Verdict
from leads.models import Lead

__all__ = [
    "ChannelEffect",
    "CohortPlace",
    "Credit",
    "CreditDue",
    "Digest",
    "DigestDeclined",
    "Freshness",
    "FunnelCell",
    "KeptDue",
    "KeptFact",
    "KeptForecast",
    "KeptGroup",
    "KeptMark",
    "KeptMetric",
    "KeptPage",
    "KeptValue",
    "KpiStanding",
    "Leak",
    "LeakCount",
    "MilestoneReached",
    "ModelVersion",
    "PastCompany",
    "Press",
    "Revision",
    "Score",
    "ScoreDue",
    "Verdict",
]


class Leak(models.Model):
    """Derived: a condition that held, holds, or will hold from `since` on if nothing happens. Open at t: since ≤ t < until."""

    lead = models.ForeignKey(
        Lead, on_delete=models.DO_NOTHING, related_name="leaks", db_constraint=False, db_index=False
    )
    """Leaks of a lead that is gone go when it is recomputed, and leave the counts by day as they go."""
    kind = models.CharField(max_length=20)
    pass_number = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    side = models.CharField(max_length=10)
    stage = models.CharField(max_length=100)
    limit_seconds = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "kind", "pass_number"],
                condition=models.Q(until=None),
                name="one_open_leak_per_lead_kind_pass",
            ),
            models.UniqueConstraint(fields=["lead", "kind", "pass_number", "since"], name="leak_once"),
        ]
        indexes = [
            models.Index("since", "id", name="leak_by_since"),
            models.Index("kind", "since", "id", name="leak_by_kind"),
            models.Index("kind", "side", "lead", include=["since"], name="leak_open", condition=models.Q(until=None)),
            # what closed on one day (kpis.leaks.queries.counts)
            models.Index("until", name="leak_by_until", condition=models.Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.lead_id}"


class LeakCount(models.Model):
    """Derived: how many leaks of one kind and side opened and closed on one day in UTC. Changed by difference."""

    kind = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    day = models.DateField()
    opened = models.BigIntegerField()
    closed = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "side", "day"], name="leak_count_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.side} on {self.day}"


class CohortPlace(models.Model):
    """Derived: what one lead adds to the cells, a row for each forward stage that it reached, the start of a cohort each.

    Stages are counted from 1 in order of position: `anchor` is `reached` of the start, `furthest` the last one reached, and
    `furthest_in_window` the last one within 90 × 24 hours of the anchor. What changes about a lead is as it was at the anchor.
    No foreign keys: what a lead added must be known after it, or who held it, was removed.
    """

    pk = models.CompositePrimaryKey("lead_id", "start")
    lead_id = models.BigIntegerField()
    start = models.PositiveSmallIntegerField()
    anchor = models.DateTimeField()
    day = models.DateField()
    source = models.CharField(max_length=200, null=True)
    channel = models.CharField(max_length=200, null=True)
    campaign = models.BigIntegerField(null=True)
    owner = models.BigIntegerField(null=True)
    team = models.BigIntegerField(null=True)
    segment = models.CharField(max_length=200, null=True)
    territory = models.CharField(max_length=200, null=True)
    furthest = models.PositiveSmallIntegerField()
    furthest_in_window = models.PositiveSmallIntegerField()

    class Meta:
        # cohort_place_by_day: the days at both ends of a span, and the day that matures now (kpis.reports.counted)
        indexes = [models.Index("start", "day", name="cohort_place_by_day")]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.day}"


class FunnelCell(models.Model):
    """Derived: how many leads of one cohort came exactly so far, ever and in the window. Changed by difference.

    `cut` is empty for all leads together, by day; else what they are told apart by, by month (`day` is its first), and `value`
    that value, the id of a person, team or campaign as text. `start` and both `furthest` count forward stages from 1. Days are of
    the reporting time zone. There is a row only where there is a lead.
    """

    cut = models.CharField(max_length=20)
    start = models.PositiveSmallIntegerField()
    day = models.DateField()
    value = models.CharField(max_length=200, null=True)
    furthest = models.PositiveSmallIntegerField()
    furthest_in_window = models.PositiveSmallIntegerField()
    leads = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cut", "start", "day", "value", "furthest", "furthest_in_window"],
                nulls_distinct=False,
                name="funnel_cell_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cut} {self.value} {self.day} {self.start}"


class Freshness(models.Model):
    """When something was last brought up to date, or a worker was last seen."""

    what = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "freshness"

    def __str__(self) -> str:
        return self.what


class KeptPage(models.Model):
    """Derived: what a page of a large company says, as it was read at `at`, which took `seconds`. `key` is the question,
    `text` the answer, as JSON in its own order.

    `rests_on` is what makes it another question: zone, currency, the funnel in force. Where that differs, it says nothing.
    """

    key = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
    seconds = models.FloatField()
    rests_on = models.JSONField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.key

    @property
    def document(self) -> dict[str, Any]:
        """What was answered."""
        found: dict[str, Any] = json.loads(self.text)
        return found
