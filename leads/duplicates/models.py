"""What is known of duplicates: by what leads may be found alike, the pairs found, what people decided, and what merging moved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from leads.records.models import Lead

PERSON = settings.AUTH_USER_MODEL


class MatchKey(models.Model):
    """Derived: one thing by which a lead may be found to be somebody we know already. Who is merged lends theirs to the survivor."""

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="match_keys", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=450)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "kind", "key"], name="match_key_once")]
        indexes = [models.Index("kind", "key", "lead", name="match_key_shared")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.lead_id}"


class Merge(models.Model):
    """One lead taken into another by a person. It stands until `undone_at`.

    `moved` holds the ids of the rows that went over, by table; `made` those that the merge itself wrote, and the latest ids there
    were. `before` and `after` are rows as they were and as the merge left them, written and read by the database alone, so that
    they come back to the byte.
    """

    survivor = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges_away")
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict, help_text="By field: whose value was kept, where somebody chose.")
    moved = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at=None), name="merged_once_at_a_time"),
            models.CheckConstraint(condition=~Q(survivor=F("other")), name="merged_into_another"),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} into {self.survivor_id}"


class Pair(models.Model):
    """Two leads that may be one person. `first` is the one with the smaller id.

    `reasons`: `[{"criterion", "says"}]`, without a word of who they are. One that was dismissed never opens by itself again.
    """

    class State(models.TextChoices):
        OPEN = "open", "To decide"
        DISMISSED = "dismissed", "Not the same"
        MERGED = "merged", "Merged"

    first = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1.")
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-score", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
        indexes = [models.Index("state", F("score").desc(), F("id").desc(), name="pair_to_decide")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class ToCompare(models.Model):
    """Work to do: something by which this lead may be found changed. Written by triggers, in the transaction of the change."""

    lead_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "lead to compare"
        verbose_name_plural = "leads to compare"

    def __str__(self) -> str:
        return str(self.lead_id)


class StockRun(models.Model):
    """All leads compared with one another: first their keys are laid out, then pairs are looked for. `cursor` is the last lead done."""

    class Phase(models.TextChoices):
        KEYS = "keys", "Laying out what leads are found by"
        PAIRS = "pairs", "Looking for pairs"

    phase = models.CharField(max_length=5, choices=Phase.choices, default=Phase.KEYS)
    cursor = models.BigIntegerField(default=0)
    total = models.BigIntegerField(help_text="Leads there were when it began.")
    done = models.BigIntegerField(default=0, help_text="Leads done, each counted in both phases.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=Q(finished_at=None), name="one_stock_run_at_a_time")
        ]

    def __str__(self) -> str:
        return f"run of {self.started_at:%Y-%m-%d}"

    @property
    def steps(self) -> int:
        """What `done` counts up to: every lead in both phases."""
        return 2 * self.total
