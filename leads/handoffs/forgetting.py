"""What do handoffs say of a person who is erased? Nothing any more; rows and counts stay. Called by erasure, the logs open."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from leads.handoffs.models import Handoff, Hold, Need
from leads.handoffs.withdrawing import withdraw_of
from leads.records.models import Lead

ERASED = "the person was erased"
GONE = "(erased)"


def forget_handoffs(lead: Lead, *, now: datetime) -> dict[str, int]:
    """Take back what is open, end what is needed, and empty what people wrote; how many rows were scrubbed, by table."""
    withdraw_of([lead.pk], why=ERASED, now=now)
    needs = Need.objects.filter(lead=lead)
    needs.filter(ended_at=None).update(
        ended_at=now, ended_recorded_at=now, ended_why=f"{ERASED[:1].upper()}{ERASED[1:]}."
    )
    return {
        "handoffs": Handoff.objects.filter(lead=lead).update(note=None, why=[], version=F("version") + 1),
        "holds": Hold.objects.filter(handoff__lead=lead).exclude(note=None).update(note=None),
        "needs": needs.exclude(no_receiver=None).update(no_receiver=GONE),
    }
