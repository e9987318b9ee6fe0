"""What each touch is credited with, kept for every deal; what was learnt for it; and who waits. All derived."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

PLACES = 1_000_000
"""More touches than any deal has: `id` = (2 × deal + basis) × PLACES + place, so that rows of a deal lie together, in order."""

WHOLE = 10**12
"""What the shares of a deal add up to."""


class Credit(models.Model):
    """Derived: one touch of one deal, with its share (parts of 10¹²) and its amount (minor units) by each model.

    A deal without touches has one row without an activity. `won_at`: the row counts for won revenue, at this instant; `opened_at`:
    for what was opened. Where the rates of both days differ, rows of basis 1 have the amounts of the opening. No foreign keys:
    rows of what is gone go when its mark is worked off.
    """

    id = models.BigIntegerField(primary_key=True)
    deal_id = models.BigIntegerField()
    basis = models.SmallIntegerField(db_default=0)
    place = models.IntegerField()
    activity_id = models.BigIntegerField(null=True)
    lead_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    won_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    share_first = models.BigIntegerField()
    share_last = models.BigIntegerField()
    share_linear = models.BigIntegerField()
    share_position = models.BigIntegerField()
    share_w_shaped = models.BigIntegerField()
    share_time_decay = models.BigIntegerField()
    share_data_driven = models.BigIntegerField()
    amount_first = models.BigIntegerField(null=True)
    amount_last = models.BigIntegerField(null=True)
    amount_linear = models.BigIntegerField(null=True)
    amount_position = models.BigIntegerField(null=True)
    amount_w_shaped = models.BigIntegerField(null=True)
    amount_time_decay = models.BigIntegerField(null=True)
    amount_data_driven = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=200, null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [models.Index("deal_id", name="credit_by_deal")]

    def __str__(self) -> str:
        return f"touch {self.place} of deal {self.deal_id}"


class CreditDue(models.Model):
    """Work to do: what this deal's touches are credited with must be computed anew."""

    deal_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "deal to credit"
        verbose_name_plural = "deals to credit"

    def __str__(self) -> str:
        return str(self.deal_id)


class ChannelEffect(models.Model):
    """Derived: what the data-driven model learnt of a channel. `effect` is its removal effect in parts of 10⁹."""

    channel = models.CharField(max_length=200, null=True)
    effect = models.BigIntegerField()
    conversions = models.FloatField(help_text="What the model as a whole gives the channel.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel"], name="effect_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return self.channel or "(none)"


class PastCompany(models.Model):
    """A lead was of another company in [since, until), as far as was learnt. Written by a trigger on leads."""

    lead_id = models.BigIntegerField()
    company_id = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "past companies"
        indexes = [
            models.Index("lead_id", "until", name="past_company_of_lead"),
            models.Index("company_id", name="past_company_by_company"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} until {self.until}"
