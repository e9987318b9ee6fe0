"""What leads' fields held before is not needed any more once they are judged and routed. Grain: one row forgotten. Clock: `now`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

FORGET = """
DELETE FROM leads_fieldspast p
WHERE p.lead_id = ANY(%(leads)s::bigint[]) AND p.until <= %(now)s
  AND NOT EXISTS (SELECT FROM leads_toqualify q WHERE q.lead_id = p.lead_id)
"""


def forget(lead_ids: Sequence[int], *, now: datetime) -> None:
    """Of leads that were routed; who waits to be judged again keeps it until then."""
    if not lead_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"leads": list(lead_ids), "now": now})
