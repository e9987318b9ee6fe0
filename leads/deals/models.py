"""Deals: what a lead may become worth, and did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alignment.people.models import User
from leads.records.models import Company, Lead


class DealStatus(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class DealKind(models.TextChoices):
    NEW = "new", "New"
    UPSELL = "upsell", "Upsell"
    RENEWAL = "renewal", "Renewal"


class Deal(models.Model):
    """Belongs to a company and, where known, to a lead. What it does to its lead's stage is in `leads.deals.stages`.

    `scope` is 0 for the company's own, a partner team's id for what that partner brought: neither finds the other's.
    """

    scope = models.BigIntegerField(default=0, editable=False)
    system = models.CharField(max_length=100, null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.PROTECT, related_name="deals")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.PROTECT, related_name="deals")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=4, choices=DealStatus.choices)
    kind = models.CharField(max_length=7, choices=DealKind.choices, default=DealKind.NEW)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(max_length=500, null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "system", "external_id"], name="deal_external_id_once"),
            models.CheckConstraint(condition=models.Q(status__in=["open", "won", "lost"]), name="deal_has_a_status"),
            models.CheckConstraint(condition=models.Q(kind__in=["new", "upsell", "renewal"]), name="deal_has_a_kind"),
            models.CheckConstraint(
                condition=models.Q(status="open") | models.Q(closed_at__isnull=False), name="closed_deal_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id or f"Deal {self.pk}"
