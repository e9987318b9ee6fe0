"""Has the company at least so many leads? Grain: one row. Clock: now.

Told by the table's statistics where they say twice as many, and `SURELY` at least; else counted along the primary key.
"""

from __future__ import annotations

from django.db import connection

AT_LEAST = """
SELECT CASE WHEN c.reltuples >= %(surely)s THEN true
            ELSE EXISTS (SELECT FROM leads_lead ORDER BY id OFFSET %(before)s LIMIT 1) END
FROM pg_class c WHERE c.oid = 'leads_lead'::regclass
"""

SURELY = 100_000
"""Statistics of a small table say little: it may have been emptied since."""


def has_leads(leads: int) -> bool:
    """Whether there are so many."""
    with connection.cursor() as cursor:
        cursor.execute(AT_LEAST, {"surely": max(2 * leads, SURELY), "before": leads - 1})
        row = cursor.fetchone()
    return bool(row and row[0])
