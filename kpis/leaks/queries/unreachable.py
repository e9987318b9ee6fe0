"""When could sales neither write nor call? Grain: one row a leak. Clock: `known_at`. Index: lead_value_order.

An e-mail is usable while the log says so and consent for marketing is not withdrawn; a telephone while the log says so.
Before the first row of the log neither is.
"""

from kpis.leaks.queries.facts import counted, standing

UNREACHABLE = f"""
WITH usable AS (
    SELECT v.lead_id, v.field, v.text, tstzrange(v.at, lead(v.at) OVER (PARTITION BY v.lead_id, v.field ORDER BY v.at, v.id)) AS during
    FROM leads_leadvalue v
    WHERE v.field IN ('email_usable', 'phone_usable') AND {counted("v")} AND {standing("v.change_id")}
),
contact AS (
    SELECT lead_id, range_agg(during) FILTER (WHERE field = 'email_usable') AS email,
           range_agg(during) FILTER (WHERE field = 'phone_usable') AS phone
    FROM usable WHERE text = 'yes' GROUP BY lead_id
),
withdrawn AS (SELECT lead_id, range_agg(during) AS times FROM consents WHERE state = 'withdrawn' GROUP BY lead_id),
worked AS (
    SELECT lead_id, pass_number, range_agg(tstzrange(at, until)) AS times FROM stays WHERE side = 'sales' GROUP BY lead_id, pass_number
)
SELECT k.lead_id, k.pass_number, lower(gap.during) AS since, upper(gap.during) AS until, 0::bigint AS limit_seconds
FROM worked k
LEFT JOIN contact c ON c.lead_id = k.lead_id
LEFT JOIN withdrawn w ON w.lead_id = k.lead_id
CROSS JOIN LATERAL unnest(
    k.times - (coalesce(c.email, '{{}}') - coalesce(w.times, '{{}}')) - coalesce(c.phone, '{{}}')) AS gap(during)
"""
