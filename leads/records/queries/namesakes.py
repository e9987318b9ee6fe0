"""Finds living leads by what they are called. Grain: one row a name that somebody has.

Indexes: lead_by_name, lead_by_other_name (where the whole name and both others differ) and lead_by_last_name; their expressions and
conditions stand here as they do there. Each name is looked up by itself, so that a table without fresh statistics is not read from
end to end.
"""

from __future__ import annotations

FIND = """
WITH wanted AS (
    SELECT w.n, w.system, regexp_replace(lower(btrim(w.whole)), '\\s+', ' ', 'g') AS whole, lower(btrim(w.last)) AS last
    FROM json_to_recordset(%(rows)s) AS w(n int, system text, whole text, last text)
),
alike AS (
    SELECT w.n, w.system, c.id FROM wanted w CROSS JOIN LATERAL (
        SELECT l.id, l.team_id FROM leads_lead l
        WHERE regexp_replace(lower(btrim(coalesce(l.full_name, l.first_name || ' ' || l.last_name))), '\\s+', ' ', 'g') = w.whole
        AND l.merged_into_id IS NULL AND l.erased_at IS NULL
        UNION ALL
        SELECT l.id, l.team_id FROM leads_lead l
        WHERE regexp_replace(lower(btrim(l.first_name || ' ' || l.last_name)), '\\s+', ' ', 'g') = w.whole
        AND l.full_name <> l.first_name || ' ' || l.last_name AND l.merged_into_id IS NULL AND l.erased_at IS NULL
        UNION ALL
        SELECT l.id, l.team_id FROM leads_lead l
        WHERE lower(btrim(l.last_name)) = w.last AND l.merged_into_id IS NULL AND l.erased_at IS NULL
    ) c
    WHERE %(scope)s = 0 OR c.team_id = %(scope)s
),
known AS MATERIALIZED (
    SELECT a.n, a.id, EXISTS (SELECT FROM leads_leadidentity i WHERE i.lead_id = a.id AND i.system = a.system) AS is_known
    FROM alike a
)
SELECT n, count(DISTINCT id) FILTER (WHERE is_known), min(id) FILTER (WHERE is_known), count(DISTINCT id), min(id) FROM known GROUP BY n
"""
