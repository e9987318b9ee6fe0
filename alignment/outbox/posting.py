"""How is somebody told something? In the product, and by mail where they have an address; each of it once.

Every service that has something to tell calls `post` inside its own transaction: what is rolled back was never said.
The mail leaves after the commit; the rows remember it, so a lost job or a broker that is down only delays it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from alignment.outbox.models import KEY_LENGTH, TITLE_LENGTH, Mail, Notice
from alignment.outbox.tasks import deliver_mail
from alignment.outbox.wording import LINE, PARAGRAPHS, fit, is_our_path

TEXT_LENGTH = 2000


@dataclass(frozen=True)
class Message:
    """What is said: `key` names the occasion, `title` is one line, `text` one or two plain sentences.

    `path` is where it leads, on our own site ("/agreements/7/"). A title or text that is too long is cut; a key or
    path that cannot be right is a mistake in the program: ValueError.
    """

    key: str
    title: str
    text: str
    path: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH:
            raise ValueError(f"A message's key has 1 to {KEY_LENGTH} characters: {self.key!r}")
        if self.path and not is_our_path(self.path):
            raise ValueError(f"A message leads to a path of our own site: {self.path!r}")


@dataclass(frozen=True)
class Recipient:
    """Who is told; without an address in the product only."""

    user_id: int
    address: str | None


def post(message: Message, *, to: Iterable[Recipient], now: datetime, by_mail: bool = True) -> None:
    """Tell each recipient; who was told under the same key before is not told again."""
    recipients = list(to)
    title, text = fit(message.title, TITLE_LENGTH, LINE), fit(message.text, TEXT_LENGTH, PARAGRAPHS)
    notices = [
        Notice(user_id=one.user_id, key=message.key, title=title, text=text, path=message.path, created_at=now)
        for one in recipients
    ]
    mails = [
        Mail(
            user_id=one.user_id,
            address=one.address,
            key=message.key,
            subject=title,
            text=text,
            path=message.path,
            created_at=now,
            due_at=now,
        )
        for one in recipients
        if one.address and by_mail
    ]
    with transaction.atomic():
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        Mail.objects.bulk_create(mails, ignore_conflicts=True)
        if mails:
            hurry()


def hurry() -> None:
    """Have the mail delivered after the commit, asked for once in a transaction; should that fail, the sweep comes."""
    delivery: Callable[[], object] = deliver_mail.delay
    if not any(entry[1] == delivery for entry in connection.run_on_commit):
        transaction.on_commit(delivery, robust=True)
