"""When was an offer not decided by its deadline? Grain: one row a leak. Clock: `known_at`. Index: handoff_order.

Open from the deadline until the lead is accepted by anybody, or comes back (turned down, or returned), or an offer is taken back that
nothing continues. An expiry, and passing an offer on, do not close it. On hold there is no deadline.
"""

from kpis.leaks.queries.handed import in_pass, merged

UNACCEPTED = f"""
WITH settled AS (
    SELECT h.lead_id, h.decided_at AS at FROM handed h
    WHERE h.state IN ('accepted', 'rejected')
       OR h.state = 'withdrawn' AND NOT EXISTS (
           SELECT FROM handed successor WHERE successor.replaces_id = h.id AND successor.offered_at <= h.decided_at)
    UNION ALL
    SELECT lead_id, returned_at FROM handed WHERE returned_at IS NOT NULL
),
late AS (
    SELECT h.id, h.lead_id, p.pass_number, p.ended, h.accept_by, h.to_side, h.accept_seconds
    FROM handed h {in_pass("h", "h.offered_at")}
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
