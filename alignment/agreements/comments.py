"""What do the sides say about a version? Comments and answers; what was said stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements import telling
from alignment.agreements.drafts import lock_version
from alignment.agreements.entitlement import as_they_are, require_writer
from alignment.agreements.models import Comment, Version
from alignment.agreements.texts import LONGEST_COMMENT, needed, wrong
from alignment.attempts import again_after_deadlock
from alignment.people.models import User


@again_after_deadlock
@transaction.atomic
def comment(version: Version, body: str, *, by: User, now: datetime, parent_id: int | None = None) -> Comment:
    """Say something about a version, or answer a comment on it; the version is locked, lest a draft is thrown away with it.

    Refused: `empty`, `too_long`, `unknown_parent`.
    """
    require_writer(by)
    text = needed(body, field="body", why="A comment needs words.", code="empty", longest=LONGEST_COMMENT)
    version = lock_version(version.pk)
    require_writer(as_they_are(by))
    parent = None
    if parent_id is not None:
        parent = Comment.objects.filter(pk=parent_id, version=version).first()
        if parent is None:
            detail = "The comment to answer is not one on this version."
            raise wrong("parent", "unknown_parent", detail)
    made = Comment.objects.create(version=version, parent=parent, author=by, at=now, body=text)
    telling.commented(version, made, now=now)
    return made
