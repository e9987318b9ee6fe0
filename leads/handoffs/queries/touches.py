"""What have these people engaged with lately? Asked by the inbox for every card at once, and by the page of one handoff.

Grain: one row a touch, at most `each` a lead, the latest first. Clock: `at` up to now. Index activity_order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from leads.activities.kinds import BY_KEY, REPLIES, TOUCHES

LATEST = """
SELECT l.id, a.kind, a.at, coalesce(a.subject, a.asset, a.url), c.name
FROM unnest(%(leads)s::bigint[]) l (id)
CROSS JOIN LATERAL (
    SELECT kind, at, id, subject, asset, url, campaign_id FROM leads_activity
    WHERE lead_id = l.id AND at <= %(now)s AND direction = 'inbound' AND kind = ANY(%(kinds)s)
    ORDER BY at DESC, id DESC LIMIT %(each)s
) a
LEFT JOIN programs_campaign c ON c.id = a.campaign_id
ORDER BY l.id, a.at DESC, a.id DESC
"""


@dataclass(frozen=True)
class Touch:
    """One thing that they did: what kind, when, and with what of ours."""

    title: str
    at: datetime
    what: str


def latest_touches(lead_ids: Sequence[int], *, now: datetime, each: int) -> Mapping[int, list[Touch]]:
    """The latest touches and replies of each lead, by its id."""
    found: dict[int, list[Touch]] = defaultdict(list)
    if not lead_ids:
        return found
    values: dict[str, Any] = {"leads": list(lead_ids), "now": now, "kinds": sorted(TOUCHES | REPLIES), "each": each}
    with connection.cursor() as cursor:
        cursor.execute(LATEST, values)
        for lead_id, kind, at, what, campaign in cursor.fetchall():
            title = BY_KEY[kind].title if kind in BY_KEY else kind
            found[lead_id].append(Touch(title, at, what or campaign or ""))
    return found
