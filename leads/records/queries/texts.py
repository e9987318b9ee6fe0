"""What is each lead found by, and where is something else kept? Grain: one row a lead. Indexes: the keys of leads and their texts."""

from __future__ import annotations

SAID = """
SELECT l.id,
       upper(concat(' ', l.first_name, ' ', l.last_name, ' ', l.full_name, ' ', l.email, ' ', c.name)) AS text,
       lower(coalesce(l.full_name, nullif(btrim(concat(l.first_name, ' ', l.last_name)), ''), l.email, l.external_id, '')) AS called
FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
"""

DIFFERING = f"""
SELECT coalesce(k.lead_id, s.id) FROM ({SAID}) s FULL JOIN leads_leadtext k ON k.lead_id = s.id
WHERE (s.text, s.called) IS DISTINCT FROM (k.text, k.called) AND coalesce(k.lead_id, s.id) > %(after)s
ORDER BY 1 LIMIT %(limit)s
"""

HOLD_COMPANIES = """
SELECT id FROM leads_company WHERE id IN (SELECT company_id FROM leads_lead WHERE id = ANY(%(leads)s::bigint[])) ORDER BY id FOR KEY SHARE
"""
"""Whoever calls one of them otherwise waits (`leads.records.company_book.hold_renamed`)."""

KEEP = f"""
WITH gone AS (
    DELETE FROM leads_leadtext k
    WHERE k.lead_id = ANY(%(leads)s::bigint[]) AND NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = k.lead_id)
)
INSERT INTO leads_leadtext (lead_id, text, called) {SAID} WHERE l.id = ANY(%(leads)s::bigint[])
ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text, called = excluded.called
"""
