"""The log of stages, which is the truth, and what is kept from it so that nobody has to read it all."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from leads.funnel.models import FunnelVersion, StageKey
from leads.records.models import Lead


class StageChange(models.Model):
    """One row of the append-only log. `id` is its sequence number: order is (at, id).

    `at` is when it happened, `recorded_at` when we learnt it. Owner and team say who holds the lead from then on.
    """

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="stage_changes", db_index=False)
    to = models.ForeignKey(StageKey, on_delete=models.PROTECT, related_name="+", db_column="to", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    cause = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(FunnelVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, null=True)
    agreement_version = models.ForeignKey(
        "agreements.Version", null=True, on_delete=models.PROTECT, related_name="stage_changes", db_index=False,
        help_text="The version of a definition that moved the lead.",
    )  # fmt: skip
    deal = models.ForeignKey(
        "leads.Deal", null=True, on_delete=models.PROTECT, related_name="stage_changes", db_index=False
    )
    identity = models.CharField(
        max_length=80, null=True, help_text="The row of a file it came from, so that the same row twice is one."
    )
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at__lte=models.F("recorded_at") + models.Value("5 minutes", models.DurationField())),
                name="stage_change_not_in_the_future",
            ),
            models.UniqueConstraint(
                fields=["lead", "identity"],
                condition=models.Q(identity__isnull=False),
                name="stage_change_row_once",
            ),
        ]
        indexes = [
            models.Index("lead", "at", "id", name="stage_change_order"),
            models.Index("deal", name="stage_change_by_deal", condition=models.Q(deal__isnull=False)),
            *(
                models.Index(name, name=f"stage_change_by_{name}", condition=models.Q(**{f"{name}__isnull": False}))
                for name in ("actor", "by", "owner", "team")  # asked when a person or a team is taken out
            ),
            models.Index(
                "agreement_version",
                name="stage_change_by_agreement",
                condition=models.Q(agreement_version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} → {self.to_id}"


class StageVoid(models.Model):
    """Takes one row of the log back from `recorded_at` on; figures as known before still count it."""

    change = models.OneToOneField(StageChange, on_delete=models.PROTECT, related_name="void")
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    import_id = models.BigIntegerField(null=True, db_index=True)

    def __str__(self) -> str:
        return f"void of {self.change_id}"


class Stay(models.Model):
    """Derived: one change of stage that counts, and how long the lead stayed. [at, until), `until` null while it lasts.

    Here and in `Progress` the database checks no foreign keys: what is written comes from the very rows that they would look for.
    """

    change = models.OneToOneField(
        StageChange, on_delete=models.CASCADE, primary_key=True, related_name="stay", db_constraint=False
    )
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="stays", db_index=False, db_constraint=False)
    stage = models.CharField(max_length=100)
    from_stage = models.CharField(max_length=100, null=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    next_stage = models.CharField(max_length=100, null=True)
    pass_number = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index("lead", "at", name="stay_order"),
            models.Index("at", name="stay_by_at"),
            *(  # the list by how long leads are in their stage: of all, of one stage
                models.Index(*fields, "at", "lead", name=name, condition=models.Q(until=None))
                for fields, name in (((), "stay_open"), (("stage",), "stay_open_by_stage"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} in {self.stage}"


class Progress(models.Model):
    """Derived: one row a lead. Element i of each list belongs to the i-th forward stage of the version."""

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, primary_key=True, related_name="progress", db_constraint=False
    )
    version = models.ForeignKey(FunnelVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    reached = ArrayField(models.DateTimeField(null=True))
    entered = ArrayField(models.DateTimeField(null=True))
    stage_since = models.DateTimeField(null=True)
    pass_number = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"progress of {self.lead_id}"


class TouchedAll(models.Model):
    """Work to do: something concerns every lead. Leads up to `cursor` have their mark (`Touched`) already."""

    cursor = models.BigIntegerField(db_default=0)

    class Meta:
        verbose_name_plural = "touched all"

    def __str__(self) -> str:
        return f"all leads behind {self.cursor}"


class Touched(models.Model):
    """Work to do: something about this lead changed, what is derived from it must be computed anew."""

    lead_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.lead_id)
