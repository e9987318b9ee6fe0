"""What may a person change about a lead by hand, and how is that undone?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.people.models import User
from leads.records.models import Edit, Lead

EDITABLE = (
    "email", "phone", "first_name", "last_name", "full_name", "title", "company", "country",
    "owner", "team", "campaign", "segment", "territory", "attributes",
)  # fmt: skip


def edit_lead(lead: Lead, changes: Mapping[str, object], *, actor: User, now: datetime, expected_version: int | None = None) -> Edit | None:
    """Change fields of `EDITABLE`; the `Edit` to undo it by, or None if nothing differs.

    Values are texts or None (which empties the field); `company` and `campaign` are names, `owner` an id, an e-mail
    or a name, `team` an id or a name, `attributes` an object whose entries are merged (None takes one out). Source,
    channel and the moment of creation never change. Wrong values are refused with their fields; another version
    than expected with `version_changed` (412).
    """
    raise NotImplementedError


def undo_edit(edit: Edit, *, actor: User, now: datetime) -> Edit:
    """Put the fields back as they were; refused with `edited_since` (409) if one of them was changed since."""
    raise NotImplementedError


def mark_as_test(lead: Lead, *, actor: User, now: datetime) -> None:
    """From now on and for all time this lead counts in no figure; the marking is logged and cannot be taken back."""
    raise NotImplementedError
