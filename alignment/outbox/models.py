"""What was somebody told, in the product, by mail and in chat, and what of it has still to leave the house?"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

KEY_LENGTH, TITLE_LENGTH, PATH_LENGTH, ADDRESS_LENGTH, ERROR_LENGTH = 200, 200, 500, 254, 300
GROUP_LENGTH, NAME_LENGTH = 100, 100


class Notice(models.Model):
    """One thing that a person is told in the product; the same `key` tells a person once, however often it is posted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
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
    """One mail to one address: due until it is sent or given up. A worker that is at it holds the lease.

    Those of one `group` that are due together leave as one: `batch` is the same for them from then on, whatever becomes of it, so
    that what is tried again is the very same mail.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=ADDRESS_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    subject = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField(help_text="What it says; greeting, link and footer are added when it is sent.")
    path = models.CharField(max_length=PATH_LENGTH, blank=True)
    group = models.CharField(max_length=GROUP_LENGTH, blank=True, help_text="Leaves with others of it; empty: alone.")
    batch = models.BigIntegerField(null=True, blank=True, help_text="With which others it leaves.")
    urgent = models.BooleanField(default=False, help_text="Leaves outside of working time, too.")
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
            models.Index("batch", name="mail_batch", condition=Q(sent_at=None, given_up_at=None, batch__isnull=False)),
            models.Index(
                "address", "group", name="mail_group", condition=Q(sent_at=None, given_up_at=None) & ~Q(group="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}"


class Channel(models.Model):
    """A channel of a chat that messages go to: those of one team, or of everybody (`team` empty), about the topics it wants.

    `url` opens it to whoever knows it: nothing shows it again but by its kind and host. `inside`: an operator said that its host
    may be one of our own network. `failing_since`: what was sent last was not taken.
    """

    name = models.CharField(max_length=NAME_LENGTH)
    url = models.TextField()
    team = models.ForeignKey("people.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    wants = ArrayField(models.CharField(max_length=30), default=list)
    active = models.BooleanField(default=True)
    inside = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=ERROR_LENGTH, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("name"), name="channel_name_once")]

    def __str__(self) -> str:
        return self.name


class Chat(models.Model):
    """One message to one channel: due until it is sent or given up. A worker that is at it holds the lease."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages", db_index=False)
    key = models.CharField(max_length=KEY_LENGTH)
    users = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of whom it is for, in order.")
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField()
    path = models.CharField(max_length=PATH_LENGTH, blank=True)
    urgent = models.BooleanField(default=False, help_text="Leaves outside of working time, too.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0, help_text="How often it was tried in vain.")
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=ERROR_LENGTH, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "chat message"
        constraints = [
            models.UniqueConstraint(fields=["channel", "key", "users"], name="chat_once"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="chat_sent_or_given_up"),
        ]
        indexes = [
            models.Index("due_at", "id", name="chat_due", condition=Q(sent_at=None, given_up_at=None)),
            models.Index("sent_at", name="chat_sent", condition=Q(sent_at__isnull=False)),
            models.Index("given_up_at", name="chat_given_up", condition=Q(given_up_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.title} to {self.channel_id}"
