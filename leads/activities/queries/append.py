"""Appends to the log of activities, one or ten thousand by one statement. Grain: one row an activity.

The unique identity is the guard: the same row sent twice, or by two at once, is logged once.
"""

from __future__ import annotations

KNOWN = "SELECT identity, id FROM leads_activity WHERE identity = ANY(%(identities)s::text[])"

IDS = "SELECT nextval(pg_get_serial_sequence('leads_activity', 'id')) FROM generate_series(1, %(count)s)"

APPEND = """
INSERT INTO leads_activity (id, lead_id, kind, direction, side, automated, at, recorded_at, by_id, actor_id, typed_in, campaign_id,
    asset, channel, url, subject, outcome, attributes, system, external_id, identity, import_id)
SELECT r.id, r.lead_id, r.kind, r.direction, r.side, r.automated, r.at, %(now)s, r.by_id, %(actor)s, r.typed_in, r.campaign_id,
    r.asset, r.channel, r.url, r.subject, r.outcome, r.attributes, r.system, r.external_id, r.identity, %(import)s
FROM json_to_recordset(%(rows)s) AS r(
    id bigint, lead_id bigint, kind text, direction text, side text, automated bool, at timestamptz, by_id bigint, typed_in bool,
    campaign_id bigint, asset text, channel text, url text, subject text, outcome text, attributes jsonb, system text,
    external_id text, identity text)
ORDER BY r.identity, r.id
ON CONFLICT (identity) DO NOTHING
RETURNING id
"""
