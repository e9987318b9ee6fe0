"""What do the sides say about a version? Comments and answers; what was said stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alignment.agreements import telling
from alignment.agreements.entitlement import require_writer
from alignment.agreements.models import Comment, Version
from alignment.documents import unstorable
from alignment.people.models import User
from alignment.refusals import FieldError, Refused

LONGEST = 5_000


@transaction.atomic
def comment(version: Version, body: str, *, by: User, now: datetime, parent_id: int | None = None) -> Comment:
    """Say something about a version, or answer a comment on it. Refused: `empty`, `too_long`, `unknown_parent`."""
    require_writer(by)
    text = body.strip()
    if not text or len(text) > LONGEST or unstorable(text):
        code = "empty" if not text else "too_long" if len(text) > LONGEST else "invalid_characters"
        detail = f"A comment is a text of 1 to {LONGEST:,} characters."
        raise Refused(code, detail, [FieldError("body", code, detail)])
    parent = None
    if parent_id is not None:
        parent = Comment.objects.filter(pk=parent_id, version=version).first()
        if parent is None:
            detail = "The comment to answer is not one on this version."
            raise Refused("unknown_parent", detail, [FieldError("parent", "unknown_parent", detail)])
    made = Comment.objects.create(version=version, parent=parent, author=by, at=now, body=text)
    telling.commented(version, made, now=now)
    return made
