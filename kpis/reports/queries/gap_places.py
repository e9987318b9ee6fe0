"""Which segments and territories do enough of these leads have, each at its moment?

Grain: one row a field and value. Clock: the log of values at the moment given with each lead. Index: lead_value_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

PLACES = """
SELECT 'lead.' || f.field, v.text, count(*)
FROM unnest(%(ids)s::bigint[], %(at)s::timestamptz[]) g(lead_id, at)
CROSS JOIN unnest(ARRAY['segment', 'territory']) f(field)
CROSS JOIN LATERAL (
    SELECT text FROM leads_leadvalue
    WHERE lead_id = g.lead_id AND field = f.field AND at <= g.at ORDER BY at DESC, id DESC LIMIT 1
) v
WHERE v.text <> '' GROUP BY 1, 2 HAVING count(*) >= %(least)s ORDER BY 3 DESC, 1, 2 LIMIT 24
"""


def places(lead_ids: Sequence[int], moments: Sequence[datetime], *, least: int) -> list[tuple[str, str, int]]:
    """(field as definitions call it, value, how many of the leads)."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"ids": list(lead_ids), "at": list(moments), "least": least})
        return [(str(field), str(value), int(n)) for field, value, n in cursor.fetchall()]
