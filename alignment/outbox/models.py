"""What was somebody told, in the product and by mail, and what of it has still to leave the house?"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

KEY_LENGTH, TITLE_LENGTH, PATH_LENGTH, ADDRESS_LENGTH, ERROR_LENGTH = 200, 200, 500, 254, 300


class Notice(models.Model):
    """One thing that a person is told in the product; the same `key` tells a person once, however often it is posted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField()
    path = models.CharField(max_length=PATH_LENGTH, blank=True, help_text="Where it leads, on our own site.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_newest"),
            models.Index(fields=["user", "-id"], name="notice_unread", condition=Q(read_at=None)),
            models.Index("read_at", name="notice_read", condition=Q(read_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class Mail(models.Model):
    """One mail to one address: due until it is sent or given up. A worker that is at it holds the lease."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=ADDRESS_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    subject = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(help_text="What it says; greeting, link and footer are added when it is sent.")
    path = models.CharField(max_length=PATH_LENGTH, blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0, help_text="How often it was tried in vain.")
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=ERROR_LENGTH, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["address", "key"], name="mail_once"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="mail_sent_or_given_up"),
        ]
        indexes = [
            models.Index("due_at", "id", name="mail_due", condition=Q(sent_at=None, given_up_at=None)),
            models.Index("sent_at", name="mail_sent", condition=Q(sent_at__isnull=False)),
            models.Index("given_up_at", name="mail_given_up", condition=Q(given_up_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}"
