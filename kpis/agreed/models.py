"""What is kept of agreed KPIs: how each stood when last looked at, and which milestones were reached when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class KpiStanding(models.Model):
    """Derived: what changed of a KPI since last week, and which cut explains it: too slow to be read with every page."""

    key = models.CharField(max_length=100, primary_key=True)
    version_id = models.BigIntegerField()
    period = models.CharField(max_length=10)
    computed_at = models.DateTimeField()
    changed = models.JSONField(default=dict)

    class Meta:
        verbose_name = "KPI standing"

    def __str__(self) -> str:
        return f"{self.key} in {self.period}"


class MilestoneReached(models.Model):
    """A milestone that the facts ticked off, at the instant at which the value crossed. Never deleted: what later data takes
    back is marked, and told.
    """

    key = models.CharField(max_length=100, help_text="The KPI's.")
    period = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    threshold = models.DecimalField(max_digits=26, decimal_places=6)
    reached_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="Since when the facts say otherwise.")

    class Meta:
        verbose_name_plural = "milestones reached"
        ordering: ClassVar = ["reached_at", "id"]
        constraints = [models.UniqueConstraint(fields=["key", "period", "title"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.title} of {self.key} in {self.period}"
