"""Finds spend that came twice. Grain: one row of spend. Days are the reporting zone's."""

from __future__ import annotations

IDS = "SELECT nextval(pg_get_serial_sequence('programs_spend', 'id')) FROM generate_series(1, %(count)s)"

OVERLAPS = """
WITH made AS (SELECT * FROM programs_spend WHERE id = ANY(%(made)s::bigint[])),
held AS (
    SELECT s.import_id, s.campaign_id, s.channel, s.source, range_agg(daterange(s.starts_on, s.ends_on, '[]')) AS days
    FROM programs_spend s
    WHERE s.import_id <> %(import)s AND s.starts_on <= (SELECT max(ends_on) FROM made)
      AND s.ends_on >= (SELECT min(starts_on) FROM made)
    GROUP BY s.import_id, s.campaign_id, s.channel, s.source
)
SELECT m.id, array_agg(h.import_id ORDER BY h.import_id) FROM made m
JOIN held h ON coalesce(h.campaign_id, 0) = coalesce(m.campaign_id, 0) AND coalesce(h.channel, '') = coalesce(m.channel, '')
    AND coalesce(h.source, '') = coalesce(m.source, '') AND h.days && daterange(m.starts_on, m.ends_on, '[]')
GROUP BY m.id
"""
"""Of what was made just now, what shares a day, campaign, channel and source with earlier imports, and which these are."""
