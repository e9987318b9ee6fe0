"""What do people write beside a decision? Plain text of limited length; it is personal data, and goes with an erasure."""

from __future__ import annotations

from alignment.cleaning import Unfit, clean_text
from alignment.refusals import FieldError, Refused

LONGEST = 2_000


def clean_note(note: str | None, *, longest: int = LONGEST) -> str | None:
    """The text as it is kept; None where there is none. `too_long`, `invalid_characters` (422)."""
    try:
        return clean_text("note", note, longest)
    except Unfit as unfit:
        raise Refused(unfit.code, unfit.detail, [FieldError("note", unfit.code, unfit.detail)], status=422) from unfit
