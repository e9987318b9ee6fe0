"""What do people write about a lead? The only writer of notes."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from alignment.cleaning import Unfit, clean_text
from alignment.people.models import User
from alignment.people.named import match_people
from alignment.people.selectors import people_visible_to
from alignment.refusals import FieldError, Refused
from leads.records.models import Lead, Note

LONGEST = 10_000
LONGEST_KEY = 64
MENTION = re.compile(r"(?<!\S)@([^\s@,;]+@[^\s@,;]+|[^\s@,;]+)")
ERASED = "This lead was erased: nothing is written about it any more."


@transaction.atomic
def add_note(lead: Lead, body: str, *, author: User, now: datetime, client_key: str | None = None) -> Note:
    """A new note; with the `client_key` of one's own note that is there, that note: a draft sent twice is kept once."""
    text = _clean(body)
    if lead.erased_at is not None:
        raise Refused("erased", ERASED, status=409)
    key = f"{author.pk}:{client_key}" if client_key else None
    if key is not None and len(key) > LONGEST_KEY:
        raise Refused(
            "too_long",
            f"A draft's key may have {LONGEST_KEY - 12} characters.",
            [FieldError("client_key", "too_long", "too long")],
        )
    fields = {"lead": lead, "author": author, "body": text, "mentions": _mentioned(text, author), "created_at": now}
    if key is None:
        return Note.objects.create(**fields)
    note, _made = Note.objects.get_or_create(client_key=key, defaults=fields)
    return note


@transaction.atomic
def edit_note(note: Note, body: str, *, actor: User, now: datetime) -> Note:
    """Change one's own note; another's is refused with `not_yours` (403)."""
    text = _clean(body)
    locked = _own(note, actor)
    if locked.lead.erased_at is not None:
        raise Refused("erased", ERASED, status=409)
    if locked.body != text:
        locked.body, locked.mentions, locked.edited_at = text, _mentioned(text, actor), now
        locked.save(update_fields=["body", "mentions", "edited_at"])
    return locked


@transaction.atomic
def delete_note(note: Note, *, actor: User, now: datetime) -> None:
    """Take one's own note back; operators may take back any."""
    locked = _own(note, actor, or_operator=True)
    if locked.deleted_at is None:
        locked.deleted_at = now
        locked.save(update_fields=["deleted_at"])


@transaction.atomic
def restore_note(note: Note, *, actor: User) -> None:
    """Undo a deletion."""
    locked = _own(note, actor, or_operator=True)
    if locked.deleted_at is not None:
        locked.deleted_at = None
        locked.save(update_fields=["deleted_at"])


def _own(note: Note, actor: User, *, or_operator: bool = False) -> Note:
    locked = Note.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if locked.author_id != actor.pk and not (or_operator and actor.is_operator):
        raise Refused("not_yours", "Only who wrote a note may change it.", status=403)
    return locked


def _clean(body: str) -> str:
    try:
        text = clean_text("body", body, LONGEST)
    except Unfit as unfit:
        raise Refused(unfit.code, unfit.detail, [FieldError("body", unfit.code, unfit.detail)]) from unfit
    if text is None:
        detail = "Write something first."
        raise Refused("required", detail, [FieldError("body", "required", detail)])
    return text


def _mentioned(text: str, author: User) -> list[int]:
    """The ids of the people named with @, as far as the author may see them; each once, in order of the text."""
    words = list(dict.fromkeys(word.rstrip(".:!?)") for word in MENTION.findall(text)))
    found = match_people([word for word in words if word])
    named = [found[word].pk for word in words if word in found and found[word].is_active]
    seen = set(people_visible_to(author).filter(pk__in=named).values_list("pk", flat=True))
    return [pk for pk in dict.fromkeys(named) if pk in seen]
