"""What the product remembers of a wish for a suggestion: who asked, how far it is, and the draft that came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from alignment.agreements.models import Version


class SuggestionRun(models.Model):
    """One wish for a definition learned from history. Worked off once, by a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    key = models.CharField(max_length=100)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1.")
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.SET_NULL, related_name="+")
    evidence = models.JSONField(null=True)
    code = models.CharField(max_length=40, blank=True, help_text="Why it failed, for programs.")
    error = models.TextField(blank=True, help_text="Why it failed, in a sentence.")

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [
            models.Index("id", name="suggestion_to_do", condition=models.Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"suggestion for {self.key}"
