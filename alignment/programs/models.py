"""Campaigns and what they cost. A lead names the campaign that it came from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Now


class Campaign(models.Model):
    """Something marketing ran that leads came from."""

    system = models.CharField(max_length=100, null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    name = models.CharField(max_length=300)
    type = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    budget = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["system", "external_id"], name="campaign_external_id_once"),
            models.UniqueConstraint(Lower("name"), condition=models.Q(external_id=None), name="campaign_name_once"),
        ]
        indexes = [models.Index(Lower("name"), name="campaign_by_name")]

    def __str__(self) -> str:
        return self.name


class Spend(models.Model):
    """Money spent over [starts_on, ends_on], spread evenly by day when it is reported; less than 0 is a credit.

    Found again by `identity`: system and external id, else the content of a file's row.
    """

    system = models.CharField(max_length=100, null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    currency = models.CharField(max_length=3)
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="spend")
    channel = models.CharField(max_length=200, null=True, blank=True)
    source = models.CharField(max_length=200, null=True, blank=True)
    identity = models.CharField(max_length=80, null=True, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        verbose_name_plural = "spend"
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="spend_span_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} from {self.starts_on}"


class Series(models.Model):
    """One value of an outside number on one day, such as visits of the site; of a campaign, channel or source, or of all.

    The metric is the same in every spelling of its letters, as the campaign is; channel and source are told apart exactly,
    as they are with leads.
    """

    metric = models.CharField(max_length=200)
    date = models.DateField()
    value = models.DecimalField(max_digits=28, decimal_places=10)
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="series")
    channel = models.CharField(max_length=200, null=True, blank=True)
    source = models.CharField(max_length=200, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["metric", "-date", "-id"]
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(
                Lower("metric"), "date", "campaign", "channel", "source", name="series_once_a_day", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} on {self.date}"


class Rate(models.Model):
    """One published exchange rate: how much of the reporting currency one unit of `currency` was worth that day."""

    date = models.DateField()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["currency", "-date"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "date"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"1 {self.currency} = {self.rate} on {self.date}"
