"""What is kept of forecasts: what was said on a day and what came of it, and how often people ask."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class KeptForecast(models.Model):
    """What was said of a KPI's period on a day, one a KPI, period and day, and what came when the period was over.

    `rehearsed`: made afterwards from what had happened by that day, to see how well the method does. The straight line on the same
    occasion stands beside it. `said` is the whole answer, as `kpis.forecasts.keeping` writes it.
    """

    key = models.CharField(max_length=200)
    period = models.CharField(max_length=40)
    until = models.DateTimeField(help_text="When the period is over.")
    day = models.DateField()
    rehearsed = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    seconds = models.FloatField(default=0, help_text="How long it took.")
    asked = models.TextField(help_text="What was asked, so that another target is another question.")
    low = models.FloatField(null=True)
    median = models.FloatField(null=True)
    high = models.FloatField(null=True)
    line_low = models.FloatField(null=True)
    line = models.FloatField(null=True)
    line_high = models.FloatField(null=True)
    said = models.JSONField(default=dict)
    came = models.FloatField(null=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["key", "day"]
        constraints = [
            models.UniqueConstraint(fields=["key", "period", "day", "rehearsed"], name="forecast_once_a_day"),
        ]
        indexes = [
            models.Index("until", condition=models.Q(scored_at=None), name="forecast_to_score"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.period} on {self.day}"


class Press(models.Model):
    """Somebody asked “are we nearly there yet?”: they are in the dark. One a person, KPI and minute."""

    key = models.CharField(max_length=200)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField()

    class Meta:
        verbose_name_plural = "presses"
        constraints = [models.UniqueConstraint(fields=["key", "person", "minute"], name="press_once_a_minute")]
        indexes = [models.Index("key", "minute", name="press_by_key")]

    def __str__(self) -> str:
        return f"{self.key} at {self.minute}"
