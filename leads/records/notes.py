"""What do people write about a lead? The only writer of notes."""

from __future__ import annotations

from datetime import datetime

from alignment.people.models import User
from leads.records.models import Lead, Note


def add_note(lead: Lead, body: str, *, author: User, now: datetime, client_key: str | None = None) -> Note:
    """A new note; with the `client_key` of a note that is there, that note: a draft sent twice is kept once."""
    raise NotImplementedError


def edit_note(note: Note, body: str, *, actor: User, now: datetime) -> Note:
    """Change one's own note; another's is refused with `not_yours` (403)."""
    raise NotImplementedError


def delete_note(note: Note, *, actor: User, now: datetime) -> None:
    """Take one's own note back; operators may take back any."""
    raise NotImplementedError


def restore_note(note: Note, *, actor: User) -> None:
    """Undo a deletion."""
    raise NotImplementedError
