"""Whom did campaigns touch? The lines of `touched_leads`: leads by the first touch that names a campaign.

Grain: one line a lead and campaign. Clock: that first touch, of all that were known. Cuts: campaign and channel are the touch's, all
others the lead's at that instant. Touches are what attribution takes for touches; who merely names a campaign is not touched by it.
"""

from __future__ import annotations

from psycopg2 import sql

from kpis.metrics.declaring import Asked, Statement
from kpis.reports.cohorts import COUNTED, base_values, cut_parts
from kpis.reports.cuts import CutSql, cut_sql
from leads.activities.kinds import TOUCHES

FIRSTS = """
WITH firsts AS (
    SELECT DISTINCT ON (a.lead_id, a.campaign_id) a.id, a.lead_id, a.campaign_id, a.channel, a.at
    FROM leads_activity a
    WHERE a.campaign_id IS NOT NULL AND a.kind = ANY(%(touches)s) AND a.direction = 'inbound' AND a.side = 'marketing'
      AND (%(known_at)s::timestamptz IS NULL OR a.recorded_at <= %(known_at)s){among}
    ORDER BY a.lead_id, a.campaign_id, a.at, a.id
), """
AMONG = " AND a.lead_id = ANY(%(subjects)s::bigint[])"

LINES = """
SELECT 'touched_leads' AS measure, f.id AS line_id, f.lead_id AS subject_id, f.lead_id, f.at, f.at AS counts_from,
       1::numeric AS value{columns}
FROM firsts f JOIN leads_lead l ON l.id = f.lead_id
{joins}
WHERE f.at >= %(start)s AND f.at < %(end)s AND f.at <= %(as_of)s AND {counted}{conditions}
"""

OWN_CUTS = {
    "channel": CutSql(sql.SQL("f.channel")),
    "campaign": CutSql(
        sql.SQL("touching.name"), sql.SQL("LEFT JOIN programs_campaign touching ON touching.id = f.campaign_id\n")
    ),
}


def touched_lines(asked: Asked) -> Statement:
    """Each lead once a campaign."""
    columns, joins, conditions, values = cut_parts(
        asked.params, sql.SQL("f.at"), lambda name, at: OWN_CUTS.get(name) or cut_sql(name, at)
    )
    return Statement(
        sql.SQL(FIRSTS).format(among=sql.SQL(AMONG if asked.subjects is not None else "")),
        sql.SQL(LINES).format(columns=columns, joins=joins, counted=sql.SQL(COUNTED), conditions=conditions),
        {
            **base_values(asked.params, asked.user),
            **values,
            "touches": sorted(TOUCHES),
            "subjects": list(asked.subjects or ()),
        },
    )
