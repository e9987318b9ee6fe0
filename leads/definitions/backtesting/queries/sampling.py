"""Which leads does a quick look take, and how many are there? Always the same ones: by a hash of the id.

Grain: one row. Clock: leads created before `end`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from leads.definitions.queries.everybody import COUNTED

MILLION = 1_000_000

IN_SAMPLE = """(%(per_million)s::bigint IS NULL
    OR (hashint8extended(l.id, 20240101) & 9223372036854775807) %% 1000000 < %(per_million)s)"""

COUNT = f"SELECT count(*) FROM leads_lead l WHERE {COUNTED} AND l.created_at < %(end)s AND {IN_SAMPLE}"


def count_leads(end: datetime, per_million: int | None = None) -> int:
    """How many leads there were; with `per_million`, how many of them a look at so many of a million takes."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"end": end, "per_million": per_million})
        return int(cursor.fetchone()[0])
