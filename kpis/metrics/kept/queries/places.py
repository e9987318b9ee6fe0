"""In which groups did each lead stand, and when? Grain: one row a lead and span of time. Clock: what is known now.

For those who write every fact anew: a line finds all its groups by one join, as numbers, instead of the name of each. The table is gone
with the transaction. Leads that count nowhere have no row.
"""

from __future__ import annotations

from django.db import connection

from kpis.metrics.queries.of_leads import PLACES

MAKE = f"""
DROP TABLE IF EXISTS pg_temp.{PLACES};
CREATE TEMP TABLE {PLACES} ON COMMIT DROP AS
WITH numbered AS MATERIALIZED (
    SELECT 'owner' AS field, u.id AS ref, g.id FROM people_user u
    JOIN kpis_keptgroup g ON g.cut = 3 AND g.name = coalesce('=' || coalesce(u.email, u.name), '')
    UNION ALL
    SELECT 'team', t.id, g.id FROM people_team t JOIN kpis_keptgroup g ON g.cut = 4 AND g.name = '=' || t.name
    UNION ALL
    SELECT 'campaign', c.id, g.id FROM programs_campaign c JOIN kpis_keptgroup g ON g.cut = 2 AND g.name = '=' || c.name
),
nothing AS MATERIALIZED (
    SELECT max(id) FILTER (WHERE cut = 2) AS campaign, max(id) FILTER (WHERE cut = 3) AS owner, max(id) FILTER (WHERE cut = 4) AS team
    FROM kpis_keptgroup WHERE name = ''
),
entries AS (
    SELECT l.id AS lead_id, '-infinity'::timestamptz AS at, 0::bigint AS id, g.id AS source,
           n.campaign, n.owner, n.team
    FROM leads_lead l JOIN kpis_keptgroup g ON g.cut = 1 AND g.name = coalesce('=' || l.source, '') CROSS JOIN nothing n
    WHERE NOT l.is_test AND l.merged_into_id IS NULL
    UNION ALL
    SELECT v.lead_id, v.at, v.id, NULL,
           CASE v.field WHEN 'campaign' THEN coalesce(g.id, n.campaign) END,
           CASE v.field WHEN 'owner' THEN coalesce(g.id, n.owner) END,
           CASE v.field WHEN 'team' THEN coalesce(g.id, n.team) END
    FROM leads_leadvalue v LEFT JOIN numbered g ON g.field = v.field AND g.ref = v.ref CROSS JOIN nothing n
    WHERE v.field IN ('owner', 'team', 'campaign') AND NOT EXISTS (SELECT FROM leads_stagevoid d WHERE d.change_id = v.change_id)
),
placed AS (SELECT e.*, row_number() OVER (PARTITION BY lead_id ORDER BY at, id) AS place FROM entries e)
SELECT lead_id, at AS since, until, source AS source_id,
       (campaign & 4294967295)::int AS campaign_id, (owner & 4294967295)::int AS owner_id, (team & 4294967295)::int AS team_id
FROM (
    SELECT lead_id, at, coalesce(lead(at) OVER whole, 'infinity') AS until, max(source) OVER so_far AS source,
           max(place << 32 | campaign) OVER so_far AS campaign, max(place << 32 | owner) OVER so_far AS owner,
           max(place << 32 | team) OVER so_far AS team
    FROM placed
    WINDOW whole AS (PARTITION BY lead_id ORDER BY place), so_far AS (whole ROWS UNBOUNDED PRECEDING)
) p
WHERE until > at AND source IS NOT NULL;
ANALYZE {PLACES}
"""
"""The last entry of each field so far is the greatest of (place, group). Of two at one instant the later entry holds: the span of the
other one is empty."""


def make_places() -> None:
    """Make the table, for this transaction. Every group has its number."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE)
