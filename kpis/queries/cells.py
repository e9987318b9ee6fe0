"""How many leads of each cohort came how far? Kept for pages, by everything that they cut by.

Grain: one row a lead and start stage (`kpis_cohortplace`), one a cut, its value, start stage, day or month and how far
(`kpis_funnelcell`). A day is that of `reached` at the start stage in the reporting zone; the window is 90 × 24 hours. Clock: all that
is known now. Index: the key of places, funnel_cell_once, lead_value_order. The caller holds the turn of recomputing.

What a lead added goes out and what it adds comes in, as one difference: 1,000 leads cost the same among a million as among ten thousand.
Everything anew is held against what is kept, range by range without a lock, and only what differs is written.
"""

from __future__ import annotations

from django.db import connection

from alignment.unpivot import unpivot

PLACE = "lead_id, start, anchor, day, source, channel, campaign, owner, team, segment, territory, furthest, furthest_in_window"
CELL = "cut, start, day, value, furthest, furthest_in_window"

BY_MONTH = ("source", "channel", "campaign", "owner", "team", "segment", "territory")
"""The cuts that are counted by month. All leads together are counted by day."""

HOLDERS = {"campaign": "ref", "owner": "ref", "team": "ref", "segment": "text", "territory": "text"}
"""What a lead was held by and belonged to, and which column of the log says it."""

SAID = ", ".join(
    f"array_agg(v.{column} ORDER BY v.at, v.id) FILTER (WHERE v.field = '{field}') AS {field}, "
    f"array_agg(v.at ORDER BY v.at, v.id) FILTER (WHERE v.field = '{field}') AS {field}_at"
    for field, column in HOLDERS.items()
)
SAID_BY_THEN = ", ".join(f"v.{field}[width_bucket(s.anchor, v.{field}_at)] AS {field}" for field in HOLDERS)
"""Of each field what was said and when, in order: the bucket of an instant is the last by then, and 0 before the first."""

PLACED = f"""
SELECT p.lead_id, s.start::smallint AS start, s.anchor, (s.anchor AT TIME ZONE %(zone)s)::date AS day,
       l.source, l.channel, {SAID_BY_THEN},
       cardinality(p.reached)::smallint AS furthest,
       width_bucket(s.anchor + interval '2160 hours', p.reached)::smallint AS furthest_in_window
FROM (SELECT lead_id, array_remove(reached, NULL) AS reached FROM leads_progress WHERE {{of_these_leads}} OFFSET 0) p
JOIN leads_lead l ON l.id = p.lead_id
CROSS JOIN LATERAL (
    SELECT {SAID} FROM leads_leadvalue v
    WHERE v.lead_id = p.lead_id AND v.field IN ({", ".join(f"'{field}'" for field in HOLDERS)})
      AND (v.change_id IS NULL OR NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id))
) v
CROSS JOIN LATERAL unnest(p.reached) WITH ORDINALITY AS s(anchor, start)
WHERE NOT l.is_test AND l.merged_into_id IS NULL
"""
"""`reached` never falls from one stage to the next: what there is of it says how far a lead came, and the bucket of an instant how far by
then."""

OF_WANTED = "lead_id = ANY(ARRAY(SELECT lead_id FROM wanted))"
OF_RANGE = "lead_id >= %(first)s AND lead_id < %(end)s"

SAME_PLACE = """
(f.lead_id, f.start) = (k.lead_id, k.start)
AND (f.anchor, f.day, f.source, f.channel, f.campaign, f.owner, f.team, f.segment, f.territory, f.furthest, f.furthest_in_window)
    IS NOT DISTINCT FROM
    (k.anchor, k.day, k.source, k.channel, k.campaign, k.owner, k.team, k.segment, k.territory, k.furthest, k.furthest_in_window)
"""

CUTS = unpivot(["''::text, m.day, NULL::text", *(f"'{cut}'::text, m.month, m.{cut}" for cut in BY_MONTH)])
MONTH = "date_trunc('month', day::timestamp)::date"

MOVE = f"""
WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
placed AS MATERIALIZED ({PLACED.format(of_these_leads=OF_WANTED)}),
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
moved AS MATERIALIZED (
    SELECT by, start, day, {MONTH} AS month, {", ".join(f"{cut}::text AS {cut}" for cut in BY_MONTH)}, furthest, furthest_in_window
    FROM (SELECT -1 AS by, * FROM gone UNION ALL SELECT 1, * FROM come) m
),
differences AS MATERIALIZED (
    SELECT c.cut, m.start, c.day, c.value, m.furthest, m.furthest_in_window, sum(m.by) AS leads
    FROM moved m CROSS JOIN LATERAL {CUTS} AS c(cut, day, value)
    GROUP BY c.cut, m.start, c.day, c.value, m.furthest, m.furthest_in_window
    HAVING sum(m.by) <> 0
),
changed AS (
    INSERT INTO kpis_funnelcell AS k ({CELL}, leads)
    SELECT {CELL}, leads FROM differences ORDER BY {CELL}
    ON CONFLICT ({CELL}) DO UPDATE SET leads = k.leads + excluded.leads
    RETURNING id, leads
)
SELECT id FROM changed WHERE leads = 0
"""
"""Differences are added up before they are put in order: there are ten times as many parts to them."""

EMPTY = "DELETE FROM kpis_funnelcell WHERE id = ANY(%(cells)s)"

PLACED_OTHERWISE = f"""
SELECT DISTINCT coalesce(f.lead_id, k.lead_id) FROM ({PLACED.format(of_these_leads=OF_RANGE)}) f
FULL JOIN (SELECT * FROM kpis_cohortplace WHERE lead_id >= %(first)s AND lead_id < %(end)s) k ON (f.lead_id, f.start) = (k.lead_id, k.start)
WHERE ({SAME_PLACE}) IS NOT TRUE
"""

LAST = "SELECT greatest((SELECT max(id) FROM leads_lead), (SELECT max(lead_id) FROM kpis_cohortplace), 0)"

PLACE_ANEW = f"""
WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),
gone AS (DELETE FROM kpis_cohortplace WHERE lead_id = ANY(ARRAY(SELECT lead_id FROM wanted)) RETURNING lead_id)
INSERT INTO kpis_cohortplace ({PLACE})
SELECT {PLACE} FROM ({PLACED.format(of_these_leads=OF_WANTED)}) f WHERE (SELECT count(*) FROM gone) >= 0 ORDER BY lead_id, start
"""

COUNTED = """
SELECT '{cut}' AS cut, start, {day} AS day, {value}::text AS value, furthest, furthest_in_window, count(*) AS leads
FROM kpis_cohortplace GROUP BY 2, 3, 4, 5, 6
"""

COUNTED_ANEW = (
    "DROP TABLE IF EXISTS pg_temp.fresh_cell; CREATE TEMP TABLE fresh_cell ON COMMIT DROP AS "
    + " UNION ALL ".join(
        [
            COUNTED.format(cut="", day="day", value="NULL"),
            *(COUNTED.format(cut=cut, day=MONTH, value=cut) for cut in BY_MONTH),
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


def move(lead_ids: list[int], zone: str) -> None:
    """Put these leads where their progress says, and change the cells by what that changes."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"leads": lead_ids, "zone": zone})
        if empty := [cell for (cell,) in cursor.fetchall()]:
            cursor.execute(EMPTY, {"cells": empty})


def last_lead() -> int:
    """Up to this id there are leads, or places of leads that were there."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        return int(cursor.fetchone()[0])


def placed_otherwise(first: int, end: int, zone: str) -> list[int]:
    """Of the leads with an id in [first, end) those that are kept in another place than their progress says; nothing is locked."""
    with connection.cursor() as cursor:
        cursor.execute(PLACED_OTHERWISE, {"zone": zone, "first": first, "end": end})
        return [row[0] for row in cursor.fetchall()]


def place(lead_ids: list[int], zone: str) -> None:
    """Put these leads where their progress says; the cells are counted anew by the caller."""
    with connection.cursor() as cursor:
        cursor.execute(PLACE_ANEW, {"leads": lead_ids, "zone": zone})


def count_anew() -> None:
    """Count all places, and write the cells that differ. Needs a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(COUNTED_ANEW)
        cursor.execute(DIFFERING_CELLS)
