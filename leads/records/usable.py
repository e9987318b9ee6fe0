"""Can a lead's e-mail and telephone be used, by what the log says now?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

KEEP = """
WITH latest AS (
    SELECT DISTINCT ON (v.lead_id, v.field) v.lead_id, v.field, v.text = 'yes' AS usable FROM leads_leadvalue v
    WHERE v.lead_id = ANY(%(leads)s::bigint[]) AND v.field IN ('email_usable', 'phone_usable')
    ORDER BY v.lead_id, v.field, v.at DESC, v.id DESC
),
told AS (
    SELECT lead_id, coalesce(bool_or(usable) FILTER (WHERE field = 'email_usable'), false) AS email,
           coalesce(bool_or(usable) FILTER (WHERE field = 'phone_usable'), false) AS phone
    FROM latest GROUP BY lead_id
)
UPDATE leads_lead l SET email_usable = t.email, phone_usable = t.phone, version = l.version + 1 FROM told t
WHERE l.id = t.lead_id AND (l.email_usable, l.phone_usable) IS DISTINCT FROM (t.email, t.phone)
"""


def keep_usable(lead_ids: Iterable[int]) -> None:
    """Make the records of these leads say what the log says of their e-mail and telephone."""
    ids = sorted(set(lead_ids))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"leads": ids})
