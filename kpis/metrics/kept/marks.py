"""Which subjects wait for their facts to be counted anew? Marks are written with the change and taken with the counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from kpis.metrics.declaring import Subject

NOTE_LEADS = """
WITH touched AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS id),
people AS (
    SELECT id FROM touched
    UNION SELECT l.merged_into_id FROM touched t JOIN leads_lead l ON l.id = t.id WHERE l.merged_into_id IS NOT NULL
),
theirs AS (SELECT d.id, d.company_id, d.lead_id FROM people p JOIN leads_deal d ON d.lead_id = p.id),
companies AS (
    SELECT l.company_id FROM people p JOIN leads_lead l ON l.id = p.id
    UNION SELECT q.company_id FROM people p JOIN kpis_pastcompany q ON q.lead_id = p.id
),
accounts AS MATERIALIZED (
    SELECT id FROM theirs UNION SELECT d.id FROM leads_deal d WHERE d.company_id IN (SELECT company_id FROM companies)
)
INSERT INTO kpis_keptmark (subject, subject_id)
SELECT 'lead', id FROM touched
UNION ALL (
    SELECT 'deal', id FROM theirs
    UNION SELECT 'deal', d.id FROM leads_deal d WHERE d.company_id IN (SELECT company_id FROM theirs)
    UNION SELECT 'deal', c.deal_id FROM kpis_credit c
    WHERE c.deal_id = ANY(ARRAY(SELECT id FROM accounts)) AND c.lead_id IN (SELECT id FROM people)
)
"""
"""With a lead its deals, those of the same customers, and those that its touches are credited with: touches count for deals of a
lead's own and of the companies that it is or was of. Index: credit_by_deal."""

NOTE = "INSERT INTO kpis_keptmark (subject, subject_id) SELECT %(subject)s, unnest(%(ids)s::bigint[])"

TAKE = """
WITH taken AS (
    SELECT DISTINCT subject, subject_id
    FROM (SELECT subject, subject_id FROM kpis_keptmark WHERE subject <> 'all' ORDER BY id LIMIT %(limit)s) t
),
gone AS (
    DELETE FROM kpis_keptmark k USING taken t WHERE k.subject = t.subject AND k.subject_id = t.subject_id
    RETURNING k.subject, k.subject_id, k.cause
)
SELECT subject, subject_id, max(cause) FROM gone GROUP BY subject, subject_id ORDER BY subject, subject_id
"""

TAKE_ALL = "DELETE FROM kpis_keptmark"
WAITING = "SELECT count(*), coalesce(bool_or(subject = 'all'), false), min(at) FROM kpis_keptmark"

Taken = Mapping[Subject, Mapping[int, int]]
"""By kind of subject and id the cause of its change."""


def note_leads(lead_ids: Sequence[int]) -> None:
    """These leads changed, and with them what is counted of their deals. The caller holds a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_LEADS, {"leads": list(lead_ids)})


def note_deals(deal_ids: Sequence[int]) -> None:
    """What is counted of these deals changed, such as what is credited for them."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"subject": "deal", "ids": list(deal_ids)})


def take(limit: int) -> Taken:
    """Subjects that waited; their marks are gone with this transaction. The caller holds the lock."""
    found: dict[Subject, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        for subject, subject_id, cause in cursor.fetchall():
            found.setdefault(Subject(subject), {})[subject_id] = cause
    return found


def take_all() -> None:
    """Nobody waits any more: all is counted anew in this transaction. The caller holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_ALL)


def waiting() -> tuple[int, bool]:
    """How many marks wait, and whether one is of everything."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        count, everything, _since = cursor.fetchone()
    return int(count), bool(everything)
