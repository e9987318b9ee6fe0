"""When did a stage that requires an owner have none who could act? Grain: one row a leak. Clock: `known_at`.

Somebody can act while active and in a team of the stage's side (a partner's team is of sales). What a person was before
the first row of their log is taken from that row. Index: lead_value_order, person_change_order.
"""

from kpis.leaks.queries.facts import KNOWN, counted, standing

ORPHANED = f"""
WITH owners AS (
    SELECT v.lead_id, v.ref AS user_id, tstzrange(v.at, lead(v.at) OVER (PARTITION BY v.lead_id ORDER BY v.at, v.id)) AS during
    FROM leads_leadvalue v
    WHERE v.field = 'owner' AND {counted("v")} AND {standing("v.change_id")}
),
people AS (
    SELECT c.user_id, c.active, CASE t.side WHEN 'partner' THEN 'sales' ELSE t.side END AS side,
           tstzrange(CASE WHEN lag(c.id) OVER log IS NOT NULL THEN c.at END, lead(c.at) OVER log) AS during
    FROM people_personchange c LEFT JOIN people_team t ON t.id = c.team_id
    WHERE {KNOWN.format(row="c")}
    WINDOW log AS (PARTITION BY c.user_id ORDER BY c.at, c.id)
),
fit AS (
    SELECT user_id, side, range_agg(during) AS times FROM people WHERE active AND side IS NOT NULL GROUP BY user_id, side
),
held AS (
    SELECT o.lead_id, f.side, range_agg(tstzmultirange(o.during) * f.times) AS times
    FROM owners o JOIN fit f ON f.user_id = o.user_id
    GROUP BY o.lead_id, f.side
),
needed AS (
    SELECT lead_id, pass_number, side, range_agg(tstzrange(at, until)) AS times
    FROM stays WHERE requires_owner GROUP BY lead_id, pass_number, side
)
SELECT n.lead_id, n.pass_number, lower(gap.during) AS since, upper(gap.during) AS until, 0::bigint AS limit_seconds
FROM needed n LEFT JOIN held h ON h.lead_id = n.lead_id AND h.side = n.side
CROSS JOIN LATERAL unnest(n.times - coalesce(h.times, '{{}}'::tstzmultirange)) AS gap(during)
"""
