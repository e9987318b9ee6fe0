"""What was the digest of a week, and who wants none by mail?"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Digest(models.Model):
    """One week as it was told to one readership: written once, so that a past week says what it said. It names no person: names are
    looked up when it is shown, so that what is erased is gone from here as well.
    """

    class Readers(models.TextChoices):
        MARKETING = "marketing", "Marketing"
        SALES = "sales", "Sales"
        MANAGEMENT = "management", "Management"

    week = models.CharField(max_length=8, help_text="Such as 2024-W05: the week it is about.")
    readers = models.CharField(max_length=10, choices=Readers.choices)
    made_at = models.DateTimeField()
    content = models.JSONField()
    told_at = models.DateTimeField(
        null=True, help_text="When it was handed to the mail; empty: it only stands on the page."
    )

    class Meta:
        ordering: ClassVar = ["-week", "readers"]
        constraints = [
            models.UniqueConstraint(fields=["week", "readers"], name="digest_once"),
            models.CheckConstraint(
                condition=models.Q(readers__in=["marketing", "sales", "management"]), name="digest_has_readers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week} for {self.readers}"


class DigestDeclined(models.Model):
    """Somebody who wants no digest by mail. It stands on the page all the same."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "digests declined"

    def __str__(self) -> str:
        return f"{self.user_id} since {self.since:%Y-%m-%d}"
