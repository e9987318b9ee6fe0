"""Can a lead's e-mail and telephone be used, by what the log says now, or said of a value that it had before?"""

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

BEFORE = """
WITH gone AS (
    SELECT max(g.at) AS at FROM leads_edit e
    CROSS JOIN LATERAL (VALUES (e.before ->> %(name)s, e.at), (e.after ->> %(name)s, e.undone_at)) AS g(value, at)
    WHERE e.lead_id = %(lead)s AND lower(g.value) = lower(%(value)s)
)
SELECT v.text = 'yes' FROM leads_leadvalue v JOIN gone ON v.at < gone.at
WHERE v.lead_id = %(lead)s AND v.field = %(name)s || '_usable'
ORDER BY v.at DESC, v.id DESC LIMIT 1
"""


def was_usable(lead_id: int, name: str, value: str) -> bool | None:
    """Whether this `email` or `phone` could be used when a change by hand last took it away; None if none did."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, {"lead": lead_id, "name": name, "value": value})
        row = cursor.fetchone()
        return None if row is None else bool(row[0])


def keep_usable(lead_ids: Iterable[int]) -> None:
    """Make the records of these leads say what the log says of their e-mail and telephone."""
    ids = sorted(set(lead_ids))
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"leads": ids})
