"""What leads are found by: reads what is known of them, and keeps their keys. Grain: one row a lead, kind and key.

What is known of a lead includes what was known of those merged into it. Who is a test, merged or erased has no keys.
Indexes: the primary key and that on merged_into of leads; match_key_once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from django.db import connection

from leads.duplicates.keys import Key, Known

ROOTS = """
SELECT DISTINCT coalesce(m.id, l.id) FROM leads_lead l LEFT JOIN leads_lead m ON m.id = l.merged_into_id
WHERE l.id = ANY(%(leads)s::bigint[])
UNION SELECT unnest(%(leads)s::bigint[])
"""
"""These leads, and those that they were merged into."""

KNOWN = """
SELECT r.id, l.email, l.phone, l.first_name, l.last_name, l.full_name, nullif(c.normal_name, ''), nullif(c.domain, '')
FROM leads_lead r
JOIN LATERAL (
    SELECT * FROM leads_lead o WHERE o.id = r.id
    UNION ALL
    SELECT * FROM leads_lead o WHERE o.merged_into_id = r.id AND o.erased_at IS NULL
) l ON true
LEFT JOIN leads_company c ON c.id = l.company_id
WHERE r.id = ANY(%(leads)s::bigint[]) AND NOT r.is_test AND r.merged_into_id IS NULL AND r.erased_at IS NULL
"""

FORGET = "DELETE FROM leads_matchkey WHERE lead_id = ANY(%(leads)s::bigint[])"

KEEP = """
INSERT INTO leads_matchkey (lead_id, kind, key)
SELECT r.lead_id, r.kind, r.key FROM json_to_recordset(%(rows)s) AS r(lead_id bigint, kind text, key text)
ORDER BY r.kind, r.key, r.lead_id ON CONFLICT DO NOTHING
"""


def with_survivors(lead_ids: Sequence[int]) -> list[int]:
    """These leads and those that they were merged into, in order."""
    with connection.cursor() as cursor:
        cursor.execute(ROOTS, {"leads": list(lead_ids)})
        return sorted(row[0] for row in cursor.fetchall())


def known_of(lead_ids: Sequence[int]) -> list[Known]:
    """What is known of each of these leads, several rows where others were merged into it."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"leads": list(lead_ids)})
        return [Known(*row) for row in cursor.fetchall()]


def keep(lead_ids: Sequence[int], keys: Iterable[tuple[int, Key]]) -> None:
    """Replace the keys of these leads."""
    rows = [{"lead_id": lead_id, "kind": kind, "key": key} for lead_id, (kind, key) in keys]
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"leads": list(lead_ids)})
        if rows:
            cursor.execute(KEEP, {"rows": orjson.dumps(rows).decode()})
