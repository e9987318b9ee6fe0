"""When was an open stage beyond its age with nothing done? Grain: one row a leak. Clock: `known_at`. Index: activity_order.

Outreach by the stage's side and replies are touches, earlier ones too. Between two touches the leak opens at
max(entry + age, the touch + quiet), if the next touch has not come by then.
"""

from kpis.leaks.queries.facts import counted

STALLED = f"""
WITH touches AS (
    SELECT a.lead_id, a.at, CASE a.direction WHEN 'outbound' THEN a.side END AS side
    FROM leads_activity a
    WHERE {counted("a")}
      AND (a.direction = 'outbound' AND (a.side = 'marketing' OR NOT a.automated)
           OR a.direction = 'inbound' AND a.kind = ANY(%(replies)s))
),
moments AS (
    SELECT change_id, at AS moment, NULL::timestamptz AS touched FROM stays WHERE category = 'open'
    UNION ALL
    SELECT s.change_id, greatest(t.at, s.at), t.at
    FROM stays s JOIN touches t ON t.lead_id = s.lead_id AND coalesce(t.side, s.side) = s.side
    WHERE s.category = 'open' AND (s.until IS NULL OR t.at < s.until)
),
between AS (
    SELECT change_id, touched, lead(moment) OVER (PARTITION BY change_id ORDER BY moment, touched NULLS FIRST) AS next_touch
    FROM moments
),
spans AS (
    SELECT s.lead_id, s.pass_number, greatest(s.at + s.age, b.touched + s.quiet) AS since, coalesce(b.next_touch, s.until) AS until,
           extract(epoch FROM s.age)::bigint AS limit_seconds
    FROM between b JOIN stays s ON s.change_id = b.change_id
)
SELECT lead_id, pass_number, since, until, limit_seconds FROM spans WHERE until IS NULL OR since < until
"""
