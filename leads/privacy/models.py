"""What a person allowed us, and the record of what was removed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from leads.records.models import Lead


class Consent(models.Model):
    """One row of the append-only log of consent for a purpose. Order is (at, id)."""

    class State(models.TextChoices):
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=50)
    state = models.CharField(max_length=9, choices=State.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    import_id = models.BigIntegerField(null=True, db_index=True)
    source = models.CharField(max_length=100, null=True, help_text="Where they said so: a form, a call, a file.")
    stated = models.BooleanField(db_default=False, help_text="Said by a lead's own row, in a file or over the API.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["granted", "refused", "withdrawn"]), name="consent_has_a_state"
            ),
        ]
        indexes = [
            models.Index("lead", "purpose", "at", "id", name="consent_order"),
            models.Index("actor", name="consent_by_actor", condition=models.Q(actor__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class Removal(models.Model):
    """What was taken out of the logs, when and on whose word; nothing in it says whom it was about."""

    class Kind(models.TextChoices):
        IMPORT_UNDO = "import_undo", "Import undone"
        ERASURE = "erasure", "Person erased"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    import_id = models.BigIntegerField(null=True)
    counts = models.JSONField(help_text="Rows removed or scrubbed, by table.")

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Erased(models.Model):
    """A name by which an erased person was known, as a keyed fingerprint: it recognises old rows and tells nobody's name."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    lead_id = models.BigIntegerField(db_index=True)
    erased_at = models.DateTimeField()

    class Meta:
        verbose_name = "erased name"

    def __str__(self) -> str:
        return self.fingerprint[:12]


class Discarded(models.Model):
    """Work to do: a kept file that speaks of somebody erased, to be deleted as soon as no import needs it."""

    name = models.CharField(max_length=200, primary_key=True)
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = "file to delete"
        verbose_name_plural = "files to delete"

    def __str__(self) -> str:
        return self.name
