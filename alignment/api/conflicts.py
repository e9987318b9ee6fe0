"""Which unique rule of the database was hit, and what does that mean to the caller? Known rules become 409."""

from __future__ import annotations

from django.db import IntegrityError

from alignment.refusals import FieldError, Refused

GONE = "23503"
"""A foreign key that points to nothing: somebody, such as an undo, was quicker."""

EXTERNAL_ID = ("external_id", "external_id_taken", "Another record of this system has this external_id.")

TAKEN: dict[str, tuple[str, str, str]] = {
    "user_email_once": ("email", "email_taken", "Somebody has this address already."),
    "user_external_id_once": EXTERNAL_ID,
    "team_name_once": ("name", "name_taken", "There is a team of this name."),
    "company_external_id_once": EXTERNAL_ID,
    "deal_external_id_once": EXTERNAL_ID,
    "campaign_external_id_once": EXTERNAL_ID,
    "campaign_name_once": ("name", "name_taken", "There is a campaign of this name."),
    "lead_identity_once": ("external_id", "identity_taken", "Another lead is known by this."),
}
"""Constraint → field, code, sentence."""


def conflict_of(error: IntegrityError) -> Refused | None:
    """The conflict behind the error; None for a rule that no caller can hit unless we are wrong."""
    if getattr(error.__cause__, "pgcode", None) == GONE:
        return Refused("gone", "What this names was taken out at this very moment. Send it again.", status=409)
    diagnosis = getattr(error.__cause__, "diag", None)
    known = TAKEN.get(getattr(diagnosis, "constraint_name", None) or "")
    if known is None:
        return None
    field, code, sentence = known
    return Refused(code, sentence, [FieldError(field, code, sentence)], status=409)
