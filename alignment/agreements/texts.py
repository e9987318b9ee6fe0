"""Can this text be kept? Notes, reasons, comments and keys, as people or systems send them; every writer here asks."""

from __future__ import annotations

from alignment.documents import unstorable
from alignment.refusals import FieldError, Refused

LONGEST_NOTE = 2_000
LONGEST_COMMENT = 5_000
LONGEST_KEY = 100


def storable(text: str, *, field: str, longest: int) -> str:
    """The text without blanks around it, or `Refused`: `too_long`, `invalid_characters`."""
    stripped = text.strip()
    if len(stripped) > longest:
        raise wrong(field, "too_long", f"{field} has {len(stripped):,} characters; at most {longest:,} are kept.")
    if unstorable(stripped):
        raise wrong(field, "invalid_characters", f"{field} contains characters that cannot be stored.")
    return stripped


def needed(text: str, *, field: str, why: str, code: str = "reason_needed", longest: int = LONGEST_NOTE) -> str:
    """The same for a text that must say something; `why` is what is told to who left it out."""
    stripped = storable(text, field=field, longest=longest)
    if not stripped:
        raise Refused(code, why, [FieldError(field, "required", why)])
    return stripped


def wrong(field: str, code: str, detail: str) -> Refused:
    """A refusal of one field."""
    return Refused(code, detail, [FieldError(field, code, detail)])
