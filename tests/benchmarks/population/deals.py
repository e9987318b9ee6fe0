"""What was sold? A deal for every pass that came so far, won, lost or open; customers who buy again, and the loyal ones."""

from __future__ import annotations

from leads.demo import cast as demo

DEALS = """
CREATE TEMP TABLE deal ON COMMIT DROP AS
WITH opened AS (
    SELECT p.key, p.lead_id, a.company_id, a.seller AS owner_id, p.t5 AS opened_at,
           CASE WHEN p.t6 IS NOT NULL THEN 'won' WHEN p.fate = 'lost' THEN 'lost' ELSE 'open' END AS status,
           coalesce(p.t6, CASE WHEN p.fate = 'lost' THEN p.fate_at END) AS closed_at,
           round(((%(amounts)s::float8[])[array_position(%(segments)s::text[], a.segment)] * exp(0.5 * pg_temp.bent(p.key,
               301)))::numeric, 2)
               AS amount, 'new' AS kind,
           CASE WHEN pg_temp.drawn(p.key, 302) < 0.12 THEN 'USD' ELSE 'EUR' END AS currency
    FROM pass p JOIN arrival a ON a.id = p.lead_id WHERE p.t5 IS NOT NULL
),
again AS (
    SELECT key, NULL::bigint AS lead_id, company_id, owner_id, at AS opened_at,
           CASE WHEN done_at >= %(end)s THEN 'open' WHEN pg_temp.drawn(key, 304) < 0.75 THEN 'won' ELSE 'lost' END AS status,
           CASE WHEN done_at < %(end)s THEN done_at END AS closed_at,
           round(amount * (0.3 + 0.6 * pg_temp.drawn(key, 305))::numeric, 2) AS amount,
           CASE WHEN pg_temp.drawn(key, 306) < 0.3 THEN 'renewal' ELSE 'upsell' END AS kind, currency
    FROM opened
    CROSS JOIN LATERAL (SELECT pg_temp.at_work(closed_at + interval '1 day' * (32 + 130 * pg_temp.drawn(key, 307))) AS at) o
    CROSS JOIN LATERAL (SELECT at + interval '1 day' * (8 + 30 * pg_temp.drawn(key, 308)) AS done_at) c
    WHERE status = 'won' AND company_id IS NOT NULL AND pg_temp.drawn(key, 303) < {again} AND at < %(end)s
)
SELECT row_number() OVER (ORDER BY opened_at, key, kind) AS id, d.*,
       CASE WHEN status = 'lost' AND pg_temp.drawn(key, 309) < 0.85 THEN pg_temp.one_of(%(losses)s, pg_temp.drawn(key, 310)) END
           AS lost_reason
FROM (SELECT * FROM opened UNION ALL SELECT * FROM again) d
"""

KEPT = """
INSERT INTO leads_deal (id, scope, system, external_id, lead_id, company_id, owner_id, amount, currency, status, kind, opened_at, closed_at,
    lost_reason, attributes, created_at, version)
SELECT id, 0, 'crm', 'D' || id, lead_id, company_id, owner_id, amount, currency, status, kind, opened_at, closed_at, lost_reason, '{{}}',
       opened_at + interval '1 minute', 1
FROM deal ORDER BY id
"""

LOYAL = """
CREATE TEMP TABLE loyal ON COMMIT DROP AS
SELECT first.lead_id, second.closed_at AS at, second.id AS deal_id
FROM (SELECT *, row_number() OVER (PARTITION BY company_id ORDER BY closed_at, id) AS n FROM deal
      WHERE status = 'won' AND company_id IS NOT NULL) first
JOIN (SELECT *, row_number() OVER (PARTITION BY company_id ORDER BY closed_at, id) AS n FROM deal
      WHERE status = 'won' AND company_id IS NOT NULL) second ON second.company_id = first.company_id AND second.n = 2
WHERE first.n = 1 AND first.lead_id IS NOT NULL
"""
"""The second won deal of a company makes the lead of its first loyal."""

STATEMENTS = (DEALS.format(again=demo.BUYS_AGAIN), KEPT.format(), LOYAL)

VALUES = {
    "amounts": [float(amount) for _key, _share, amount in demo.SEGMENTS],
    "segments": [key for key, _share, _amount in demo.SEGMENTS],
    "losses": list(demo.LOSS_REASONS),
}
