"""When was the first contact of one handoff, by all that is known now? Grain: one row. Index: activity_order."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from leads.handoffs.queries.contacts import FIRST_CONTACT_NOW

SPOKEN = f"SELECT {FIRST_CONTACT_NOW} FROM leads_handoff h WHERE h.id = %(handoff)s"


def spoken_at(handoff_id: int) -> datetime | None:
    """The instant at which it counts, or None while nobody has spoken with the lead."""
    with connection.cursor() as cursor:
        cursor.execute(SPOKEN, {"handoff": handoff_id})
        found = cursor.fetchone()
    at: datetime | None = found[0] if found else None
    return at
