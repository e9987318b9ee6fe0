"""What became of what was agreed about a campaign: judged once, on the day, and never changed afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alignment.agreements.models import Version


class Verdict(models.Model):
    """One version's verdict, as the figure stood at `as_of`. Append-only.

    The campaign is named by its id and by what it was called then: it may be gone by now. `value` is null where it could not be
    known; `problem` says why.
    """

    class Outcome(models.TextChoices):
        MET = "met", "Did what it should"
        MISSED = "missed", "Did not do what it should"
        UNKNOWN = "unknown", "Could not be judged"

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="verdict")
    campaign_id = models.BigIntegerField(db_index=True)
    campaign_name = models.CharField(max_length=300)
    metric = models.CharField(max_length=60)
    direction = models.CharField(max_length=10)
    threshold = models.DecimalField(max_digits=28, decimal_places=10)
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    over = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    under = models.DecimalField(max_digits=38, decimal_places=12, null=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    problem = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3)
    as_of = models.DateTimeField(help_text="The figure of everything that had happened by then.")
    judged_at = models.DateTimeField()
    agreed_before_launch = models.BooleanField(null=True, help_text="Empty: the campaign's beginning is not known.")
    funnel_version = models.PositiveIntegerField()
    attribution_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-as_of", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["met", "missed", "unknown"]), name="verdict_has_an_outcome"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, outcome="unknown")
                | models.Q(value__isnull=False, outcome__in=["met", "missed"]),
                name="verdict_by_its_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_name}: {self.get_outcome_display()}"
