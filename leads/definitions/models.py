"""What the qualification job remembers: who waits to be judged, what was judged, what fields held before, and full runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alignment.agreements.models import Version
from leads.records.models import Company, Lead


class ToQualify(models.Model):
    """Work to do: something that a definition may ask about changed for this lead. Written by triggers on the facts themselves."""

    lead_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name = "lead to qualify"
        verbose_name_plural = "leads to qualify"
        indexes = [models.Index("lead_id", name="to_qualify_lead")]

    def __str__(self) -> str:
        return str(self.lead_id)


class FieldsPast(models.Model):
    """What the fields of a lead or company held before `until`, as far as definitions may ask about them.

    Written by triggers, so that a moment before a change is judged by what was known then; the earliest row with
    `until` > m says what held at m, else the present record does. Pruned once the leads concerned are judged. Of an
    e-mail address only whether there was one.
    """

    lead = models.ForeignKey(
        Lead, null=True, on_delete=models.CASCADE, related_name="fields_past", db_constraint=False, db_index=False
    )
    company = models.ForeignKey(
        Company, null=True, on_delete=models.CASCADE, related_name="fields_past", db_constraint=False, db_index=False
    )
    until = models.DateTimeField()
    values = models.JSONField()

    class Meta:
        verbose_name_plural = "past fields"
        constraints = [
            models.UniqueConstraint(fields=["lead", "until"], name="past_of_lead_once"),
            models.UniqueConstraint(fields=["company", "until"], name="past_of_company_once"),
        ]

    def __str__(self) -> str:
        return f"before {self.until}"


class Evaluation(models.Model):
    """Derived: how far one lead was judged by one definition.

    `through` is the instant up to which nothing is judged again, `met` whether the definition moved the lead then, and
    `next_at` the earliest instant at which time alone may make it hold.
    """

    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="evaluations", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=100)
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    through = models.DateTimeField()
    met = models.BooleanField()
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "key"], name="evaluation_once")]
        indexes = [
            models.Index("next_at", "lead", name="evaluation_due", condition=models.Q(next_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} by {self.key}"


class DefinitionRun(models.Model):
    """All leads judged anew because a version came into force. `cursor` is the last lead done; it moves with each batch."""

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="definition_run")
    cursor = models.BigIntegerField(default=0)
    total = models.BigIntegerField(help_text="Leads there were when it began.")
    done = models.BigIntegerField(default=0)
    moved = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [models.Index("id", name="definition_run_to_do", condition=models.Q(finished_at=None))]

    def __str__(self) -> str:
        return f"run of {self.version_id}"
