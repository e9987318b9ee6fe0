"""What was last said of each purpose? Grain: one row a lead and purpose; of rows of the same instant the later one counts.

Index: consent_order. Used by whatever shows many leads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from alignment.prepared import execute

LATEST = """
SELECT DISTINCT ON (c.lead_id, c.purpose) c.lead_id, c.purpose, c.state, c.at FROM leads_consent c
WHERE c.lead_id = ANY(ARRAY(SELECT unnest(%(leads)s::bigint[]))) ORDER BY c.lead_id, c.purpose, c.at DESC, c.id DESC
"""


@dataclass(frozen=True, slots=True)
class LatestConsent:
    """What holds of one purpose, and since when."""

    lead_id: int
    purpose: str
    state: str
    at: datetime


def latest_consents(lead_ids: Sequence[int]) -> list[LatestConsent]:
    """For all of these leads in one query; a lead of which nothing was said has none."""
    with connection.cursor() as cursor:
        execute(cursor, LATEST, {"leads": list(lead_ids)})
        return [LatestConsent(*row) for row in cursor.fetchall()]
