"""When was an accepted lead not contacted by its deadline? Grain: one row a leak. Clock: `known_at`. Index: handoff_order.

Open from the deadline, at the earliest from the acceptance, until the first contact by the receiving side since the offer, or until
the lead came back, or somebody accepted it to whom it was passed on.
"""

from kpis.leaks.queries.handed import in_pass, merged

UNCONTACTED = f"""
WITH RECURSIVE late AS (
    SELECT h.*, p.pass_number, p.ended
    FROM handed h {in_pass("h", "h.offered_at")}
    WHERE h.state = 'accepted' AND h.contact_by < coalesce(h.contacted_at, 'infinity')
),
succession AS (
    SELECT l.id AS origin, h.* FROM late l JOIN handed h ON h.replaces_id = l.id
    UNION ALL
    SELECT s.origin, h.* FROM succession s JOIN handed h ON h.replaces_id = s.id
),
taken_over AS (
    SELECT origin, min(decided_at) AS at FROM succession WHERE state = 'accepted' GROUP BY origin
),
pieces AS (
    SELECT l.lead_id, l.pass_number, greatest(l.contact_by, l.decided_at) AS since,
           least(l.contacted_at, l.returned_at, t.at, l.ended) AS until, l.to_side AS side, l.contact_seconds AS limit_seconds
    FROM late l LEFT JOIN taken_over t ON t.origin = l.id
)
{merged()}
"""
