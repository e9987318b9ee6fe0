"""Reads and writes many deals at once. Grain: one row a deal. Rows come as one JSON document."""

from __future__ import annotations

COLUMNS = (
    "id", "scope", "system", "external_id", "lead_id", "company_id", "owner_id", "amount", "currency", "status", "kind",
    "opened_at", "closed_at", "lost_reason", "attributes",
)  # fmt: skip

READ = """
SELECT d.id, d.scope, d.system, d.external_id, d.lead_id, d.company_id, d.owner_id, d.amount, d.currency, d.status, d.kind,
       d.opened_at, d.closed_at, d.lost_reason, d.attributes
FROM leads_deal d
WHERE d.id IN (
    SELECT f.id FROM json_to_recordset(%(names)s) AS n(system text, external_id text)
    JOIN leads_deal f ON f.scope = %(scope)s AND f.system = n.system AND f.external_id = n.external_id
    UNION SELECT f.id FROM leads_deal f LEFT JOIN leads_lead l ON l.id = f.lead_id
    WHERE f.id = ANY(%(ids)s::bigint[]) AND (%(scope)s = 0 OR l.team_id = %(scope)s OR (l.id IS NULL AND f.scope = %(scope)s)))
ORDER BY d.id FOR UPDATE OF d
"""

IDS = "SELECT nextval(pg_get_serial_sequence('leads_deal', 'id')) FROM generate_series(1, %(count)s)"

_ROW = """json_to_recordset(%(rows)s) AS r(
    id bigint, scope bigint, system text, external_id text, lead_id bigint, company_id bigint, owner_id bigint, amount text,
    currency text, status text, kind text, opened_at timestamptz, closed_at timestamptz, lost_reason text, attributes jsonb)"""

MAKE = f"""
INSERT INTO leads_deal (id, scope, system, external_id, lead_id, company_id, owner_id, amount, currency, status, kind,
    opened_at, closed_at, lost_reason, attributes, created_at, import_id, version)
SELECT r.id, r.scope, r.system, r.external_id, r.lead_id, r.company_id, r.owner_id, r.amount::numeric, r.currency, r.status, r.kind,
    r.opened_at, r.closed_at, r.lost_reason, r.attributes, %(now)s, %(import)s, 1
FROM {_ROW}
ORDER BY r.system, r.external_id, r.id
ON CONFLICT (scope, system, external_id) DO NOTHING
RETURNING id
"""

CHANGE = f"""
UPDATE leads_deal d SET lead_id = r.lead_id, company_id = r.company_id, owner_id = r.owner_id, amount = r.amount::numeric,
    currency = r.currency, status = r.status, kind = r.kind, opened_at = r.opened_at, closed_at = r.closed_at,
    lost_reason = r.lost_reason, attributes = r.attributes,
    version = d.version + CASE WHEN d.import_id = %(import)s THEN 0 ELSE 1 END
FROM {_ROW}
WHERE d.id = r.id
"""
