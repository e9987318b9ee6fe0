"""What is kept of scores: each model that was learned with how well it did, the chance of each open lead, and who waits."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from leads.records.models import Lead


class ModelVersion(models.Model):
    """One attempt to learn a model, by id in order of asking. At most one is in use; what an older one said of itself stays.

    `fitted` is plain JSON, written and read by `kpis.scores.fitted`: numbers and names, nothing that could be run.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Learning"
        IN_USE = "in_use", "In use"
        KEPT = "kept", "Replaced"
        REFUSED = "refused", "Not possible"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lease_until = models.DateTimeField(null=True)
    trained_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, blank=True, help_text="trees or logistic: which of the two did better.")
    terms = models.JSONField(default=dict, help_text="What was asked, and how it was learned.")
    trained_on = models.JSONField(default=dict, help_text="How many leads, and from when to when.")
    features = models.JSONField(default=list, help_text="What it looks at, by how much that matters.")
    figures = models.JSONField(default=dict, help_text="AUC and Brier of both models on the last part of the past.")
    reliability = models.JSONField(default=list, help_text="What became of those given about the same chance.")
    fitted = models.JSONField(default=dict)
    code = models.CharField(max_length=40, blank=True, help_text="Why there is no model, for programs.")
    error = models.TextField(blank=True, help_text="Why there is no model, in a sentence.")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_use"), name="one_score_model_in_use"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="queued"), name="one_score_model_queued"
            ),
        ]

    def __str__(self) -> str:
        return f"score model {self.pk}"


class Score(models.Model):
    """Derived: the chance that an open lead is won within the model's horizon, and what speaks for and against it."""

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, primary_key=True, related_name="score", db_constraint=False
    )
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    chance = models.FloatField()
    reasons = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("chance", "lead", name="score_by_chance")]
        constraints = [
            models.CheckConstraint(condition=models.Q(chance__gte=0, chance__lte=1), name="score_is_a_chance")
        ]

    def __str__(self) -> str:
        return f"score of {self.lead_id}"


class ScoreDue(models.Model):
    """Work to do: something about this lead changed, its chance must be computed anew. Written by a trigger."""

    lead_id = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "scores due"

    def __str__(self) -> str:
        return str(self.lead_id)
