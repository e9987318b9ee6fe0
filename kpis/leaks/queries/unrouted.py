"""When did a lead qualify for a handoff and nobody was offered it in time? Grain: one row a leak. Clock: `known_at`.

Open from the moment at which no receiver was found, at the latest a limit after it qualified, until it was offered or was no longer
to be. Index: need_order.
"""

from kpis.leaks.queries.handed import in_pass, merged
from kpis.leaks.queries.spans import after

DUE = after("n.qualified_at", "a.unrouted_limit", "n.lead_id", side="n.side")

UNROUTED = f"""
WITH pieces AS (
    SELECT n.lead_id, p.pass_number, least(n.no_receiver_at, {DUE}) AS since,
           least(n.ended_at, p.ended) AS until, NULL::text AS side, extract(epoch FROM a.unrouted_limit)::bigint AS limit_seconds,
           a.during
    FROM needed n {in_pass("n", "n.qualified_at")} CROSS JOIN agreed a
)
{merged(during=True)}
"""
