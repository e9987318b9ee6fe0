"""The working time of each calendar version, laid out as spans, so that statements can count by it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from alignment.agreements.models import Version


class WorkingSpan(models.Model):
    """[since, until) is working time of a calendar version; spans that touch are one. Derived, written by `laying_out` only.

    `before` is how many seconds of working time lie before it: the working time up to any instant is one look into an index.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    before = models.BigIntegerField(help_text="Seconds of working time before it.")

    class Meta:
        ordering: ClassVar = ["version", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "since"], include=["until", "before"], name="working_span_since"
            ),
            models.UniqueConstraint(
                fields=["version", "before"], include=["since", "until"], name="working_span_before"
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="working_span_has_a_length"),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M}"
