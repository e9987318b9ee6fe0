"""Which values have the latest leads that somebody may see? Grain: one row, a list of values for each text filter.

Indexes: lead_by_created for who sees everything; what a team may see lies in two, lead_by_team and lead_by_offer.
"""

from __future__ import annotations

VALUES = """
SELECT array_agg(DISTINCT r.source), array_agg(DISTINCT r.channel), array_agg(DISTINCT r.segment),
       array_agg(DISTINCT r.territory), array_agg(DISTINCT c.name), array_agg(DISTINCT r.system)
FROM {recent} r
LEFT JOIN programs_campaign c ON c.id = r.campaign_id
"""
COLUMNS = "l.source, l.channel, l.segment, l.territory, l.campaign_id, l.system"
OF_ALL = (
    f"(SELECT {COLUMNS} FROM leads_lead l WHERE {{visible}} ORDER BY l.created_at DESC, l.id DESC LIMIT %(recent)s)"
)
OF_TEAM = f"""(
    (SELECT {COLUMNS} FROM leads_lead l WHERE l.team_id = %(seen_team)s AND {{visible}}
     ORDER BY l.created_at DESC, l.id DESC LIMIT %(recent)s)
    UNION ALL
    (SELECT {COLUMNS} FROM leads_lead l WHERE l.offered_team_id = %(seen_team)s AND {{visible}}
     ORDER BY l.created_at DESC, l.id DESC LIMIT %(recent)s)
)"""
