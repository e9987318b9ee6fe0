"""Something that happened with a lead at a moment: an append-only log."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from alignment.programs.models import Campaign
from leads.records.models import Lead


class Direction(models.TextChoices):
    INBOUND = "inbound", "They did it"
    OUTBOUND = "outbound", "We did it"
    INTERNAL = "internal", "Between us"


class Activity(models.Model):
    """One thing that happened. Kinds and what they mean by default are declared in `leads.activities.kinds`."""

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="activities", db_index=False)
    kind = models.CharField(max_length=30)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    side = models.CharField(max_length=10, choices=[("marketing", "Marketing"), ("sales", "Sales")])
    automated = models.BooleanField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    typed_in = models.BooleanField(default=False, help_text="Entered by hand.")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    asset = models.CharField(max_length=300, null=True)
    channel = models.CharField(max_length=200, null=True)
    url = models.CharField(max_length=2000, null=True)
    subject = models.CharField(max_length=1000, null=True)
    outcome = models.CharField(max_length=300, null=True)
    attributes = models.JSONField(default=dict)
    system = models.CharField(max_length=100, null=True)
    external_id = models.CharField(max_length=200, null=True)
    identity = models.CharField(
        max_length=300, null=True, unique=True, help_text="System and id, or the row's own content."
    )
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at__lte=models.F("recorded_at") + models.Value("5 minutes", models.DurationField())),
                name="activity_not_in_the_future",
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=["inbound", "outbound", "internal"]), name="activity_has_a_direction"
            ),
            models.CheckConstraint(condition=models.Q(side__in=["marketing", "sales"]), name="activity_has_a_side"),
        ]
        indexes = [
            models.Index("lead", "at", "id", name="activity_order"),
            models.Index("kind", "at", include=["lead", "recorded_at"], name="activity_by_kind"),
            *(
                models.Index(name, name=f"activity_by_{name}", condition=models.Q(**{f"{name}__isnull": False}))
                for name in (
                    "by",
                    "actor",
                    "campaign",
                )  # of a person, or a campaign: on their pages, and before they go
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.lead_id}"
