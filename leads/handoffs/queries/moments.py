"""When was the last thing that is known of a lead and its handoffs? Grain: one lead, whose lock the caller holds.

A clock that was read before the lock may lie behind what somebody else did meanwhile: what follows must not come before it.
Indexes: the logs by lead, handoff_order.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

LATEST = """
SELECT greatest(
    %(now)s,
    (SELECT max(c.at) FROM leads_stagechange c WHERE c.lead_id = %(lead)s),
    (SELECT max(v.at) FROM leads_leadvalue v WHERE v.lead_id = %(lead)s),
    (SELECT max(greatest(h.recorded_at, h.decided_recorded_at, h.returned_recorded_at)) FROM leads_handoff h
     WHERE h.lead_id = %(lead)s),
    (SELECT max(greatest(o.began_at, o.ended_at)) FROM leads_hold o JOIN leads_handoff h ON h.id = o.handoff_id
     WHERE h.lead_id = %(lead)s))
"""


def not_before_others(lead_id: int, now: datetime) -> datetime:
    """`now`, but not before the latest change of stage or holder, offer, decision or hold of this lead."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST, {"lead": lead_id, "now": now})
        row: tuple[datetime] = cursor.fetchone()
        return row[0]
