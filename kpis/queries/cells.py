"""How many leads of each cohort came how far? Kept for pages, by everything that they cut by.

Grain: one row a lead and start stage (`kpis_cohortplace`), one a cut, its value, start stage, day or month and how far
(`kpis_funnelcell`). A day is that of `reached` at the start stage in the reporting zone; the window is 90 × 24 hours. Clock: all that
is known now. Index: the key of places, funnel_cell_once, lead_value_order. The caller holds the turn of recomputing.

What a lead added goes out and what it adds comes in, as one difference: 1,000 leads cost the same among a million as among ten thousand.
Everything anew is counted beside what is kept, and only what differs is written.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

from leads.funnel.stage_sets import StageSet

PLACE = "lead_id, start, anchor, day, source, channel, campaign, owner, team, segment, territory, furthest, furthest_in_window"
CELL = "cut, start, day, value, furthest, furthest_in_window"

BY_MONTH = ("source", "channel", "campaign", "owner", "team", "segment", "territory")
"""The cuts that are counted by month. All leads together are counted by day."""

PLACED = """
steps AS MATERIALIZED (
    SELECT p.lead_id, s.start::smallint AS start, p.reached[s.start] AS anchor,
           (p.reached[s.start] AT TIME ZONE %(zone)s)::date AS day, l.source, l.channel,
           ({furthest})::smallint AS furthest, ({in_window})::smallint AS furthest_in_window
    FROM leads_progress p JOIN leads_lead l ON l.id = p.lead_id CROSS JOIN LATERAL generate_series(1, {furthest}) AS s(start)
    WHERE NOT l.is_test AND l.merged_into_id IS NULL AND {of_these_leads}
),
said AS (
    SELECT DISTINCT ON (s.lead_id, s.start, v.field) s.lead_id, s.start, v.field, v.ref, v.text
    FROM steps s JOIN leads_leadvalue v ON v.lead_id = s.lead_id AND v.at <= s.anchor
    WHERE v.field IN ('campaign', 'owner', 'team', 'segment', 'territory') AND {of_these_values}
      AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id)
    ORDER BY s.lead_id, s.start, v.field, v.at DESC, v.id DESC
),
held AS (
    SELECT lead_id, start, max(ref) FILTER (WHERE field = 'campaign') AS campaign, max(ref) FILTER (WHERE field = 'owner') AS owner,
           max(ref) FILTER (WHERE field = 'team') AS team, max(text) FILTER (WHERE field = 'segment') AS segment,
           max(text) FILTER (WHERE field = 'territory') AS territory
    FROM said GROUP BY lead_id, start
),
placed AS MATERIALIZED (
    SELECT lead_id, start, anchor, day, source, channel, campaign, owner, team, segment, territory, furthest, furthest_in_window
    FROM steps LEFT JOIN held USING (lead_id, start)
)
"""

SAME_PLACE = """
(f.lead_id, f.start) = (k.lead_id, k.start)
AND (f.anchor, f.day, f.source, f.channel, f.campaign, f.owner, f.team, f.segment, f.territory, f.furthest, f.furthest_in_window)
    IS NOT DISTINCT FROM
    (k.anchor, k.day, k.source, k.channel, k.campaign, k.owner, k.team, k.segment, k.territory, k.furthest, k.furthest_in_window)
"""

CUTS = "('', m.day, NULL::text), " + ", ".join(
    f"('{cut}', m.day - (extract(day FROM m.day)::int - 1), m.{cut}::text)" for cut in BY_MONTH
)

MOVE = f"""
WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
{PLACED},
gone AS (
    DELETE FROM kpis_cohortplace k
    WHERE k.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted)) AND NOT EXISTS (SELECT FROM placed f WHERE {SAME_PLACE})
    RETURNING {PLACE}
),
come AS (
    INSERT INTO kpis_cohortplace ({PLACE})
    SELECT {PLACE} FROM placed f
    WHERE (SELECT count(*) FROM gone) >= 0 AND NOT EXISTS (
        SELECT FROM kpis_cohortplace k WHERE k.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted)) AND {SAME_PLACE})
    ORDER BY lead_id, start
    RETURNING {PLACE}
),
moved AS (SELECT -1 AS by, * FROM gone UNION ALL SELECT 1, * FROM come),
differences AS (
    SELECT c.cut, m.start, c.day, c.value, m.furthest, m.furthest_in_window, sum(m.by) AS leads
    FROM moved m CROSS JOIN LATERAL (VALUES {CUTS}) AS c(cut, day, value)
    GROUP BY c.cut, m.start, c.day, c.value, m.furthest, m.furthest_in_window
    HAVING sum(m.by) <> 0
)
INSERT INTO kpis_funnelcell AS k ({CELL}, leads)
SELECT {CELL}, leads FROM differences ORDER BY {CELL}
ON CONFLICT ({CELL}) DO UPDATE SET leads = k.leads + excluded.leads
RETURNING id, leads
"""

EMPTY = "DELETE FROM kpis_funnelcell WHERE id = ANY(%(cells)s)"

PLACED_ANEW = f"""
DROP TABLE IF EXISTS pg_temp.fresh_place;
CREATE TEMP TABLE fresh_place ON COMMIT DROP AS
WITH {PLACED}
SELECT {PLACE} FROM placed
"""

DIFFERING_PLACES = f"""
ANALYZE fresh_place;
DELETE FROM kpis_cohortplace k WHERE NOT EXISTS (SELECT FROM fresh_place f WHERE {SAME_PLACE});
INSERT INTO kpis_cohortplace ({PLACE})
SELECT {PLACE} FROM fresh_place f WHERE NOT EXISTS (SELECT FROM kpis_cohortplace k WHERE (k.lead_id, k.start) = (f.lead_id, f.start))
ORDER BY lead_id, start
"""

COUNTED = """
SELECT '{cut}' AS cut, start, {day} AS day, {value}::text AS value, furthest, furthest_in_window, count(*) AS leads
FROM fresh_place GROUP BY 2, 3, 4, 5, 6
"""

COUNTED_ANEW = (
    "DROP TABLE IF EXISTS pg_temp.fresh_cell; CREATE TEMP TABLE fresh_cell ON COMMIT DROP AS "
    + " UNION ALL ".join(
        [
            COUNTED.format(cut="", day="day", value="NULL"),
            *(COUNTED.format(cut=cut, day="day - (extract(day FROM day)::int - 1)", value=cut) for cut in BY_MONTH),
        ]
    )
)

SAME_CELL = """
(f.cut, f.start, f.day, f.furthest, f.furthest_in_window, f.leads) = (k.cut, k.start, k.day, k.furthest, k.furthest_in_window, k.leads)
AND coalesce(f.value, '') = coalesce(k.value, '') AND (f.value IS NULL) = (k.value IS NULL)
"""

DIFFERING_CELLS = f"""
ANALYZE fresh_cell;
DROP TABLE IF EXISTS pg_temp.missing_cell;
CREATE TEMP TABLE missing_cell ON COMMIT DROP AS
SELECT * FROM fresh_cell f WHERE NOT EXISTS (SELECT FROM kpis_funnelcell k WHERE {SAME_CELL});
DELETE FROM kpis_funnelcell k WHERE NOT EXISTS (SELECT FROM fresh_cell f WHERE {SAME_CELL});
INSERT INTO kpis_funnelcell ({CELL}, leads) SELECT {CELL}, leads FROM missing_cell ORDER BY {CELL}
"""


def move(lead_ids: list[int], zone: str, stages: StageSet) -> None:
    """Put these leads where their progress says, and change the cells by what that changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            _placed(MOVE, stages, "{}.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted))"),
            {"leads": lead_ids, "zone": zone},
        )
        if empty := [cell for cell, leads in cursor.fetchall() if leads == 0]:
            cursor.execute(EMPTY, {"cells": empty})


def rebuild(zone: str, stages: StageSet) -> None:
    """Place and count every lead anew, and write what differs. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(_placed(PLACED_ANEW, stages, "true"), {"zone": zone})
        cursor.execute(DIFFERING_PLACES)
        cursor.execute(COUNTED_ANEW)
        cursor.execute(DIFFERING_CELLS)


def _placed(statement: str, stages: StageSet, of_these_leads: str) -> sql.Composed:
    """`reached` never falls from one stage to the next: how many of it there are is how far a lead came."""
    ordinals = [sql.Literal(n) for n in range(1, len(stages.forward) + 1)]
    furthest = sql.SQL("num_nonnulls({})").format(
        sql.SQL(", ").join(sql.SQL("p.reached[{}]").format(n) for n in ordinals)
    )
    within = sql.SQL("coalesce(p.reached[{}] <= p.reached[s.start] + interval '2160 hours', false)::int")
    return sql.SQL(statement).format(
        furthest=furthest,
        in_window=sql.SQL(" + ").join(within.format(n) for n in ordinals),
        of_these_leads=sql.SQL(of_these_leads).format(sql.Identifier("p")),
        of_these_values=sql.SQL(of_these_leads).format(sql.Identifier("v")),
    )
