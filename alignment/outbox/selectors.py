"""What was this person told? Their own notices only, the newest first; for the pages, the bell and the API."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from alignment.outbox.models import Notice

PAGE_SIZE = 50
MANY = 10
"""The bell counts no further."""


@dataclass(frozen=True)
class Page:
    """Some notices, and the ids to go on from: of newer ones, of older ones; None where there are none."""

    notices: list[Notice]
    newer: int | None
    older: int | None


def notices_of(user_id: int) -> QuerySet[Notice]:
    """Everything that a person was told."""
    return Notice.objects.filter(user_id=user_id).order_by("-id")


def unread_of(user_id: int) -> QuerySet[Notice]:
    return notices_of(user_id).filter(read_at=None)


def unread_up_to_many(user_id: int) -> int:
    """How many are unread, `MANY` for that many or more: one short look into an index, on every page."""
    return unread_of(user_id)[:MANY].count()


def page_of(user_id: int, *, older_than: int | None = None, newer_than: int | None = None) -> Page:
    """The page beyond a notice, on one of its two sides; without one the newest."""
    notices = notices_of(user_id)
    if newer_than is not None:
        found = list(notices.filter(id__gt=newer_than).order_by("id")[: PAGE_SIZE + 1])
        more = len(found) > PAGE_SIZE
        rows = found[:PAGE_SIZE][::-1]
        return Page(rows, rows[0].pk if more else None, rows[-1].pk if rows else None)
    found = list((notices if older_than is None else notices.filter(id__lt=older_than))[: PAGE_SIZE + 1])
    rows = found[:PAGE_SIZE]
    older = rows[-1].pk if len(found) > PAGE_SIZE else None
    return Page(rows, rows[0].pk if rows and older_than is not None else None, older)
