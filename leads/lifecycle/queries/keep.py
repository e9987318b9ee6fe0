"""What is kept of each lead's log: its stays, its progress, its present stage.

Grain: one row a change that counts (`leads_stay`), one a lead (`leads_progress`). Clock: everything known now.
The same statements serve one lead and all; they replace what was kept for the leads given.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.walk import WALK

CLEAR_STAYS = "DELETE FROM leads_stay WHERE %(leads)s::bigint[] IS NULL OR lead_id = ANY(%(leads)s::bigint[])"

KEEP_STAYS = (
    "WITH "
    + WALK
    + """
INSERT INTO leads_stay (change_id, lead_id, stage, from_stage, at, until, next_stage, pass_number)
SELECT id, lead_id, stage, from_stage, at, until, next_stage, pass_number FROM changes
"""
)

CLEAR_PROGRESS = """
DELETE FROM leads_progress p
WHERE (%(leads)s::bigint[] IS NULL OR p.lead_id = ANY(%(leads)s::bigint[]))
  AND NOT EXISTS (SELECT FROM leads_stay s WHERE s.lead_id = p.lead_id)
"""

MILESTONES = (
    "WITH "
    + WALK
    + """,
held AS (SELECT lead_id, position, at FROM walked WHERE held),
milestones AS (
    SELECT lead_id, {reached} AS reached, {entered} AS entered, max(at) FILTER (WHERE moved AND until IS NULL) AS stage_since,
           max(pass_number) AS pass_number
    FROM (
        SELECT lead_id, position, at, until, pass_number, true AS moved FROM changes
        UNION ALL
        SELECT lead_id, position, at, NULL, 1, false FROM held
    ) seen
    GROUP BY lead_id
)
"""
)

KEEP_PROGRESS = """
INSERT INTO leads_progress (lead_id, version_id, reached, entered, stage_since, pass_number)
SELECT lead_id, %(version)s, reached, entered, stage_since, pass_number FROM milestones
ON CONFLICT (lead_id) DO UPDATE SET version_id = excluded.version_id, reached = excluded.reached, entered = excluded.entered,
    stage_since = excluded.stage_since, pass_number = excluded.pass_number
WHERE (leads_progress.version_id, leads_progress.reached, leads_progress.entered, leads_progress.stage_since, leads_progress.pass_number)
    IS DISTINCT FROM (excluded.version_id, excluded.reached, excluded.entered, excluded.stage_since, excluded.pass_number)
"""

KEEP_STAGE = """
UPDATE leads_lead l SET stage = s.stage, version = l.version + 1
FROM leads_stay s
WHERE s.lead_id = l.id AND s.until IS NULL AND (%(leads)s::bigint[] IS NULL OR s.lead_id = ANY(%(leads)s::bigint[]))
  AND l.stage IS DISTINCT FROM s.stage
"""

CLEAR_STAGE = """
UPDATE leads_lead l SET stage = NULL, version = l.version + 1
WHERE (%(leads)s::bigint[] IS NULL OR l.id = ANY(%(leads)s::bigint[]))
  AND l.stage IS NOT NULL AND NOT EXISTS (SELECT FROM leads_stay s WHERE s.lead_id = l.id)
"""


def milestones(stages: StageSet) -> sql.Composed:
    """The CTEs up to `milestones`: for each lead the lists `reached` and `entered`, one element a forward stage."""
    reached = sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(
            sql.SQL("min(at) FILTER (WHERE moved AND position >= {})").format(sql.Literal(s.position))
            for s in stages.forward
        )
    )
    entered = sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(
            sql.SQL("min(at) FILTER (WHERE position = {})").format(sql.Literal(s.position)) for s in stages.forward
        )
    )
    return sql.SQL(MILESTONES).format(reached=reached, entered=entered)


def keep(lead_ids: list[int] | None, stages: StageSet) -> None:
    """Replace what is kept for these leads, or for all, by what their logs say now."""
    values = {"leads": lead_ids, "version": stages.version_id, "as_of": None, "known_at": None}
    with connection.cursor() as cursor:
        cursor.execute(CLEAR_STAYS, values)
        cursor.execute(KEEP_STAYS, values)
        cursor.execute(milestones(stages) + sql.SQL(KEEP_PROGRESS), values)
        cursor.execute(CLEAR_PROGRESS, values)
        cursor.execute(KEEP_STAGE, values)
        cursor.execute(CLEAR_STAGE, values)
