"""Finds living leads by what they are called. Grain: one row a name that somebody has. Reads the leads once, whatever is asked."""

from __future__ import annotations

FIND = """
WITH wanted AS (
    SELECT w.n, w.system, regexp_replace(lower(btrim(w.whole)), '\\s+', ' ', 'g') AS whole, lower(btrim(w.last)) AS last
    FROM json_to_recordset(%(rows)s) AS w(n int, system text, whole text, last text)
),
called AS MATERIALIZED (
    SELECT l.id, regexp_replace(lower(btrim(l.full_name)), '\\s+', ' ', 'g') AS full_name, lower(btrim(l.last_name)) AS last_name,
        CASE WHEN l.first_name IS NOT NULL AND l.last_name IS NOT NULL
             THEN regexp_replace(lower(btrim(l.first_name || ' ' || l.last_name)), '\\s+', ' ', 'g') END AS both_names
    FROM leads_lead l
    WHERE l.merged_into_id IS NULL AND l.erased_at IS NULL AND (%(scope)s = 0 OR l.team_id = %(scope)s)
),
alike AS (
    SELECT w.n, c.id FROM wanted w JOIN called c ON c.full_name = w.whole
    UNION SELECT w.n, c.id FROM wanted w JOIN called c ON c.both_names = w.whole
    UNION SELECT w.n, c.id FROM wanted w JOIN called c ON c.last_name = w.last
),
known AS (
    SELECT a.n, a.id, EXISTS (
        SELECT FROM leads_leadidentity i JOIN wanted w ON w.n = a.n WHERE i.lead_id = a.id AND i.system = w.system) AS is_known
    FROM alike a
)
SELECT n, count(*) FILTER (WHERE is_known), min(id) FILTER (WHERE is_known), count(*), min(id) FROM known GROUP BY n
"""
