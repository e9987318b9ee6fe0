"""The agreed funnel as data: permanent stage keys, and for each version what every key means."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class StageKey(models.Model):
    """A name a stage ever had. Permanent: the log refers to it."""

    key = models.CharField(max_length=100, primary_key=True)

    def __str__(self) -> str:
        return self.key


class FunnelVersion(models.Model):
    """One version of the funnel's agreement that holds, held or will hold: its stages as rows, for statements to join.

    When it is in force the agreement's periods say; `in_force_from` is when it first was to be.
    """

    agreement_version = models.OneToOneField("agreements.Version", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(unique=True, help_text="That of the agreement's version.")
    in_force_from = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"Funnel v{self.number}"


class Category(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOYAL = "loyal", "Loyal"
    LOST = "lost", "Lost"
    RECYCLED = "recycled", "Recycled"
    DISQUALIFIED = "disqualified", "Disqualified"


FORWARD = (Category.OPEN, Category.WON, Category.LOYAL)


class Stage(models.Model):
    """What one key means in one version. Forward stages have a position; off-path ones have none.

    `counts_as` is set for a key that is no longer in the set: its rows count as that stage's.
    """

    version = models.ForeignKey(FunnelVersion, on_delete=models.CASCADE, related_name="stages", db_index=False)
    key = models.ForeignKey(StageKey, on_delete=models.PROTECT, related_name="+", db_column="key")
    title = models.CharField(max_length=100)
    position = models.PositiveIntegerField(null=True, blank=True)
    category = models.CharField(max_length=12, choices=Category.choices)
    side = models.CharField(max_length=10, choices=[("marketing", "Marketing"), ("sales", "Sales")])
    requires_owner = models.BooleanField()
    counts_as = models.ForeignKey(
        StageKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_column="counts_as"
    )
    age = models.DurationField(
        null=True, blank=True, help_text="Agreed age of an open stage; the limit's default where empty."
    )
    quiet = models.DurationField(null=True, blank=True, help_text="Agreed quiet time; the limit's default where empty.")

    class Meta:
        ordering: ClassVar = ["version", models.F("position").asc(nulls_last=True), "key"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="stage_once_a_version"),
            models.UniqueConstraint(
                fields=["version", "position"], condition=models.Q(counts_as=None), name="position_once_a_version"
            ),
            models.CheckConstraint(
                condition=models.Q(category__in=["open", "won", "loyal"], position__isnull=False)
                | models.Q(category__in=["lost", "recycled", "disqualified"], position__isnull=True),
                name="forward_stages_have_a_position",
            ),
            models.CheckConstraint(condition=models.Q(side__in=["marketing", "sales"]), name="stage_has_a_side"),
        ]

    def __str__(self) -> str:
        return self.title
