"""Which deals wait to be credited, and how do new credits take the place of old ones? Grain: deals.

Index: credit_by_deal. Whoever writes credits holds the lock: what is read and written between two marks is of one state.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

LOCK = "SELECT pg_advisory_xact_lock(hashtext('kpis_credit'))"

TAKE = """
WITH taken AS (SELECT DISTINCT deal_id FROM (SELECT deal_id FROM kpis_creditdue ORDER BY id LIMIT %(limit)s) t),
gone AS (DELETE FROM kpis_creditdue c USING taken WHERE c.deal_id = taken.deal_id RETURNING c.deal_id)
SELECT DISTINCT deal_id FROM gone ORDER BY deal_id
"""

TAKE_THESE = "DELETE FROM kpis_creditdue WHERE deal_id = ANY(%(deals)s::bigint[])"

WAITING = "SELECT count(DISTINCT deal_id) FROM kpis_creditdue"

NOTE_LEADS = """
WITH touched AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
companies AS (
    SELECT l.company_id FROM touched t JOIN leads_lead l ON l.id = t.lead_id WHERE l.company_id IS NOT NULL
    UNION
    SELECT p.company_id FROM touched t JOIN kpis_pastcompany p ON p.lead_id = t.lead_id
)
INSERT INTO kpis_creditdue (deal_id)
SELECT d.id FROM touched t JOIN leads_deal d ON d.lead_id = t.lead_id
UNION
SELECT d.id FROM companies c JOIN leads_deal d ON d.company_id = c.company_id
"""

ALL_WAITING = """
WITH companies AS (
    SELECT l.company_id FROM leads_touched t JOIN leads_lead l ON l.id = t.lead_id WHERE l.company_id IS NOT NULL
    UNION
    SELECT p.company_id FROM leads_touched t JOIN kpis_pastcompany p ON p.lead_id = t.lead_id
)
SELECT deal_id FROM kpis_creditdue
UNION
SELECT d.id FROM leads_touched t JOIN leads_deal d ON d.lead_id = t.lead_id
UNION
SELECT d.id FROM companies c JOIN leads_deal d ON d.company_id = c.company_id
"""

FRESH_TABLE = """
DROP TABLE IF EXISTS pg_temp.{name};
CREATE TEMP TABLE {name} (LIKE kpis_credit INCLUDING DEFAULTS) ON COMMIT DROP
"""

CHANGED = """
SELECT DISTINCT deal_id FROM (
    (SELECT * FROM {fresh} EXCEPT ALL SELECT c.* FROM kpis_credit c WHERE c.deal_id = ANY(%(deals)s::bigint[]))
    UNION ALL
    (SELECT c.* FROM kpis_credit c WHERE c.deal_id = ANY(%(deals)s::bigint[]) EXCEPT ALL SELECT * FROM {fresh})
) t ORDER BY deal_id
"""

ANY_KEPT = "SELECT EXISTS (SELECT FROM kpis_credit WHERE deal_id = ANY(%(deals)s::bigint[]))"
CREDITED = "SELECT DISTINCT deal_id FROM kpis_credit WHERE deal_id = ANY(%(deals)s::bigint[]) ORDER BY deal_id"
CLEAR = "DELETE FROM kpis_credit WHERE deal_id = ANY(%(deals)s::bigint[])"
FILL = "INSERT INTO kpis_credit SELECT * FROM {fresh} WHERE deal_id = ANY(%(deals)s::bigint[])"

STRAYS = """
WITH gone AS (DELETE FROM kpis_credit c WHERE NOT EXISTS (SELECT FROM leads_deal d WHERE d.id = c.deal_id) RETURNING c.deal_id)
SELECT count(DISTINCT deal_id) FROM gone
"""

MARKS_OF_STRAYS = "DELETE FROM kpis_creditdue c WHERE NOT EXISTS (SELECT FROM leads_deal d WHERE d.id = c.deal_id)"


def lock() -> None:
    """Nobody else writes credits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def take(limit: int) -> list[int]:
    """Deals that waited; their marks are gone with this transaction. The caller holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        return [row[0] for row in cursor.fetchall()]


def take_these(deal_ids: Sequence[int]) -> None:
    """These deals wait no longer. The caller holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_THESE, {"deals": list(deal_ids)})


def waiting() -> int:
    """How many deals wait."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def all_waiting() -> set[int]:
    """The deals that wait, and those of leads that do."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_WAITING)
        return {row[0] for row in cursor.fetchall()}


def make_fresh_table(name: str) -> None:
    """An empty table of credits that is gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(FRESH_TABLE.format(name=name))


def any_kept(deal_ids: Sequence[int]) -> bool:
    """Whether anything is kept of these deals."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_KEPT, {"deals": list(deal_ids)})
        return bool(cursor.fetchone()[0])


def credited(deal_ids: Sequence[int]) -> list[int]:
    """Those of these deals of which something is kept."""
    with connection.cursor() as cursor:
        cursor.execute(CREDITED, {"deals": list(deal_ids)})
        return [row[0] for row in cursor.fetchall()]


def replace(deal_ids: Sequence[int], fresh: str) -> list[int]:
    """Put the fresh credits of these deals in the place of the kept ones, where they differ; the deals that did."""
    values = {"deals": list(deal_ids)}
    with connection.cursor() as cursor:
        cursor.execute(CHANGED.format(fresh=fresh), values)
        changed = [row[0] for row in cursor.fetchall()]
        if changed:
            cursor.execute(CLEAR, {"deals": changed})
            cursor.execute(FILL.format(fresh=fresh), {"deals": changed})
    return changed


def sweep_strays() -> int:
    """Take out credits of deals that are gone; of how many."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS_OF_STRAYS)
        cursor.execute(STRAYS)
        return int(cursor.fetchone()[0])
