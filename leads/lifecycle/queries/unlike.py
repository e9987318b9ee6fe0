"""Of which leads is something else kept than their logs say, or than can be told at a glance?

Grain: one row a lead. Clock: everything known now. Index: stage_change_order, stay_order and the keys of both. Nothing is locked.

One look at each row of the log, beside its stay and between its neighbours. Where no row repeats the one before it, and none goes back
to an earlier position right after one that closes, every row is a change: the first row that is held, or repeats, would do so by the row
right before it. Then stays are right when each agrees with its neighbours. Leads with such rows are told, too: `keep` walks through
their logs, and writes what differs.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg2 import sql

from alignment.plans import hashed_joins
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.keep import furthest
from leads.lifecycle.queries.walk import KNOWN, OF_THESE_LEADS

BETWEEN = "({column} >= %(first)s AND {column} < %(end)s)"

UNLIKE = f""",
beside AS (
    SELECT coalesce(c.lead_id, y.lead_id) AS lead_id, c.id, c.at, c.stage, c.position, c.closes, c.cause,
           y.from_stage, y.until, y.next_stage, y.pass_number,
           c.lead_id IS DISTINCT FROM y.lead_id OR c.at IS DISTINCT FROM y.at OR c.stage IS DISTINCT FROM y.stage AS is_other
    FROM known c
    FULL JOIN (SELECT * FROM leads_stay y WHERE {BETWEEN.format(column="y.lead_id")}) y ON y.change_id = c.id
),
compared AS (
    SELECT lead_id, at, stage, position, pass_number, lead(id) OVER ordered IS NULL AS is_last,
           is_other OR from_stage IS DISTINCT FROM lag(stage) OVER ordered
           OR until IS DISTINCT FROM lead(at) OVER ordered OR next_stage IS DISTINCT FROM lead(stage) OVER ordered
           OR pass_number <> coalesce(lag(pass_number) OVER ordered, 1)
               + (position IS NOT NULL AND lag(id) OVER ordered IS NOT NULL AND lag(position) OVER ordered IS NULL)::int
           OR stage = lag(stage) OVER ordered
           OR cause <> 'reopen' AND lag(closes) OVER ordered AND position < lag(position) OVER ordered AS is_unlike
    FROM beside WINDOW ordered AS (PARTITION BY lead_id ORDER BY at, id)
),
said AS (
    SELECT lead_id, bool_or(is_unlike) AS is_unlike, {{reached}} AS reached, {{entered}} AS entered, max(at) AS stage_since,
           max(pass_number) AS pass_number, max(stage) FILTER (WHERE is_last) AS stage
    FROM compared GROUP BY lead_id
)
SELECT coalesce(l.id, m.lead_id, p.lead_id)
FROM (SELECT id, stage FROM leads_lead l WHERE {BETWEEN.format(column="l.id")}) l
FULL JOIN said m ON m.lead_id = l.id
FULL JOIN (SELECT * FROM leads_progress p WHERE {BETWEEN.format(column="p.lead_id")}) p ON p.lead_id = coalesce(l.id, m.lead_id)
WHERE m.is_unlike OR l.stage IS DISTINCT FROM m.stage OR (m.lead_id IS NULL) <> (p.lead_id IS NULL)
   OR m.lead_id IS NOT NULL AND (p.version_id, p.reached, p.entered, p.stage_since, p.pass_number)
       IS DISTINCT FROM (%(version)s, m.reached, m.entered, m.stage_since, m.pass_number)
"""


def unlike(first: int, end: int, stages: StageSet) -> list[int]:
    """Of the leads with an id in [first, end) those to be read anew: every one of which something else is kept is among them."""
    values = {"first": first, "end": end, "version": stages.version_id, "as_of": None, "known_at": None}
    known = KNOWN.replace(OF_THESE_LEADS.format(column="c.lead_id"), BETWEEN.format(column="c.lead_id"))
    with transaction.atomic(), hashed_joins(roomy=True), connection.cursor() as cursor:
        cursor.execute(sql.SQL("WITH " + known) + sql.SQL(UNLIKE).format(**furthest(stages)), values)
        return [row[0] for row in cursor.fetchall()]
