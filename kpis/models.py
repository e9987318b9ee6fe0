"""What the figures keep: leaks, cohort cells, and when they were last brought up to date. All derived."""

from __future__ import annotations

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

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="leaks", db_constraint=False)
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.lead_id}"


class CohortPlace(models.Model):
    """Derived: where one lead counts in the cells: its cohort day and source, the furthest forward stage, and that in the window.

    Stages are counted from 1 in order of position. No foreign key: what a lead added must be known after it was removed.
    """

    lead_id = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    source = models.CharField(max_length=200, null=True)
    furthest = models.PositiveIntegerField()
    furthest_in_window = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index("day", name="cohort_place_by_day")]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.day}"


class FunnelCell(models.Model):
    """Derived: how far the leads of one cohort day and source came. Days are of the reporting time zone.

    `position` counts forward stages from 1; there is a row only where somebody came that far.
    """

    day = models.DateField()
    source = models.CharField(max_length=200, null=True)
    position = models.PositiveIntegerField()
    reached = models.BigIntegerField()
    in_window = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "source", "position"], nulls_distinct=False, name="funnel_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.source} {self.position}"


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
    """Derived: what a page of a large company says, as the worker read it at `at`, which took `seconds`.

    `rests_on` is what makes it another question: days, zone, currency, the funnel in force. Where that differs, it says nothing.
    """

    key = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    seconds = models.FloatField()
    rests_on = models.JSONField()
    document = models.JSONField()

    def __str__(self) -> str:
        return self.key
