"""When was an offer not decided by its deadline? Grain: one row a leak. Clock: `known_at`. Index: handoff_order.

Open from the deadline until the lead is accepted by anybody, or comes back (turned down, or returned), or an offer is taken back that
nothing continues; at the latest until the stay ends in which it was offered. An expiry, and passing an offer on, do not close it. On
hold there is no deadline.
"""

from kpis.leaks.queries.handed import merged

UNACCEPTED = f"""
WITH settled AS (
    SELECT lead_id, decided_at AS at FROM handed WHERE state IN ('accepted', 'rejected')
    UNION ALL
    SELECT lead_id, at FROM taken_back
    UNION ALL
    SELECT lead_id, returned_at FROM handed WHERE returned_at IS NOT NULL
),
late AS (
    SELECT h.id, h.lead_id, y.pass_number, y.until AS ended, h.accept_by, h.to_side, h.accept_seconds
    FROM handed h
    JOIN stays y ON y.lead_id = h.lead_id AND y.at <= h.offered_at AND (y.until IS NULL OR h.offered_at < y.until)
    WHERE h.accept_by < coalesce(h.decided_at, 'infinity')
),
pieces AS (
    SELECT l.lead_id, l.pass_number, l.accept_by AS since, least(min(s.at), l.ended) AS until, l.to_side AS side,
           l.accept_seconds AS limit_seconds
    FROM late l LEFT JOIN settled s ON s.lead_id = l.lead_id AND s.at > l.accept_by
    GROUP BY l.id, l.lead_id, l.pass_number, l.ended, l.accept_by, l.to_side, l.accept_seconds
)
{merged()}
"""
