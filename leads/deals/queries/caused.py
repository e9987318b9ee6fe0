"""Which rows of the stage log should the deals of these leads cause, and which did they?

Grain: one row a deal and stage. Clock: what the deals say now. A deal is open from opened_at until closed_at; what is
open says so whatever it expects. Loss moves the lead only where no other deal of it is open or won at that instant.

What is logged is compared by its meaning, since the funnel may have changed since: a row says a step where its key is the
expected stage, counts as it by now, or had the step's category in the version it was written by. A step that has no stage
any more (a null) is never missing, and keeps the row it once caused.
"""

from __future__ import annotations

LEADS_OF_WINS = """
SELECT DISTINCT d.lead_id FROM leads_deal d
WHERE d.company_id = ANY(%(companies)s::bigint[]) AND d.status = 'won' AND d.lead_id IS NOT NULL
UNION
SELECT DISTINCT c.lead_id FROM leads_stagechange c JOIN leads_deal d ON d.id = c.deal_id
WHERE d.company_id = ANY(%(companies)s::bigint[])
"""

LOCK_COMPANIES = "SELECT id FROM leads_company WHERE id = ANY(%(companies)s::bigint[]) ORDER BY id FOR NO KEY UPDATE"

DIFFERENCE = """
WITH deals AS (SELECT d.* FROM leads_deal d WHERE d.lead_id = ANY(%(leads)s::bigint[])),
wins AS (
    SELECT d.lead_id, row_number() OVER in_order AS n, lead(d.id) OVER in_order AS next_id, lead(d.closed_at) OVER in_order AS next_at
    FROM leads_deal d
    WHERE d.status = 'won' AND d.company_id IN (SELECT company_id FROM deals WHERE company_id IS NOT NULL)
    WINDOW in_order AS (PARTITION BY d.company_id ORDER BY d.closed_at, d.id)
),
expected AS (
    SELECT 1 AS step, d.id AS deal_id, d.lead_id, %(opportunity)s::text AS "to", d.opened_at AS at, NULL::text AS reason
    FROM deals d WHERE d.opened_at IS NOT NULL
    UNION ALL
    SELECT 2, d.id, d.lead_id, %(won)s, d.closed_at, NULL FROM deals d WHERE d.status = 'won'
    UNION ALL
    SELECT 3, d.id, d.lead_id, %(lost)s, d.closed_at, d.lost_reason FROM deals d
    WHERE d.status = 'lost' AND NOT EXISTS (
        SELECT FROM leads_deal o WHERE o.lead_id = d.lead_id AND o.id <> d.id AND CASE o.status
            WHEN 'open' THEN coalesce(o.opened_at, '-infinity') <= d.closed_at
            WHEN 'won' THEN least(o.opened_at, o.closed_at) <= d.closed_at
            ELSE coalesce(o.opened_at, o.closed_at) <= d.closed_at AND d.closed_at < o.closed_at END)
    UNION ALL
    SELECT 4, w.next_id, w.lead_id, %(loyal)s, w.next_at, NULL
    FROM wins w WHERE w.n = 1 AND w.next_id IS NOT NULL AND w.lead_id = ANY(%(leads)s::bigint[])
),
steps(step, "key", category) AS (
    VALUES (1, 'opportunity', NULL), (2, NULL, 'won'), (3, NULL, 'lost'), (4, NULL, 'loyal')
),
there AS (
    SELECT c.id, c.deal_id, c.lead_id, c."to", c.at, c.reason, coalesce(present.counts_as, c."to") AS meaning,
           written.category
    FROM leads_stagechange c
    LEFT JOIN leads_stage written ON written.version_id = c.version_id AND written.key = c."to"
    LEFT JOIN leads_stage present ON present.version_id = %(version)s AND present.key = c."to"
    WHERE c.lead_id = ANY(%(leads)s::bigint[]) AND c.cause = %(cause)s
      AND NOT EXISTS (SELECT FROM leads_stagevoid v WHERE v.change_id = c.id)
)
SELECT t.id, e.deal_id, e.lead_id, e."to", e.at, e.reason
FROM (SELECT * FROM expected JOIN steps USING (step)) e
FULL JOIN there t ON t.deal_id = e.deal_id AND t.lead_id = e.lead_id AND t.at = e.at
    AND coalesce(t.reason, '') = coalesce(e.reason, '')
    AND (t.meaning = e."to" OR t."to" = e."key" OR t.category = e.category)
WHERE (t.id IS NULL AND e."to" IS NOT NULL) OR e.deal_id IS NULL
ORDER BY e.at, e.step, e.deal_id, t.id
"""
