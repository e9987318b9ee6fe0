"""How is somebody told something? In the product, by mail where they have an address, and in their team's chat; each of it once.

Every service that has something to tell calls `post` inside its own transaction: what is rolled back was never said.
What leaves the house does so after the commit, in the working time of who is told; the rows remember it, so a lost job or a broker
that is down only delays it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.db import connection, transaction

from alignment.outbox.chat.rows import rows_of
from alignment.outbox.models import GROUP_LENGTH, KEY_LENGTH, TITLE_LENGTH, Chat
from alignment.outbox.quiet import quiet_until
from alignment.outbox.tasks import deliver_chat, deliver_mail
from alignment.outbox.topics import TOPICS
from alignment.outbox.wording import LINE, PARAGRAPHS, fit, is_our_path
from alignment.outbox.writing import MailRow, NoticeRow, write

TEXT_LENGTH = 2000

WANTED = "SELECT FROM outbox_channel WHERE active AND wants && %(topics)s::varchar[] LIMIT 1"


@dataclass(frozen=True)
class Message:
    """What is said: `key` names the occasion, `title` is one line, `text` one or two plain sentences.

    `path` is where it leads, on our own site ("/agreements/7/"). A title or text that is too long is cut; a key or
    path that cannot be right is a mistake in the program: ValueError.

    `topic` (of `topics.TOPICS`) is what it is about: channels that want it get it too; without one it goes to no chat. Of one `group`
    what is due to a person together leaves as one mail. What is `urgent` leaves outside of working time, too.
    """

    key: str
    title: str
    text: str
    path: str = ""
    topic: str = ""
    group: str = ""
    urgent: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH:
            raise ValueError(f"A message's key has 1 to {KEY_LENGTH} characters: {self.key!r}")
        if self.path and not is_our_path(self.path):
            raise ValueError(f"A message leads to a path of our own site: {self.path!r}")
        if self.topic and self.topic not in TOPICS:
            raise ValueError(f"There is no topic {self.topic!r}; there are {', '.join(TOPICS)}")
        if len(self.group) > GROUP_LENGTH:
            raise ValueError(f"A group's name has up to {GROUP_LENGTH} characters: {self.group!r}")


class Hurried(Protocol):
    """A job that takes nothing: the rows say what is to be done."""

    def delay(self) -> object: ...


@dataclass(frozen=True)
class Recipient:
    """Who is told; without an address in the product only, and in no chat."""

    user_id: int
    address: str | None


def post(message: Message, *, to: Iterable[Recipient], now: datetime, by_mail: bool = True) -> None:
    """Tell each recipient; who was told under the same key before is not told again. Without `by_mail` in the product only."""
    post_all([(message, list(to))], now=now, by_mail=by_mail)


def post_all(told: Sequence[tuple[Message, Sequence[Recipient]]], *, now: datetime, by_mail: bool = True) -> None:
    """The same for many messages in one go: the number of statements does not grow with them, but for those that chats get."""
    said = [(_fitted(message), recipients) for message, recipients in told]
    notices = [
        NoticeRow(one.user_id, it.key, it.title, it.text, it.path) for it, recipients in said for one in recipients
    ]
    outside = [(it, [one for one in recipients if one.address and by_mail]) for it, recipients in said]
    opens = quiet_until({one.user_id for it, there in outside if not it.urgent for one in there}, now)
    mails = [
        _mail(it, one, now if it.urgent else opens.get(one.user_id, now)) for it, there in outside for one in there
    ]
    chats = [row for it, there in outside for row in _chats(it, there, opens, now)] if _chats_want(said) else []
    with transaction.atomic(savepoint=False):
        write(notices, mails, now=now)
        Chat.objects.bulk_create(chats, ignore_conflicts=True)
        if mails:
            hurry(deliver_mail)
        if chats:
            hurry(deliver_chat)


def _fitted(message: Message) -> Message:
    title, text = fit(message.title, TITLE_LENGTH, LINE), fit(message.text, TEXT_LENGTH, PARAGRAPHS)
    return replace(message, title=title, text=text)


def _chats_want(said: Sequence[tuple[Message, Sequence[Recipient]]]) -> bool:
    """Whether any channel wants any of these topics."""
    topics = sorted({message.topic for message, _recipients in said if message.topic})
    if not topics:
        return False
    with connection.cursor() as cursor:
        cursor.execute(WANTED, {"topics": topics})
        return cursor.fetchone() is not None


def _chats(message: Message, there: Sequence[Recipient], opens: Mapping[int, datetime], now: datetime) -> list[Chat]:
    users = {one.user_id for one in there}
    return rows_of(message, users, {} if message.urgent else opens, now) if message.topic and users else []


def _mail(message: Message, to: Recipient, due_at: datetime) -> MailRow:
    return MailRow(
        user_id=to.user_id,
        address=to.address or "",
        key=message.key,
        subject=message.title,
        text=message.text,
        path=message.path,
        group=message.group,
        urgent=message.urgent,
        due_at=due_at,
    )


def hurry(task: Hurried) -> None:
    """Have it delivered after the commit, asked for once in a transaction; should that fail, the sweep comes."""
    delivery: Callable[[], object] = task.delay
    if not any(entry[1] == delivery for entry in connection.run_on_commit):
        transaction.on_commit(delivery, robust=True)
