"""In which stages did leads stay, and what is agreed of those stages? The ground under every kind of leak, by one stage set.

Grain: one row a change that counts, with [at, until). Clock: all that is known, or what was known at `known_at`.
Index: stay_order, activity_order, consent_order. Test leads, merged and erased ones are left out: they raise no leaks.

`funnel` has one row: the version, and when it ends for good (null: it does not): what the log says afterwards, it does not judge.
`spells` has a row each time that stage set is in force, `agreed` one for each regime of that time, with its limits. Leads are those
of the CTE `wanted`. `stayed` has every change that counts, `stays` those that lasted. What is known of handoffs follows
(`kpis.leaks.queries.handed`), then `touches`: outreach with its side and replies without one, and `consents` to marketing and how long
each was the latest. Each log is read once, whatever number of kinds look at it.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2 import sql

from kpis.leaks.queries.facts import counted, of_these_leads
from kpis.leaks.queries.handed import HANDED
from leads.lifecycle.queries.walk import WALK

AGREED = """
funnel AS MATERIALIZED (SELECT {version}::bigint AS version_id, {ends}::timestamptz AS ends),
spells AS MATERIALIZED (
    SELECT tstzrange(since, until) AS during FROM unnest({begins}::timestamptz[], {finishes}::timestamptz[]) AS s(since, until)
),
agreed AS MATERIALIZED (
    SELECT tstzrange(since, until) AS during, {limits}
    FROM unnest({sinces}::timestamptz[], {untils}::timestamptz[], {spans}) AS a(since, until, {limits})
),
"""

KEPT = f"""
stayed AS MATERIALIZED (
    SELECT change_id, lead_id, stage, at, until, pass_number FROM leads_stay y
    WHERE {of_these_leads("y.lead_id")}
),
"""

UNTIL_ITS_END = "least(%(as_of)s::timestamptz, (SELECT ends FROM funnel))"

WALKED = (
    WALK.replace("%(version)s", "(SELECT version_id FROM funnel)").replace("%(as_of)s", UNTIL_ITS_END)
    + """,
stayed AS (SELECT id AS change_id, lead_id, stage, at, until, pass_number FROM changes),
"""
)

STAYS = f"""
stays AS MATERIALIZED (
    SELECT y.change_id, y.lead_id, y.stage, y.at, y.until, y.pass_number, s.category, s.side, s.requires_owner,
           s.age, s.quiet
    FROM stayed y
    JOIN leads_stage s ON s.version_id = (SELECT version_id FROM funnel) AND s.key = y.stage
    JOIN leads_lead l ON l.id = y.lead_id
    WHERE y.until IS DISTINCT FROM y.at AND {of_these_leads("l.id")}
      AND NOT l.is_test AND l.merged_into_id IS NULL AND l.erased_at IS NULL
),
{HANDED.rstrip()},
touches AS MATERIALIZED (
    SELECT a.lead_id, a.at, CASE a.direction WHEN 'outbound' THEN a.side END AS side
    FROM leads_activity a
    WHERE {counted("a")}
      AND (a.direction = 'outbound' AND (a.side = 'marketing' OR NOT a.automated)
           OR a.direction = 'inbound' AND a.kind = ANY(%(replies)s))
),
consents AS MATERIALIZED (
    SELECT c.lead_id, c.state, tstzrange(c.at, lead(c.at) OVER (PARTITION BY c.lead_id ORDER BY c.at, c.id)) AS during
    FROM leads_consent c
    WHERE c.purpose = 'marketing' AND {counted("c")}
)
"""


def stays(number: int, limits: Sequence[str], *, kept: bool) -> sql.Composed:
    """`funnel AS (…), spells AS (…), agreed AS (…), …, stays AS (…), handed AS (…), …` of the stage set of that number.

    `limits` are columns of `agreed`: how long, as KEY_business whether in working time, and as KEY_times how often.

    Values are named with the number (`version_0`). `kept`: what is kept of leads is by this stage set, and all that is known
    counts; else the log is walked.
    """
    names = ("version", "ends", "begins", "finishes", "sinces", "untils")
    agreed = sql.SQL(AGREED).format(
        limits=sql.SQL(", ").join(sql.Identifier(limit) for limit in limits),
        spans=sql.SQL(", ").join(
            sql.SQL("{}::{}[]").format(sql.Placeholder(f"{limit}_{number}"), _type_of(limit)) for limit in limits
        ),
        **{name: sql.Placeholder(f"{name}_{number}") for name in names},
    )
    return sql.Composed([agreed, sql.SQL(KEPT if kept else WALKED), sql.SQL(STAYS)])


TYPES = {"times": sql.SQL("integer"), "business": sql.SQL("boolean")}


def _type_of(limit: str) -> sql.SQL:
    return TYPES.get(limit.rpartition("_")[2], sql.SQL("interval"))
