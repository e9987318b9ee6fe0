"""What is kept of each lead's log: its stays, its progress, its present stage.

Grain: one row a change that counts (`leads_stay`), one a lead (`leads_progress`). Clock: everything known now. Index: stage_change_order,
stay_order and the keys of both. The same statement serves one lead and all, and writes only what differs.

What a lead reached and entered needs no walk through its log. A repeat comes after what it repeats, and a row that is held lies behind
one that stands further and came before it: neither is ever the first that came so far, and a held one counts as entered all the same.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.walk import OF_THESE_LEADS, WALK

MILESTONES = """,
arrived AS (SELECT lead_id, {reached} AS reached, {entered} AS entered FROM known GROUP BY lead_id),
lasting AS (SELECT lead_id, at AS stage_since, pass_number FROM changes WHERE until IS NULL),
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


def furthest(stages: StageSet) -> dict[str, sql.Composed]:
    """`reached` and `entered` of the rows of one lead, each a list with one element a forward stage."""
    each = {"reached": ">=", "entered": "="}
    return {
        name: sql.SQL("ARRAY[{}]").format(
            sql.SQL(", ").join(
                sql.SQL(f"min(at) FILTER (WHERE position {compared} {{}})").format(sql.Literal(stage.position))
                for stage in stages.forward
            )
        )
        for name, compared in each.items()
    }


def milestones(stages: StageSet) -> sql.Composed:
    """The CTEs up to `milestones`: for each lead the lists `reached` and `entered`, one element a forward stage."""
    return sql.SQL("WITH " + WALK) + sql.SQL(MILESTONES).format(**furthest(stages))


def keep(lead_ids: list[int] | None, stages: StageSet) -> None:
    """Make what is kept of these leads, or of all, what their logs say now."""
    values = {"leads": lead_ids, "version": stages.version_id, "as_of": None, "known_at": None}
    with connection.cursor() as cursor:
        cursor.execute(milestones(stages) + sql.SQL(KEEP), values)
