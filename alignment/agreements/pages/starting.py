"""What does a new draft begin with? What holds now, an older version, or the kind's own beginning."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404

from alignment.agreements.drafts import restore, start_draft
from alignment.agreements.entitlement import require_writer
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import find_kind
from alignment.agreements.models import Version
from alignment.agreements.selectors import version as find_version
from alignment.agreements.terms import as_document
from alignment.people.models import User
from alignment.refusals import Refused


def start(user: User, kind_key: str, key: str, begin_with: str, *, now: datetime) -> tuple[Version, str]:
    """The draft, and what to say about it. `begin_with` is a version's number, or empty."""
    require_writer(user)
    kind = find_kind(kind_key)
    if begin_with:
        if not begin_with.isdecimal() or len(begin_with) > 9:
            raise Http404("There is no such version.")
        older = find_version(user, kind_key, key, int(begin_with))
        return restore(
            older, by=user, now=now
        ), f"A draft that says what version {older.number} says. Say why, then propose it."
    if why := kind.key_error(key):
        raise Refused("not_found", why, status=404)
    present = in_force(kind_key, key, now)
    terms = present.terms if present else kind.starting(key)
    made = start_draft(kind_key, key, as_document(terms), author=user, now=now)
    said = (
        f"A draft that says what version {present.number} says: change it."
        if present
        else "A draft to begin with: change it."
    )
    return made, f"{said} Nobody is told before you propose it."
