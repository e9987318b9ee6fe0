"""When was an open stage beyond its age with nothing done? Grain: one row a leak. Clock: `known_at`.

Outreach by the stage's side and replies are touches, earlier ones too. Between two touches the leak opens at
max(entry + age, the touch + quiet), if the next touch has not come by then. What the shortest limits of all do not make a leak,
none do.
"""

from kpis.leaks.queries.spans import after

AGE, QUIET = "coalesce(p.age, a.stalled_limit)", "coalesce(p.quiet, a.stalled_quiet)"
BUSINESS = "a.stalled_business"

STALLED = f"""
WITH moments AS (
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
shortest AS MATERIALIZED (SELECT min(stalled_limit) AS age, min(stalled_quiet) AS quiet FROM agreed),
possible AS (
    SELECT s.lead_id, s.pass_number, s.at, s.side, s.age, s.quiet, b.touched, coalesce(b.next_touch, s.until) AS until
    FROM between b JOIN stays s ON s.change_id = b.change_id CROSS JOIN shortest m
    WHERE coalesce(b.next_touch, s.until) IS NULL
       OR greatest(s.at + coalesce(s.age, m.age), b.touched + coalesce(s.quiet, m.quiet)) < coalesce(b.next_touch, s.until)
),
spans AS (
    SELECT p.lead_id, p.pass_number, p.until, coalesce(p.age, a.stalled_limit) AS age, a.during,
           greatest({after("p.at", AGE, "p.lead_id", side="p.side", business=BUSINESS)},
                    {after("p.touched", QUIET, "p.lead_id", side="p.side", business=BUSINESS)}) AS since
    FROM possible p JOIN agreed a ON p.until IS NULL OR lower_inf(a.during) OR lower(a.during) < p.until
)
SELECT lead_id, pass_number, since, until, extract(epoch FROM age)::bigint AS limit_seconds, during
FROM spans WHERE until IS NULL OR since < until
"""
