"""Which leads does a quick look take, and how many are there? Always the same ones: by a hash of the id.

Grain: one id a lead. Clock: leads created before `end`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from leads.definitions.queries.everybody import COUNTED

MILLION = 1_000_000

IN_SAMPLE = """(%(per_million)s::bigint IS NULL
    OR (hashint8extended(l.id, 20240101) & 9223372036854775807) %% 1000000 < %(per_million)s)"""

IDS = f"SELECT l.id FROM leads_lead l WHERE {COUNTED} AND l.created_at < %(end)s AND {IN_SAMPLE} ORDER BY l.id"

COUNT = f"SELECT count(*) FROM leads_lead l WHERE {COUNTED} AND l.created_at < %(end)s"


def count_leads(end: datetime) -> int:
    """How many leads there were."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"end": end})
        return int(cursor.fetchone()[0])


def sample(end: datetime, per_million: int) -> list[int]:
    """Ids of so many of a million leads."""
    with connection.cursor() as cursor:
        cursor.execute(IDS, {"end": end, "per_million": per_million})
        return [row[0] for row in cursor.fetchall()]
