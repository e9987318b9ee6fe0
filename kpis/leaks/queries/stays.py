"""In which stages did leads stay, and what is agreed of those stages? The ground under every kind of leak in one regime.

Grain: one row a change that counts, with [at, until). Clock: all that is known, or what was known at `known_at`.
Index: stay_order. Test leads, merged and erased ones are left out: they raise no leaks.

`agreed` has one row: the version of the funnel and the limits that the regime judges by. Leads are those of the CTE `wanted`.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.leaks.queries.facts import of_these_leads
from leads.lifecycle.queries.walk import WALK

AGREED = "agreed AS MATERIALIZED (SELECT {terms})"

KEPT = f"""
stayed AS (
    SELECT change_id, lead_id, stage, at, until, pass_number FROM leads_stay y
    WHERE {of_these_leads("y.lead_id")}
),
"""

WALKED = (
    WALK.replace("%(version)s", "(SELECT version_id FROM agreed)")
    + """,
stayed AS (SELECT id AS change_id, lead_id, stage, at, until, pass_number FROM changes),
"""
)

STAYS = f"""
stays AS MATERIALIZED (
    SELECT y.change_id, y.lead_id, y.stage, y.at, y.until, y.pass_number, s.category, s.side, s.requires_owner,
           coalesce(s.age, a.stalled_limit) AS age, coalesce(s.quiet, a.stalled_quiet) AS quiet
    FROM stayed y CROSS JOIN agreed a
    JOIN leads_stage s ON s.version_id = a.version_id AND s.key = y.stage
    JOIN leads_lead l ON l.id = y.lead_id
    WHERE y.until IS DISTINCT FROM y.at AND {of_these_leads("l.id")}
      AND NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
)
"""


def stays(terms: sql.Composable, *, kept: bool) -> sql.Composed:
    """`agreed AS (…), …, stays AS (…)` of one regime; `terms` are the columns of `agreed`.

    `kept`: what is kept of leads is by this regime's funnel, and all that is known counts; else the log is walked.
    """
    return sql.Composed(
        [sql.SQL(AGREED).format(terms=terms), sql.SQL(","), sql.SQL(KEPT if kept else WALKED), sql.SQL(STAYS)]
    )
