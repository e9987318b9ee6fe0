"""To which team is a lead on open offer? Kept on the lead, where visibility asks for it. Grain: one lead."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

KEEP_OFFERED = """
UPDATE leads_lead l SET offered_team_id = o.to_team_id
FROM leads_lead k LEFT JOIN leads_handoff o ON o.lead_id = k.id AND o.state = 'offered'
WHERE k.id = ANY(%(leads)s::bigint[]) AND l.id = k.id AND l.offered_team_id IS DISTINCT FROM o.to_team_id
"""


def keep_offered(lead_ids: Sequence[int]) -> None:
    """Let these leads, whose locks the caller holds, say what their handoffs say."""
    if lead_ids:
        with connection.cursor() as cursor:
            cursor.execute(KEEP_OFFERED, {"leads": list(lead_ids)})
