"""What was spent each day? Grain: one row a day of one entry of spend.

An entry's amount, rounded half even to the minor units of its currency, is spread evenly over its days: each gets as many
whole units as all can have, and the first days one more until nothing is left; a credit mirrors what was spent. The days
of an entry add up to its rounded amount exactly.

`SPEND_BY_DAY` is a query of its own, to be used as a subquery: columns id, day, campaign_id, channel, source, currency,
amount. It takes `%(spend_start)s` and `%(spend_end)s` (days, the end not included; null: no border) and what
`spend_values` adds. Indexes: none is needed, spend is small.
"""

from __future__ import annotations

SPEND_BY_DAY = """
SELECT s.id, s.starts_on + d.n AS day, s.campaign_id, s.channel, s.source, s.currency,
    (sign(s.units) * (div(abs(s.units), s.days) + CASE WHEN d.n < mod(abs(s.units), s.days) THEN 1 ELSE 0 END) / s.unit)
        ::numeric(20, 4) AS amount
FROM (
    SELECT p.*, (p.ends_on - p.starts_on + 1)::numeric AS days, p.one AS unit,
        CASE WHEN abs(p.amount * p.one) - trunc(abs(p.amount * p.one)) = 0.5 AND mod(trunc(abs(p.amount * p.one)), 2) = 0
             THEN trunc(p.amount * p.one) ELSE round(p.amount * p.one) END AS units
    FROM (SELECT e.*, power(10::numeric, coalesce((%(spend_places)s::jsonb ->> e.currency)::int, %(spend_usual_places)s))::numeric AS one
          FROM programs_spend e
          WHERE (%(spend_start)s::date IS NULL OR e.ends_on >= %(spend_start)s::date)
            AND (%(spend_end)s::date IS NULL OR e.starts_on < %(spend_end)s::date)) p
) s
CROSS JOIN LATERAL generate_series(0, s.ends_on - s.starts_on) AS d(n)
WHERE (%(spend_start)s::date IS NULL OR s.starts_on + d.n >= %(spend_start)s::date)
  AND (%(spend_end)s::date IS NULL OR s.starts_on + d.n < %(spend_end)s::date)
"""
