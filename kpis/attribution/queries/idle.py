"""Which accounts have no deal? Grain: one id: a company, or a lead without one. Only those that count.

Clock: as known at `known_at`. A company has a deal where one is its own, or of a lead of it and of no company. Asked for a few thousand
at a time, each is looked up by itself (OFFSET 0): joined, all deals would be read for every few thousand.
Index: the keys of a deal's company and lead, and of a lead's company.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from kpis.attribution.queries.touches import Horizon
from leads.records.visibility import VISIBLE

COUNTS = """d.created_at <= coalesce(%(known_at)s::timestamptz, 'infinity')"""
COUNTED = "NOT l.is_test AND l.merged_into_id IS NULL"

COMPANIES = f"""
SELECT c.id FROM leads_company c
WHERE c.id > %(after)s AND (%(sees_everything)s OR EXISTS (SELECT FROM leads_lead l WHERE l.company_id = c.id AND {VISIBLE}))
  AND NOT EXISTS (
      SELECT FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id
      WHERE d.company_id = c.id AND {COUNTS} AND (l.id IS NULL OR {COUNTED}) OFFSET 0)
  AND NOT EXISTS (
      SELECT FROM leads_lead l JOIN leads_deal d ON d.lead_id = l.id
      WHERE l.company_id = c.id AND d.company_id IS NULL AND {COUNTS} AND {COUNTED} OFFSET 0)
ORDER BY c.id LIMIT %(limit)s
"""

PEOPLE = f"""
SELECT l.id FROM leads_lead l
WHERE l.id > %(after)s AND l.company_id IS NULL AND {COUNTED} AND {VISIBLE}
  AND NOT EXISTS (SELECT FROM leads_deal d WHERE d.lead_id = l.id AND {COUNTS} OFFSET 0)
ORDER BY l.id LIMIT %(limit)s
"""


def idle_companies(after: int, limit: int, horizon: Horizon) -> list[int]:
    """Companies behind `after`, by id."""
    return _ids(COMPANIES, after, limit, horizon)


def idle_people(after: int, limit: int, horizon: Horizon) -> list[int]:
    """Leads without a company behind `after`, by id."""
    return _ids(PEOPLE, after, limit, horizon)


def _ids(statement: str, after: int, limit: int, horizon: Horizon) -> list[int]:
    named: dict[str, Any] = {"after": after, "limit": limit, **horizon.values()}
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return [row[0] for row in cursor.fetchall()]
