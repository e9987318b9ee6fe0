"""A file that somebody is still saying how to read: the copy, what was found in it, and the profile so far.

Drafts belong to everybody who may import, as imports do. `leads.imports.mapping.drafting` is their only writer.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from leads.imports.models import Import


class ImportDraft(models.Model):
    """`study` is what was found in the file (`leads.imports.mapping.studying.Study`); `profile` a document as in docs/profiles."""

    file = models.CharField(
        max_length=300, db_index=True, help_text="Where the copy lies, relative to the uploads folder."
    )
    file_name = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=12)
    profile = models.JSONField(default=dict)
    profile_name = models.CharField(max_length=200, blank=True)
    basis = models.JSONField(
        default=dict, help_text="Why each field was proposed: field to sentence; and whose export it is."
    )
    answers = models.JSONField(
        default=dict, help_text="What was said about how the file is read: by the question's field."
    )
    study = models.JSONField(default=dict)
    checked = models.ForeignKey(Import, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        ordering: ClassVar = ["-touched_at", "-id"]
        verbose_name = "file being mapped"
        verbose_name_plural = "files being mapped"

    def __str__(self) -> str:
        return self.file_name
