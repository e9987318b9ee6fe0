"""When was a lead given up, or turned down, without a word why? Grain: one row a leak. Clock: `known_at`. Index: stage_change_order.

Open from the beginning of a stay in disqualified or lost whose row has no reason, until a later row of the same stage
brings one or the stay ends; and from a rejection of an offer without a reason until one is given or the pass ends.
"""

from kpis.leaks.queries.facts import KNOWN, of_these_leads, standing
from kpis.leaks.queries.handed import in_pass, merged

UNEXPLAINED = f"""
WITH pieces AS (
    SELECT s.lead_id, s.pass_number, s.at AS since, least(s.until, explained.at) AS until, s.side::text, 0::bigint AS limit_seconds
    FROM stays s
    JOIN leads_stagechange c ON c.id = s.change_id AND {of_these_leads("c.lead_id")}
    LEFT JOIN LATERAL (
        SELECT min(r.at) AS at
        FROM leads_stagechange r JOIN leads_stage m ON m.version_id = (SELECT version_id FROM funnel) AND m.key = r."to"
        WHERE r.lead_id = s.lead_id AND (r.at, r.id) > (s.at, s.change_id) AND (s.until IS NULL OR r.at < s.until)
          AND coalesce(m.counts_as, m.key) = s.stage AND r.reason ~ '\\S'
          AND {KNOWN.format(row="r")} AND {standing("r.id")}
    ) explained ON true
    WHERE s.category IN ('disqualified', 'lost') AND coalesce(c.reason, '') !~ '\\S'
    UNION ALL
    SELECT h.lead_id, p.pass_number, h.decided_at, least(h.explained_at, p.ended), h.to_side, 0
    FROM handed h {in_pass("h", "h.decided_at")}
    WHERE h.state = 'rejected'
)
{merged()}
"""
