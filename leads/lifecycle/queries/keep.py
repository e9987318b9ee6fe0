"""What is kept of each lead's log: its stays, its progress, its present stage.

Grain: one row a change that counts (`leads_stay`), one a lead (`leads_progress`). Clock: everything known now. Index: stage_change_order,
stay_order and the keys of both. The same statement serves one lead and all, and writes only what differs.

What a lead reached and entered needs no walk through its log. A repeat comes after what it repeats, and a row that is held lies behind
one that stands further and came before it: neither is ever the first that came so far, and a held one counts as entered all the same.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg2 import sql

from alignment.plans import hashed_joins
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.walk import OF_THESE_LEADS, WALK

MILESTONES = """,
arrived AS (SELECT lead_id, {reached} AS reached, {entered} AS entered FROM known GROUP BY lead_id),
lasting AS (
    SELECT lead_id, max(at) FILTER (WHERE until IS NULL) AS stage_since, max(pass_number) AS pass_number FROM changes GROUP BY lead_id
),
milestones AS (SELECT * FROM arrived LEFT JOIN lasting USING (lead_id))
"""

SAME_STAY = """
c.id = y.change_id AND (c.lead_id, c.stage, c.from_stage, c.at, c.until, c.next_stage, c.pass_number)
    IS NOT DISTINCT FROM (y.lead_id, y.stage, y.from_stage, y.at, y.until, y.next_stage, y.pass_number)
"""

SAME_PROGRESS = """
p.lead_id = m.lead_id AND (p.version_id, p.reached, p.entered, p.stage_since, p.pass_number)
    IS NOT DISTINCT FROM (%(version)s, m.reached, m.entered, m.stage_since, m.pass_number)
"""

KEEP = f""",
left_stays AS (
    DELETE FROM leads_stay y WHERE {OF_THESE_LEADS.format(column="y.lead_id")}
      AND NOT EXISTS (SELECT FROM changes c WHERE {SAME_STAY})
    RETURNING change_id
),
new_stays AS (
    INSERT INTO leads_stay (change_id, lead_id, stage, from_stage, at, until, next_stage, pass_number)
    SELECT id, lead_id, stage, from_stage, at, until, next_stage, pass_number FROM changes c
    WHERE (SELECT count(*) FROM left_stays) >= 0 AND NOT EXISTS (SELECT FROM leads_stay y WHERE {SAME_STAY})
),
left_progress AS (
    DELETE FROM leads_progress p WHERE {OF_THESE_LEADS.format(column="p.lead_id")}
      AND NOT EXISTS (SELECT FROM milestones m WHERE m.lead_id = p.lead_id)
),
new_progress AS (
    INSERT INTO leads_progress (lead_id, version_id, reached, entered, stage_since, pass_number)
    SELECT lead_id, %(version)s, reached, entered, stage_since, pass_number FROM milestones m
    WHERE NOT EXISTS (SELECT FROM leads_progress p WHERE {SAME_PROGRESS})
    ON CONFLICT (lead_id) DO UPDATE SET version_id = excluded.version_id, reached = excluded.reached, entered = excluded.entered,
        stage_since = excluded.stage_since, pass_number = excluded.pass_number
)
UPDATE leads_lead l SET stage = c.stage, version = l.version + 1
FROM leads_lead b LEFT JOIN changes c ON c.lead_id = b.id AND c.until IS NULL
WHERE l.id = b.id AND b.stage IS DISTINCT FROM c.stage AND {OF_THESE_LEADS.format(column="b.id")}
"""
"""What goes is gone before what comes (the count waits for it): a change may stay under the same id and be another one."""

BETWEEN = "({column} >= %(first)s AND {column} < %(end)s)"

DIFFERING = f"""
SELECT lead_id FROM changes c WHERE NOT EXISTS (SELECT FROM leads_stay y WHERE {SAME_STAY} AND {BETWEEN.format(column="y.lead_id")})
UNION
SELECT lead_id FROM leads_stay y
WHERE {BETWEEN.format(column="y.lead_id")} AND NOT EXISTS (SELECT FROM changes c WHERE c.id = y.change_id)
UNION
SELECT lead_id FROM milestones m
WHERE NOT EXISTS (SELECT FROM leads_progress p WHERE {SAME_PROGRESS} AND {BETWEEN.format(column="p.lead_id")})
UNION
SELECT lead_id FROM leads_progress p
WHERE {BETWEEN.format(column="p.lead_id")} AND NOT EXISTS (SELECT FROM milestones m WHERE m.lead_id = p.lead_id)
UNION
SELECT l.id FROM leads_lead l LEFT JOIN changes c ON c.lead_id = l.id AND c.until IS NULL
WHERE {BETWEEN.format(column="l.id")} AND l.stage IS DISTINCT FROM c.stage
"""


def milestones(stages: StageSet, *, walk: str = WALK) -> sql.Composed:
    """The CTEs up to `milestones`: for each lead the lists `reached` and `entered`, one element a forward stage."""
    reached = sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(
            sql.SQL("min(at) FILTER (WHERE position >= {})").format(sql.Literal(s.position)) for s in stages.forward
        )
    )
    entered = sql.SQL("ARRAY[{}]").format(
        sql.SQL(", ").join(
            sql.SQL("min(at) FILTER (WHERE position = {})").format(sql.Literal(s.position)) for s in stages.forward
        )
    )
    return sql.SQL("WITH " + walk) + sql.SQL(MILESTONES).format(reached=reached, entered=entered)


def keep(lead_ids: list[int] | None, stages: StageSet) -> None:
    """Make what is kept of these leads, or of all, what their logs say now."""
    values = {"leads": lead_ids, "version": stages.version_id, "as_of": None, "known_at": None}
    with connection.cursor() as cursor:
        cursor.execute(milestones(stages) + sql.SQL(KEEP), values)


def differing(first: int, end: int, stages: StageSet) -> list[int]:
    """Of the leads with an id in [first, end) those of which something else is kept than their logs say; nothing is locked."""
    values = {"first": first, "end": end, "version": stages.version_id, "as_of": None, "known_at": None}
    walk = WALK.replace(OF_THESE_LEADS.format(column="c.lead_id"), BETWEEN.format(column="c.lead_id"))
    with transaction.atomic(), hashed_joins(roomy=True), connection.cursor() as cursor:
        cursor.execute(milestones(stages, walk=walk) + sql.SQL(DIFFERING), values)
        return [row[0] for row in cursor.fetchall()]
