"""What came of it? The few outcomes that a salesperson chooses with one tap, and what each of them logs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.people.models import User
from alignment.refusals import Refused
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.lifecycle.changes import NewValue, record_values
from leads.models import Lead
from leads.records.notes import add_note
from leads.records.usable import keep_usable

PAGE_SYSTEM = "now page"


@dataclass(frozen=True)
class Outcome:
    """One button: the kind of activity, what is written as its outcome, and whether the number was wrong."""

    key: str
    title: str
    icon: str
    kind: str
    wrong_number: bool = False


OUTCOMES = (
    Outcome("reached", "Reached", "phone-check", "call"),
    Outcome("no-answer", "No answer", "phone-x", "call"),
    Outcome("meeting", "Meeting agreed", "calendar-plus", "call"),
    Outcome("mailed", "E-mail sent", "mail", "email"),
    Outcome("wrong-number", "Wrong number", "phone-off", "call", wrong_number=True),
    Outcome("not-interested", "Not interested", "ban", "call"),
)
BY_KEY = {outcome.key: outcome for outcome in OUTCOMES}


@transaction.atomic
def note_outcome(lead: Lead, outcome: Outcome, *, note: str, draft: str, actor: User, now: datetime) -> None:
    """Log the outcome and keep the note. The same draft again, sent after a lost answer, changes nothing."""
    row = ActivityRow(
        kind=outcome.kind, at=now, lead_id=lead.pk, by=actor.label, outcome=outcome.title, typed_in=True,
        system=PAGE_SYSTEM if draft else None, external_id=f"{actor.pk}:{draft}"[:200] if draft else None,
    )  # fmt: skip
    result = log_activities([row], now=now, actor_id=actor.pk)[0]
    if result.status == "rejected":
        raise Refused(result.code or "rejected", result.detail or "This could not be logged.")
    if note.strip():
        add_note(lead, note, author=actor, now=now, client_key=draft or None)
    if outcome.wrong_number and lead.phone_usable:
        record_values([NewValue(lead.pk, "phone_usable", now, text="no")], recorded_at=now, actor_id=actor.pk)
        keep_usable([lead.pk])
