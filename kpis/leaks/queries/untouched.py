"""When did marketing leave a lead alone for too long, though it may be contacted? Grain: one row a leak.

For stays of one category: between two outbound marketing touches (automated ones count) the leak opens a limit after the
later of the stay's beginning and the touch, and closes while contact is not allowed. Clock: `known_at`. What the shortest limit of
all does not make a leak, none does; working time is never shorter than clock time.
"""

from psycopg2 import sql

from kpis.leaks.queries.spans import after

UNTOUCHED = f"""
WITH moments AS (
    SELECT change_id, at AS moment FROM stays WHERE category = {{category}}
    UNION ALL
    SELECT s.change_id, t.at
    FROM stays s JOIN touches t ON t.lead_id = s.lead_id AND t.at > s.at AND (s.until IS NULL OR t.at < s.until)
    WHERE s.category = {{category}} AND t.side = 'marketing'
),
between AS (
    SELECT change_id, moment, lead(moment) OVER (PARTITION BY change_id ORDER BY moment) AS next_touch FROM moments
),
possible AS (
    SELECT s.lead_id, s.pass_number, b.moment, coalesce(b.next_touch, s.until) AS until
    FROM between b JOIN stays s ON s.change_id = b.change_id
    WHERE coalesce(b.next_touch, s.until) IS NULL
       OR b.moment + (SELECT min({{limit}}) FROM agreed) < coalesce(b.next_touch, s.until)
),
spans AS (
    SELECT p.lead_id, p.pass_number, {after("p.moment", "a.{limit}", "p.lead_id", side="'marketing'", business="a.{business}")} AS since,
           p.until, a.{{limit}} AS allowed, a.during
    FROM possible p JOIN agreed a ON (p.until IS NULL OR p.moment + a.{{limit}} < p.until)
     AND (upper_inf(a.during) OR p.moment + a.{{limit}} < upper(a.during))
     AND (p.until IS NULL OR lower_inf(a.during) OR lower(a.during) < p.until)
),
barred AS (
    SELECT lead_id, range_agg(during) AS times FROM consents WHERE state IN ('refused', 'withdrawn') GROUP BY lead_id
)
SELECT p.lead_id, p.pass_number, lower(gap.during) AS since, upper(gap.during) AS until,
       extract(epoch FROM p.allowed)::bigint AS limit_seconds, p.during
FROM (SELECT * FROM spans WHERE until IS NULL OR since < until) p LEFT JOIN barred b ON b.lead_id = p.lead_id
CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(p.since, p.until)) - coalesce(b.times, '{{{{}}}}'::tstzmultirange)) AS gap(during)
"""


def untouched(category: str, limit: str) -> sql.Composed:
    """The leaks of stays in stages of `category`; `limit` names the column of `agreed` that holds how long is too long."""
    business = sql.Identifier(limit.replace("_limit", "_business"))
    return sql.SQL(UNTOUCHED).format(category=sql.Literal(category), limit=sql.Identifier(limit), business=business)
